"""The charts: what they draw, in words and shapes, and that the SVG is safe to stand in a page."""

import re
from collections import Counter
from itertools import pairwise, product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.chart import Charts, Dot, Ecdf, Mark
from probe.model.choices import Language
from probe.model.fault_party import FaultParty
from probe.model.health import HealthWord
from probe.model.night import NightState
from probe.model.outcome import Outcome
from probe.render import charts
from probe.render.axes import time_axis
from probe.render.palette import DARK, LIGHT
from probe.texts import Texts
from tests.render.samples import HOSTILE, mark_of, section

EN = Texts()
SECTION = section()
DRAW = {
    "rounds": charts.rounds_chart,
    "ecdf": charts.ecdf_chart,
    "phases": charts.phases_chart,
    "outcomes": charts.outcomes_chart,
}
NIGHTS: list[charts.Night] = [
    ("2026-11-18", "call1", 0.05, 0.01, 0.2, NightState.QUIET),
    ("2026-11-19", "call1", 0.25, 0.1, 0.4, NightState.WATCH),
    ("2026-11-20", "call1", 0.4, 0.3, 0.6, NightState.ALARM),
    ("2026-11-21", "call1", None, None, None, NightState.QUIET),
]


def drawn(spec: dict[str, Any]) -> ET.Element:
    """Parse a chart as XML, each sign where it is used."""
    root = ET.fromstring(charts.svg(spec).replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ', 1))
    for parent in list(root.iter()):
        for defs in parent.findall("defs"):
            signs = {f"#{sign.get('id')}": sign for sign in defs if sign.tag == "path"}
            parent.remove(defs)
            for use in root.iter("use"):
                moved = {"transform": f"translate({use.get('x')},{use.get('y')})"}
                use.attrib = signs[use.get("href", "")].attrib | moved
    return root


def words(root: ET.Element) -> list[str]:
    return [(each.text or "").strip() for each in root.iter("text")]


def filled(root: ET.Element, colour: str) -> list[ET.Element]:
    return [each for each in root.iter() if each.get("fill") == f"var(--{colour})"]


def place(element: ET.Element) -> tuple[float, float]:
    x, y = re.findall(r"-?[\d.]+", element.get("transform", ""))[:2]
    return float(x), float(y)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", DRAW)
def test_a_chart_is_an_image_with_a_name_that_tells_what_it_shows(name: str, language: Language) -> None:
    texts = Texts(language)
    root = drawn(DRAW[name](SECTION, texts))
    assert root.get("role") == "img"
    told = root.get("aria-label", "")
    assert told.startswith(texts(f"chart.{name}.told", rounds=30, told="|").partition("|")[0])
    assert "call1" in told
    assert "call2" in told
    assert root.get("viewBox", "").startswith("0 0 ")
    assert {"width", "height"}.isdisjoint(root.attrib)


def test_the_name_counts_how_calls_ended() -> None:
    told = drawn(charts.rounds_chart(SECTION, EN)).get("aria-label", "")
    assert "call1: 18 clean, 3 recovered, 3 failed, 6 timed out; call2: 28 clean, 2 recovered" in told


def test_each_call_is_one_sign_in_its_step_s_colour_and_its_end_s_shape() -> None:
    root = drawn(charts.rounds_chart(SECTION, EN))
    signs = [each for each in filled(root, "step1") if each.get("transform")]
    legend = 1
    assert len(signs) == 30 + legend
    shapes = Counter(Counter(each.get("d", "") for each in signs).values())
    counts = Counter(Counter(mark_of(number, "call1") for number in range(1, 31)).values())
    assert shapes - counts == Counter({1: 1})  # the legend's circle is larger than those of the calls


def test_a_call_that_timed_out_stands_at_the_timeout_above_all_others() -> None:
    root = drawn(charts.rounds_chart(SECTION, EN))
    assert "timeout 3 m 00 s" in words(root)
    heights = sorted(Counter(place(each)[1] for each in filled(root, "step1")).items())
    highest_of_calls = [count for height, count in heights if count > 1]
    assert highest_of_calls[0] == 6


def test_no_timeout_is_drawn_where_none_was_met() -> None:
    calm = Charts(rounds=tuple(each for each in SECTION.charts.rounds if mark_of(each.number, "call1") is Mark.CLEAN))
    root = drawn(charts.rounds_chart(section(charts=calm), EN))
    assert not any("timeout" in word for word in words(root))


def test_the_curve_of_calls_that_failed_ends_below_one_and_says_how_many() -> None:
    spec = charts.ecdf_chart(SECTION, EN)
    root = drawn(spec)
    assert [word for word in words(root) if "failed" in word] == ["call1: 9 of 30 failed"]
    assert "call1: 70% of 30 succeeded in the end; call2: 100% of 30" in spec["description"]
    points = spec["layer"][0]["data"]["values"]
    assert max(each["share"] for each in points if each["step"] == "call1") == pytest.approx(0.7)
    assert max(each["ms"] for each in points if each["step"] == "call1") == 180_000


@pytest.mark.parametrize("language", Language)
def test_a_call_that_ended_early_is_not_said_to_be_still_running(language: Language) -> None:
    """Hold that a call cut short after half a second is said to have failed, but not to run still."""
    told = " ".join(words(drawn(charts.ecdf_chart(SECTION, Texts(language)))))
    assert "never" not in told
    assert "未完成" not in told


@pytest.mark.parametrize("reached", [0.0, 0.5, 0.98])
def test_what_is_said_of_curves_that_end_alike_can_be_read(reached: float) -> None:
    curves = [
        Ecdf(label=label, n=12, points=((500.0, reached),), censored=6, horizon_ms=8_000.0) for label in ("a", "b", "c")
    ]
    root = drawn(charts.ecdf_chart(section(charts=Charts(ecdfs=tuple(curves))), EN))
    said = [each for each in root.iter("text") if "of 12 failed" in (each.text or "")]
    heights = sorted(place(each)[1] for each in said)
    assert len(heights) == 3
    assert all(lower - upper >= 12 for upper, lower in pairwise(heights))
    assert heights[0] >= 0
    assert {each.get("fill") for each in said} == {"var(--ink)"}


def test_steps_differ_in_more_than_colour() -> None:
    root = drawn(charts.ecdf_chart(SECTION, EN))
    dashes = {each.get("stroke"): each.get("stroke-dasharray") for each in root.iter("path") if each.get("stroke")}
    assert dashes["var(--step1)"] != dashes["var(--step2)"]


def test_phases_are_as_long_as_they_took_and_retries_are_among_them() -> None:
    spec = charts.phases_chart(SECTION, EN)
    root = drawn(spec)
    (wait, *_), (retries, *_) = (
        [each for each in filled(root, name) if "h" in each.get("d", "") and each.get("transform") is None]
        for name in ("wait", "retries")
    )
    lengths = [float(re.findall(r"h(-?[\d.]+)", each.get("d", ""))[0]) for each in (wait, retries)]
    assert abs(lengths[0]) / abs(lengths[1]) == pytest.approx(31_500 / 5_200, rel=0.02)
    assert "38.0 s" in words(root)
    assert "retries 5.20 s" in spec["description"]


def test_each_column_of_outcomes_is_all_calls_of_its_rounds() -> None:
    spec = charts.outcomes_chart(SECTION, EN)
    parts = spec["layer"][0]["data"]["values"]
    heights: Counter[tuple[float, int]] = Counter()
    for part in parts:
        heights[part["from"], int(part["low"] >= 1)] += part["high"] - part["low"]
    assert len(heights) == 20
    assert all(height == pytest.approx(1) for height in heights.values())
    assert {"call1", "call2"} <= set(words(drawn(spec)))


def test_a_night_of_alarm_has_a_shape_of_its_own_and_a_night_without_calls_no_sign() -> None:
    root = drawn(charts.nights_chart(NIGHTS, EN))
    shapes = {each.get("d") for each in filled(root, "step1") if each.get("transform")}
    assert len(shapes) >= 3
    assert {"quiet", "watch", "alarm"} <= set(words(root))
    assert "2026-11-20 call1: 40% (alarm)" in root.get("aria-label", "")
    assert {"11-18", "11-20"} <= set(words(root))
    assert "11-21" not in words(root)


def test_each_night_has_a_place_of_its_own_so_that_no_alarm_hides_a_watch() -> None:
    """Two runs that were begun in one minute are two nights all the same."""
    minute = "2026-11-20 03:30"
    states = {NightState.QUIET: 0.1, NightState.WATCH: 0.3, NightState.ALARM: 0.5}
    nights = [(minute, label, rate, 0.0, 0.9, state) for state, rate in states.items() for label in ("call1", "call2")]
    spec = charts.nights_chart(nights, EN)
    assert [value["place"] for value in spec["layer"][1]["data"]["values"]] == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        (("2026-11-19 03:30", "2026-11-20 03:31"), ["11-19", "11-20"]),
        (("2025-12-31 03:30", "2026-01-01 03:31"), ["2025-12-31", "2026-01-01"]),
        (("2026-11-20 03:30", "2026-11-20 15:30"), ["11-20 03:30", "11-20 15:30"]),
    ],
)
def test_dates_below_nights_are_short_and_lie_within_the_picture(dates: tuple[str, ...], shown: list[str]) -> None:
    root = drawn(charts.nights_chart([(date, "call1", 0.1, 0.0, 0.2, NightState.QUIET) for date in dates], EN))
    labels = [each for each in root.iter("text") if (each.text or "")[:1].isdigit() and "-" in (each.text or "")]
    assert [each.text for each in labels] == shown
    assert all("rotate" not in each.get("transform", "") for each in labels)


