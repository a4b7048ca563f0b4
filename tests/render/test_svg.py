"""Charts as SVG: safe to stand in a page, small, and whole as a file."""

import re
from collections import Counter
from xml.etree import ElementTree as ET

import pytest

from probe.render import charts
from probe.render.palette import LIGHT
from tests.render.drawn_charts import DRAW, EN, SECTION
from tests.render.samples import HOSTILE, section


def test_signs_lines_and_areas_that_look_alike_are_told_once() -> None:
    """Hold the bound: else a page of 8 targets would be twice as large as may be sent."""
    for name, most in (("rounds", 60_000), ("outcomes", 20_000)):
        text = charts.svg(DRAW[name](section(300), EN))
        assert len(text) < most, name
        ids, used = (Counter(re.findall(pattern, text)) for pattern in (r'\bid="([^"]+)"', r'href="#([^"]+)"'))
        assert set(used) <= set(ids)
        assert set(ids.values()) <= {1}
    assert sum(used.values()) == 0
    assert charts.svg(charts.rounds_chart(section(300), EN)).count("<use ") >= 590


def test_a_stranger_s_words_in_a_chart_stay_words() -> None:
    label = HOSTILE.replace("\x1b", "")
    for made in (charts.svg, charts.svg_file):
        text = made(charts.nights_chart([("2026-11-20", label, 0.4, 0.3, 0.6, "alarm")], EN))
        assert re.search(r"<(?:script|img)\b", text) is None
        assert "&lt;img src=x" in text


def test_a_chart_loads_nothing() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        charts.svg({"data": {"url": "http://127.0.0.1:9/data.json"}, "mark": "point", "encoding": {}})


def test_several_charts_share_no_id() -> None:
    def ids(colour: str) -> set[str]:
        gradient = {"gradient": "linear", "stops": [{"offset": 0, "color": colour}, {"offset": 1, "color": "#000"}]}
        clipped = {"type": "area", "clip": True, "color": gradient}
        values = [{"x": 1, "y": 1}, {"x": 2, "y": 5}]
        encoding = {axis: {"field": axis, "type": "quantitative"} for axis in "xy"}
        text = charts.svg({"data": {"values": values}, "mark": clipped, "encoding": encoding})
        found = set(re.findall(r'\bid="([^"]+)"', text))
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= found
        return found

    of_a, of_b = ids("#111"), ids("#222")
    assert of_a
    assert of_a.isdisjoint(of_b)


def test_a_file_has_a_background_and_both_schemes() -> None:
    text = charts.svg_file(charts.ecdf_chart(SECTION, EN))
    assert ET.fromstring(text).get("width") is not None
    assert "prefers-color-scheme:dark" in text
    assert "background:var(--paper)" in text
    assert set(re.findall(r"var\(--([\w-]+)\)", text)) <= set(LIGHT)


def canned(body: str) -> str:
    """Return a drawing as the library writes one, with this in it."""
    return f'<svg version="1.1" width="10" height="20" viewBox="0 0 10 20">{body}</svg>'


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="not the SVG of a chart"):
        charts.svg({}, lambda _: "<html>")


def test_a_drawing_is_named_by_what_it_shows_whatever_stands_in_that() -> None:
    drawing = charts.svg({"description": 'a "b" <c>'}, lambda _: canned(""))
    assert ET.fromstring(drawing).get("aria-label") == 'a "b" <c>'
    assert ET.fromstring(charts.svg({}, lambda _: canned(""))).get("aria-label") == ""


def test_links_lead_into_the_page_alone() -> None:
    inside = '<a xlink:href="https://vega.example/#call7"><path d="M0,0"/></a>'
    outside = '<a xlink:href="https://evil.example/"><path d="M1,1"/></a>'
    drawing = charts.svg({"description": "told"}, lambda _: canned(inside + outside))
    assert re.findall(r'href="([^"]*)"', drawing) == ["#call7"]
    assert "evil" not in drawing
    assert "M1,1" in drawing
    assert 'aria-hidden="true"' in drawing, "one with links is no image"
    assert 'tabindex="-1"' in drawing


def test_numbers_are_cut_to_what_is_seen_and_texts_stay() -> None:
    drawing = charts.svg({}, lambda _: canned('<path d="M1.23456,7"/><text>1.23456</text>'))
    assert "M1.23,7" in drawing
    assert "1.23456" in drawing


def test_a_sign_that_is_drawn_thrice_is_defined_once_and_keeps_its_places() -> None:
    sign = '<path transform="translate({},{})" d="M1,0A1,1" fill="red"/>'
    text = "<text>x</text>"
    thrice = charts.svg({}, lambda _: canned(text.join(sign.format(at, at + 1) for at in range(3))))
    assert re.findall(r'<use href="#[^"]+" x="(\d)" y="(\d)"/>', thrice) == [("0", "1"), ("1", "2"), ("2", "3")]
    assert thrice.count("M1,0A1,1") == 1
    twice = charts.svg({}, lambda _: canned(text.join(sign.format(at, at) for at in range(2))))
    assert "<use" not in twice


def test_lines_in_a_row_that_look_alike_are_one_path_and_others_stay_apart() -> None:
    line = '<line transform="translate({},0)" x2="0" y2="5" stroke="{}"/>'
    drawing = charts.svg({}, lambda _: canned(line.format(1, "a") + line.format(2, "a") + line.format(3, "b")))
    assert '<path d="M1,0l0,5M2,0l0,5" stroke="a"/>' in drawing
    assert 'x2="0" y2="5" stroke="b"' in drawing
