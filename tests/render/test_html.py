"""The HTML report, read as a document: what stands in it, its structure, and that strangers' texts stay texts."""

import base64
import hashlib
import re
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from probe.model.chart import Charts
from probe.model.choices import Language
from probe.model.note import Note, NoteCode
from probe.render.comparison_conclusion import conclusion
from probe.render.html import render_html
from probe.render.sentences import comparison_words
from probe.texts import Texts
from tests.render.html_reader import Element, page, read, table
from tests.render.samples import HOSTILE, comparison, control, report, rich_report, section

EN = Texts()


@pytest.fixture(scope="module")
def rich_html() -> str:
    return render_html(rich_report(), EN)


@pytest.fixture(scope="module")
def rich(rich_html: str) -> Element:
    return read(rich_html)


# Structure


def test_the_document_is_well_formed_and_named(rich: Element) -> None:
    (html,) = rich.all("html")
    assert html.attributes["lang"] == "en"
    assert page(texts=Texts(Language.ZH)).all("html")[0].attributes["lang"] == "zh-CN"
    assert rich.all("title")[0].text == "FLAKY relay · probe report"
    assert len(rich.all("main")) == len(rich.all("h1")) == len(rich.all("nav")) == 1


def test_headings_go_down_one_level_at_a_time(rich: Element) -> None:
    levels = [int(each.tag[1]) for each in rich.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_links_lead_somewhere(rich: Element) -> None:
    for root in (rich, page()):
        ids = Counter(values_of("id", root))
        assert [name for name, count in ids.items() if count > 1] == []
        targets = [target.removeprefix("#") for target in values_of("href", root)]
        assert len(targets) > 2
        assert set(targets) <= set(ids)
        assert set(values_of("aria-labelledby", root)) <= set(ids)


def values_of(attribute: str, root: Element) -> list[str]:
    """Return the values that an attribute has below an element."""
    return [element.attributes[attribute] or "" for element in root.all() if attribute in element.attributes]


def test_tables_have_captions_and_scopes_and_even_rows(rich: Element) -> None:
    tables = rich.all("table")
    assert len(tables) > 15
    for each in tables:
        assert each.all("caption")[0].text
        assert all(head.attributes.get("scope") in {"col", "row"} for head in each.all("th"))
        assert len({len(row.all("th", "td")) for row in each.all("tr")}) == 1


def test_images_have_a_name(rich: Element) -> None:
    images = [each for each in rich.all("svg") if "aria-hidden" not in each.attributes]
    assert {each.attributes.get("role") for each in images} == {"img"}
    assert len(images) > 20
    assert all(each.attributes.get("aria-label") for each in images)


# Nothing is loaded, nothing foreign runs


def test_the_policy_allows_this_style_and_this_script_only(rich: Element) -> None:
    (policy,) = (each.attributes["content"] or "" for each in rich.all("meta") if "http-equiv" in each.attributes)
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (element,) = rich.all(tag)
        content = "".join(child for child in element.children if isinstance(child, str))
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_no_element_points_outside(rich: Element) -> None:
    for element in rich.all():
        for name in ("src", "href", "srcset", "action", "data", "poster", "xlink:href", "style", "onclick"):
            assert (element.attributes.get(name) or "#").startswith("#"), (element.tag, name)
    assert rich.all("link", "iframe", "object", "embed", "base", "form") == []
    assert re.search(r"@import|url\(", rich.all("style")[0].text) is None


def test_a_stranger_s_text_is_shown_and_is_no_mark_up(rich_html: str, rich: Element) -> None:
    assert "<img src=x onerror=alert(1)>" in rich.text
    assert "{{ 7*7 }}" in rich.text
    assert rich.all("img") == []
    assert len(rich.all("script")) == 1
    assert all(not name.startswith("on") for each in rich.all() for name in each.attributes)
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rich_html) is None


@pytest.mark.parametrize("text", [HOSTILE, "a\u202eb", '"><svg onload=alert(1)>', "' autofocus onfocus=alert(1) x='"])
def test_names_and_settings_may_be_hostile_too(text: str) -> None:
    gate = section().gates[2].model_copy(update={"expression": text, "word": text})
    manifest = section().manifest
    assert manifest is not None
    target = manifest.target.model_copy(update={"base_url": text, "model": text, "token_masked": text})
    hostile = section(
        name=text,
        gates=(gate,),
        manifest=manifest.model_copy(update={"target": target}),
        notes=(Note(code=NoteCode.UNREADABLE, values={"what": text, "count": 1}),),
    )
    html = render_html(report(hostile, control()), EN)
    root = read(html)
    assert root.all("img") == []
    assert len(root.all("script")) == 1
    assert all(not name.startswith("on") and name != "autofocus" for each in root.all() for name in each.attributes)
    assert "\u202e" not in html


# What it says


def test_figures_at_a_glance_have_n_and_interval_and_charts_their_captions() -> None:
    root = page()
    first, second = root.with_class("cards")[0].all("li")
    assert "call1 30 calls" in first.text
    assert "4.20 s 3.80 s to 5.00 s" in first.text
    assert "0 % at most 10 %" in second.text
    assert all(each.text for each in root.all("figcaption"))


def test_a_rate_s_interval_is_drawn_where_it_lies() -> None:
    span = page().with_class("span")[0]
    assert (span.attributes["x"], span.attributes["width"]) == ("16.7%", "31.2%")