@pytest.mark.parametrize("state", NightState)
@pytest.mark.parametrize("language", Language)
def test_every_state_of_a_night_has_a_word(state: NightState, language: Language) -> None:
    night = ("2026-11-20", "call1", 0.4, 0.3, 0.6, state)
    assert Texts(language)(f"chart.state.{state}") in words(drawn(charts.nights_chart([night], Texts(language))))


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


def test_charts_without_anything_to_show_are_left_out() -> None:
    assert list(charts.section_charts(section(charts=Charts(), steps=()), EN)) == []
    assert [name for name, _ in charts.section_charts(SECTION, EN)] == list(DRAW)


@pytest.mark.parametrize("rounds", [1, 2, 300])
def test_charts_of_few_and_of_many_rounds_can_be_drawn(rounds: int) -> None:
    for name, spec in charts.section_charts(section(rounds), EN):
        root = drawn(spec)
        assert "NaN" not in ET.tostring(root, encoding="unicode"), name
        assert len(charts.svg(spec)) < 200_000, name


def test_a_single_call_that_timed_out_can_be_drawn() -> None:
    ends = Ecdf(label="call1", n=1, points=(), censored=1, horizon_ms=180_000)
    dot = Dot(label="call1", wall_ms=180_000, mark=Mark.TIMED_OUT, outcome=Outcome.TIMED_OUT)
    lonely = SECTION.charts.rounds[0].model_copy(update={"dots": (dot,)})
    single = section(charts=Charts(rounds=(lonely,), rounds_total=1, ecdfs=(ends,)))
    for name, spec in charts.section_charts(single, EN):
        assert "NaN" not in ET.tostring(drawn(spec), encoding="unicode"), name
    assert "call1: 1 of 1 failed" in words(drawn(charts.ecdf_chart(single, EN)))


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


