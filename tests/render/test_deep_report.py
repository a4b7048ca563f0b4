"""The report of a deep check in each format."""

import re

import pytest

from probe.model.choices import Language
from probe.model.deep_report import CaseResult
from probe.render.deep_html import render_deep_html
from probe.render.deep_listing import render_deep
from probe.render.deep_markdown import render_deep_markdown
from probe.render.text_layout import width
from probe.texts import Texts
from tests.parsed_page import ParsedPage
from tests.render.deep_samples import deep_report, deep_target, two_targets


def rows(markdown: str) -> dict[str, list[str]]:
    """Return the rows of the first table, by their first cell."""
    lines = markdown.partition("| case")[2].splitlines()[2:]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[: lines.index("")]]
    return {first: others for first, *others in table}


def test_the_matrix_has_a_column_for_each_target() -> None:
    table = rows(render_deep_markdown(two_targets(), Texts()))
    assert table == {
        "`tools`": ["title of tools", "wrong", "pass", "**fail**"],
        "`cache`": ["title of cache", "warning", "pass", "cannot tell"],
        "`image`": ["title of image", "note", "pass", "not made"],
    }


def test_the_matrix_of_one_target_says_what_was_found() -> None:
    report = deep_report(deep_target("only", *[CaseResult.PASS] * 3, words="all is well"))
    assert rows(render_deep_markdown(report, Texts()))["`tools`"][-1] == "all is well"


def test_strangers_cannot_break_out() -> None:
    markdown = render_deep_markdown(two_targets(), Texts())
    html = render_deep_html(two_targets(), Texts())
    listing = render_deep(two_targets(), Texts(), 100)
    assert "<script>alert" not in re.sub(r"`[^`]*`", "", markdown)
    assert "<script>alert" not in html
    assert not any("\x1b" in text for text in (markdown, html, listing))


@pytest.mark.parametrize("language", list(Language))
def test_the_page_leads_to_each_target_and_each_id_is_unique(language: Language) -> None:
    html = render_deep_html(two_targets(), Texts(language))
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    links = re.findall(r' href="#([^"]+)"', html)
    assert {"t1", "t2"} <= set(links) <= set(ids)
    page = ParsedPage(html)
    assert page.loaded == []
    assert page.language == {"en": "en", "zh": "zh-CN"}[language.value]


def test_the_listing_fits_and_names_what_fails_last() -> None:
    listing = render_deep(two_targets(), Texts(), 100)
    assert max(map(width, listing.splitlines())) <= 100
    assert "Interrupted" in listing
    *_, first, second, took = listing.splitlines()
    assert first == "fine: All cases pass: tools, cache, image."
    assert second == "bad: Fails: tools; cannot be told: cache."
    assert took == "Took 65.0 s; 525 tokens, as far as answers say."


def test_no_score_and_no_word_on_who_is_genuine() -> None:
    for language in Language:
        for render in (render_deep_markdown, render_deep_html):
            text = render(two_targets(), Texts(language)).lower()
            assert not any(word in text for word in ("genuine", "fake", " %", "/100", "真伪", "假"))