def test_tables_hold_the_figures() -> None:
    root = page()
    assert table(root, "Calls")[1] == ["call1", "30", "21", "18", "3", "9", "6", "30 % (17 % to 48 %)"]
    durations = {row[0]: row[1:] for row in table(root, "Durations")}
    assert durations["median"] == ["4.20 s 3.80 s to 5.00 s", "1.30 s 1.18 s to 1.55 s"]
    assert durations["99 % quantile"] == ["n too small", "n too small"]
    assert durations["failed after (median)"] == ["1.20 s", "–"]
    finished = table(root, "Shortest and longest calls")
    assert ["call1", "recovered", "3", "7.90 s", "9.80 s", "–", "12.7 s"] in finished
    outcomes = table(root, "Outcomes")
    assert [
        "call1",
        "timed_out: no_first_byte",
        "no first byte",
        "6",
        "no complete answer before the deadline",
        "relay",
    ] in (outcomes)
    gates = table(root, "Gates")
    assert gates[1][:3] == ["call1.failure_rate > 0.1", "failed", "30 % (17 % to 48 %), 9 of 30"]


@pytest.mark.parametrize("language", Language)
def test_a_comparison_says_what_it_comes_to_before_its_table(language: Language) -> None:
    texts = Texts(language)
    names = {"base": "embedded", "candidate": "relay"}
    shown = page(rich_report(), texts).all("section")[-1]
    (box,) = shown.with_class("comparison")
    assert box.text == conclusion(comparison(), texts)
    assert shown.all("h3")[0].text == texts("comparison.title", **names)
    assert texts("comparison.rule") in shown.text
    worse = comparison().differences[0].model_copy(update={"regression": True})
    made = comparison().model_copy(update={"differences": (worse, *comparison().differences[1:])})
    shown = page(report(section(), control(), comparisons=(made,)), texts).all("section")[-1]
    (box,) = shown.with_class("comparison")
    assert "bad" in (box.attributes["class"] or "").split()
    assert box.all("p")[0].text == texts("comparison.regression", **names)
    assert [each.text for each in box.all("li")] == [comparison_words(worse, texts)]


def test_of_sections_with_nothing_in_common_no_empty_table_is_shown() -> None:
    note = Note(code=NoteCode.NO_COMMON_STEP, values={"base": "call1", "candidate": "call9"})
    empty = comparison().model_copy(update={"differences": (), "warnings": (note,)})
    shown = page(report(section(), control(), comparisons=(empty,))).all("section")[-1]
    assert shown.with_class("lead")[0].text == conclusion(empty, EN)
    assert shown.all("table") == []


def test_a_comparison_is_sorted_within_each_unit(rich: Element) -> None:
    (found,) = (each for each in rich.all("table") if "every quantity" in each.all("caption")[0].text)
    rows = [row.all("th", "td") for row in found.all("tbody")[0].all("tr")]
    by_difference = sorted(rows, key=lambda row: float(row[4].attributes["data-key"] or "-1"))
    assert [row[4].text for row in by_difference] == [
        "–", "0 points (−10 to 10)", "+22 points (2 to 42)", "−490 ms (−600 ms to −380 ms)"
    ]  # fmt: skip


def test_runs_that_were_not_pooled_say_why() -> None:
    note = Note(code=NoteCode.NOT_POOLED, values={"run": "run-2", "other": "run-1", "names": "model"})
    root = page(report(section(), refused=(note,)))
    assert "run-2" in root.with_class("banner")[0].text


def test_a_section_without_calls_claims_nothing() -> None:
    empty = section(
        verdict=None, pairs=None, steps=(), charts=Charts(), waterfalls=(), incidents=(), incidents_total=0,
        rounds_finished=0, gates=(), notes=(),
    )  # fmt: skip
    root = page(report(empty))
    assert EN("health.none") in root.text
    assert EN("html.nothing_to_send") not in root.text
    assert root.all("figure") == root.with_class("call") == []
    assert "0 %" not in root.text


def test_a_section_without_a_manifest_says_so() -> None:
    assert EN("provenance.unknown") in page(report(section(manifest=None))).text


def test_a_thousand_rounds_stay_below_two_megabytes() -> None:
    large = section(1000)
    many: dict[str, Any] = {
        "charts": large.charts.model_copy(update={"rounds": large.charts.rounds[:300]}),
        "waterfalls": large.waterfalls * 3,
        "incidents": large.incidents * 4,
    }
    html = render_html(report(large.model_copy(update=many)), EN)
    assert len(many["waterfalls"]) > 1000
    assert len(html.encode()) < 2_000_000


@pytest.mark.slow
def test_a_page_of_many_targets_stays_below_two_megabytes_and_shares_what_can_be_opened() -> None:
    """As full as sections come: 300 rounds drawn, 60 columns of outcomes a step, 50 incidents, all calls."""
    full = section(300)
    columns = [each for label in ("call1", "call2") for each in full.charts.over_time if each.label == label]
    drawn = full.charts.model_copy(update={"over_time": (*columns[:60], *columns[-60:])})
    each = full.model_copy(update={"charts": drawn, "waterfalls": full.waterfalls[:150]})
    assert (len(drawn.rounds), len(each.incidents), len(each.waterfalls)) == (300, 50, 143)
    html = render_html(report(*(each.model_copy(update={"name": f"target-{n}"}) for n in range(8))), EN)
    assert 1_800_000 < len(html.encode()) < 2_000_000
    opened = [len(shown.with_class("call")) for shown in read(html).all("section")]
    assert max(opened) - min(opened) <= 1
    assert min(opened) >= 4


@pytest.mark.parametrize("language", Language)
def test_every_text_of_the_page_is_written_in_this_language(language: Language) -> None:
    shown = page(rich_report(), Texts(language)).text
    chinese = re.search(r"[\u4e00-\u9fff]", shown)
    assert (chinese is not None) == (language is Language.ZH)
    headings = page(rich_report(), Texts(language)).all("h3", "h4", "caption")
    foreign = [each.text for each in headings if language is Language.ZH and re.fullmatch(r"[A-Za-z ,:]+", each.text)]
    assert foreign == []
