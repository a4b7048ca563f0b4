"""The choice of calls that can be opened: as many as the page has room for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from probe.model.chart import Mark
from probe.model.report_sections import Section
from probe.render.html_section import SectionView
from probe.render.html_waterfall import waterfall_view
from probe.render.numbers import count_text
from probe.render.templates import template
from probe.texts import Texts

Place = tuple[int, int]
"""The place of a call: the number of its section, and its number among the section's calls."""


def with_waterfalls(
    views: Sequence[SectionView], sections: Sequence[Section], room: int, texts: Texts
) -> list[SectionView]:
    """Add as many calls that can be opened to the views as `room` bytes hold.

    Those that failed or recovered come first, one of each section in turn.
    """
    chosen: dict[Place, Markup] = {}
    for section, number in sorted(_places(sections), key=lambda place: _rank(sections, place)):
        drawn = _drawn(sections[section], number, texts)
        room -= len(drawn.encode())
        if room < 0:
            break
        chosen[section, number] = drawn
    return [
        replace(view, waterfalls=calls, waterfalls_note=_note(len(calls), section, texts))
        for place, (view, section) in enumerate(zip(views, sections, strict=True))
        for calls in [tuple(chosen[each] for each in sorted(chosen) if each[0] == place)]
    ]


def _places(sections: Sequence[Section]) -> Iterator[Place]:
    return ((place, number) for place, section in enumerate(sections) for number in range(len(section.waterfalls)))


def _rank(sections: Sequence[Section], place: Place) -> tuple[bool, int]:
    section, number = place
    calls = sections[section].waterfalls
    clean = calls[number].mark is Mark.CLEAN
    return clean, sum((earlier.mark is Mark.CLEAN) == clean for earlier in calls[:number])


def _drawn(section: Section, number: int, texts: Texts) -> Markup:
    view = waterfall_view(section.waterfalls[number], texts, several=len(section.runs) > 1)
    return Markup(template("waterfall.html").render(w=view, texts=texts))  # noqa: S704  # escaped there


def _note(shown: int, section: Section, texts: Texts) -> str:
    return texts("html.waterfalls.note", shown=count_text(shown), n=count_text(section.n))