@given(st.lists(st.floats(0, 1e8), min_size=1, max_size=20))
def test_an_axis_of_durations_shows_all_of_them_with_a_few_round_ticks(values: list[float]) -> None:
    axis = time_axis(values, "time")
    low, high = axis["scale"]["domain"]
    assert all(low <= max(value, 1.0) <= high for value in values)
    ticks = axis["axis"]["values"]
    assert 1 <= len(ticks) <= 9
    assert all(low <= tick <= high for tick in ticks)


def test_an_axis_is_logarithmic_only_where_durations_lie_far_apart() -> None:
    assert "type" not in time_axis([1000, 3000], "time")["scale"]
    assert time_axis([1000, 180_000], "time")["scale"]["type"] == "log"


def luminance(colour: str) -> float:
    """Relative luminance as of WCAG 2.2."""
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_are_seen_in_both_schemes(scheme: dict[str, str]) -> None:
    assert set(scheme) == set(LIGHT)
    tones = ("good", "bad", "mild", *(word.value.lower() for word in HealthWord))
    words = list(product(("ink", "soft", "link"), ("paper", "page", "mild-paper", "tint-linked")))
    for tone in tones:
        words += [(f"{tone}-ink", f"{tone}-paper"), (f"{tone}-ink", "paper"), ("ink", f"{tone}-paper")]
    for ink, paper in words:
        assert contrast(scheme[ink], scheme[paper]) >= 4.5, (ink, paper)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_signs_and_bars_are_seen_in_both_schemes(scheme: dict[str, str]) -> None:
    signs = ("step1", "step2", "step3", "step4", "clean", "failed", "timed-out", "wait", "stream", "retries")
    for sign in (*signs, *FaultParty):
        assert contrast(scheme[sign], scheme["paper"]) >= 3, sign
