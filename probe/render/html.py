"""A Report as one HTML file: it loads nothing, runs only its own script, and reads well on a phone and on paper."""

import base64
import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from probe.model.choices import Language
from probe.model.report_sections import Report, Section
from probe.render.call_anchors import call_anchors
from probe.render.charts import Draw, draw_here
from probe.render.driver_sentences import driver_sentences, driver_table
from probe.render.html_comparison import comparison_view
from probe.render.html_room import Drawable, with_calls, without_calls
from probe.render.html_section import SectionView, section_view
from probe.render.html_tables import drawn_table
from probe.render.numbers import count_text
from probe.render.overview import measured, overview_table
from probe.render.palette import schemes
from probe.render.sentences import note_sentence
from probe.render.templates import asset, template
from probe.render.vantage_sentences import vantage_answer, vantage_details, vantage_table
from probe.texts import Texts

MOST_BYTES = 1_900_000
"""Calls that can be opened may fill the page up to here, so that it stays below 2 MB."""

_LANGUAGES = {Language.EN: "en", Language.ZH: "zh-CN"}
_STYLES = ("page.css", "answer.css", "tables.css", "calls.css", "print.css")
_SCRIPTS = ("tables.js", "copy.js", "calls.js")


def render_html(report: Report, texts: Texts, draw: Draw = draw_here) -> str:
    """Return the whole report in the language of `texts`; `draw` draws its charts."""
    sections = report.worst_first
    when = "" if _several(report) else measured(report, texts)
    drawable = [
        _drawable(section, f"s{number}", when, texts, draw, is_main=number == 1 and not _several(report))
        for number, section in enumerate(sections, 1)
    ]
    whole = _page(report, with_calls(drawable, math.inf, texts), texts)
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    room = MOST_BYTES - len(_page(report, without_calls(drawable, texts), texts).encode())
    return _page(report, with_calls(drawable, room, texts), texts)


def _drawable(section: Section, name: str, when: str, texts: Texts, draw: Draw, *, is_main: bool) -> Drawable:
    anchors = call_anchors(section, "" if is_main else f"{name}-")
    return Drawable(section, section_view(section, name, when, anchors, texts, draw), anchors)


def _several(report: Report) -> bool:
    """Return True where there are several targets to compare; a control arm is none."""
    return len(report.targets) > 1


def _page(report: Report, sections: Sequence[SectionView], texts: Texts) -> str:
    comparisons = [
        comparison_view(comparison, f"comparison-{number}", texts)
        for number, comparison in enumerate(report.comparisons, 1)
    ]
    contents = [*_contents(sections, texts), *([(texts("html.comparisons"), "comparisons")] if comparisons else [])]
    several = _several(report)
    return template("report.html").render(
        **page_frame(texts),
        report=report,
        several=several,
        heading=texts("html.targets", n=count_text(len(report.targets))),
        sections=sections,
        comparisons=comparisons,
        drivers=list(_drivers(report, texts)),
        vantages=list(_vantages(report, texts)),
        refused=[note_sentence(note, texts) for note in report.refused],
        contents=contents,
        measured=measured(report, texts),
        overview=_overview(report, sections, texts) if several else None,
    )


def _overview(report: Report, sections: Sequence[SectionView], texts: Texts) -> Markup:
    """Draw the table of all targets, whose names lead to their sections."""
    return drawn_table(overview_table(report, texts), "overview", links={view.name: view.id for view in sections})


def _drivers(report: Report, texts: Texts) -> Iterator[tuple[str, list[str], Markup]]:
    """Yield for each target that several drivers called the title, the sentences and the table."""
    for number, comparison in enumerate(report.drivers, 1):
        table = driver_table(comparison, texts)
        yield table.title, list(driver_sentences(comparison, texts)), drawn_table(table, f"drivers-{number}")


def _vantages(report: Report, texts: Texts) -> Iterator[tuple[str, str, list[str], Markup]]:
    """Yield for each target that several vantages called the title, the answer, what it rests on, and the table."""
    for number, comparison in enumerate(report.vantages, 1):
        table = vantage_table(comparison, texts)
        details = list(vantage_details(comparison, texts))
        yield table.title, vantage_answer(comparison, texts), details, drawn_table(table, f"vantages-{number}")


def page_frame(texts: Texts) -> dict[str, Any]:
    """Return what the template of every page takes: texts, language, style sheet, script, and the policy for both."""
    style, script = _page_style(), _page_script()
    policy = _page_policy(style, script)
    return {
        "texts": texts,
        "language": _LANGUAGES[texts.language],
        "policy": policy,
        "style": style,
        "script": script,
    }


def _page_style() -> Markup:
    """Return the style sheet of a page."""
    return Markup(schemes() + "".join(map(asset, _STYLES)))  # noqa: S704  # style and script are ours


def _page_script() -> Markup:
    """Return the script of a page."""
    return Markup("".join(map(asset, _SCRIPTS)))  # noqa: S704


def _page_policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy under which this style sheet and this script count, and nothing else."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _contents(sections: Sequence[SectionView], texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield names and ids of the sections; where there is only one, of its parts."""
    if len(sections) > 1:
        yield from ((section.name, section.id) for section in sections)
        return
    for only in sections:
        parts = {"operator": True, "why": True, "figures": True, "detail": only.calls is not None, "provenance": True}
        yield from ((texts(f"html.{part}"), f"{only.id}-{part}") for part, is_there in parts.items() if is_there)
