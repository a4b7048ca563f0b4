"""A deep check in Markdown, and what no format of it says."""

import re

from probe.model.choices import Language
from probe.render.deep_html import render_deep_html
from probe.render.deep_listing import render_deep
from probe.render.deep_markdown import render_deep_markdown
from probe.texts import Texts
from tests.render.deep_samples import two_targets


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


def test_strangers_cannot_break_out() -> None:
    markdown = render_deep_markdown(two_targets(), Texts())
    html = render_deep_html(two_targets(), Texts())
    listing = render_deep(two_targets(), Texts(), 100)
    assert "<script>alert" not in re.sub(r"`[^`]*`", "", markdown)
    assert "<script>alert" not in html
    assert not any("\x1b" in text for text in (markdown, html, listing))


def test_no_score_and_no_word_on_who_is_genuine() -> None:
    for language in Language:
        for render in (render_deep_markdown, render_deep_html):
            text = render(two_targets(), Texts(language)).lower()
            assert not any(word in text for word in ("genuine", "fake", " %", "/100", "真伪", "假"))
