"""The choice of calls that can be opened: as many as the page has room for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from probe.model.chart import Mark
from probe.model.report_sections import Section
from probe.render.call_anchors import CallKey
from probe.render.html_calls import calls_view
from probe.render.html_section import SectionView
from probe.render.html_waterfall import waterfall_view
from probe.render.templates import template
from probe.render.time_scale import TimeScale, time_scale
from probe.texts import Texts

Place = tuple[int, int]
"""The place of a call: the number of its section, and its number among the section's calls."""

_TO_CALL = re.compile(r'<a class="to-call"[^>]*? href="#([^"]+)">(.*?)</a>')

_LINKS_TO_CALL = 300
"""Bytes that the links to a call take at most: in two charts and the operator's table."""


@dataclass(frozen=True)
class Drawable:
    """A section whose calls can be opened, and the ids of its calls."""

    section: Section
    view: SectionView
    anchors: Mapping[CallKey, str]


def without_calls(sections: Sequence[Drawable], texts: Texts) -> list[SectionView]:
    """Return the views as they are where there is room for no call."""
    scale = time_scale(())
    return [_with_calls(drawable, number, {}, scale, texts) for number, drawable in enumerate(sections)]


def with_calls(sections: Sequence[Drawable], room: float, texts: Texts) -> list[SectionView]:
    """Return the views with as many calls that can be opened as `room` bytes hold.

    Those that failed or recovered come first, one of each section in turn. Links to the others are taken out.
    """
    chosen: dict[Place, Markup] = {}
    scale = time_scale(call for drawable in sections for call in drawable.section.waterfalls)
    for place in sorted(_places(sections), key=lambda place: _rank(sections, place)):
        drawn = _drawn(sections[place[0]], place[1], scale, texts)
        room -= len(drawn.encode()) + _LINKS_TO_CALL
        if room < 0:
            break
        chosen[place] = drawn
    return [_with_calls(drawable, number, chosen, scale, texts) for number, drawable in enumerate(sections)]


def _with_calls(
    drawable: Drawable, number: int, chosen: Mapping[Place, Markup], scale: TimeScale, texts: Texts
) -> SectionView:
    places = [place for place in sorted(chosen) if place[0] == number]
    kept = {_anchor(drawable, place[1]) for place in places}
    view, section = drawable.view, drawable.section
    shown = [section.waterfalls[place[1]] for place in places]
    return replace(
        view,
        calls=calls_view(shown, [chosen[place] for place in places], section.n, scale, texts) if places else None,
        operator=_linked(view.operator, kept),
        rounds=replace(view.rounds, svg=_linked(view.rounds.svg, kept)) if view.rounds else None,
    )


def _linked(markup: Markup, kept: set[str]) -> Markup:
    """Take out the links to calls that are not in the page."""
    html = _TO_CALL.sub(lambda link: link[0] if link[1] in kept else link[2], markup)
    return Markup(html)  # noqa: S704  # only taken out


def _places(sections: Sequence[Drawable]) -> Iterator[Place]:
    for number, drawable in enumerate(sections):
        yield from ((number, call) for call in range(len(drawable.section.waterfalls)))


def _rank(sections: Sequence[Drawable], place: Place) -> tuple[bool, int]:
    number, call = place
    calls = sections[number].section.waterfalls
    clean = calls[call].mark is Mark.CLEAN
    return clean, sum((earlier.mark is Mark.CLEAN) == clean for earlier in calls[:call])


def _anchor(drawable: Drawable, number: int) -> str:
    call = drawable.section.waterfalls[number]
    return drawable.anchors[call.run_id, call.round, call.label]


def _drawn(drawable: Drawable, number: int, scale: TimeScale, texts: Texts) -> Markup:
    section = drawable.section
    call, several = section.waterfalls[number], len(section.runs) > 1
    view = waterfall_view(call, _anchor(drawable, number), scale, texts, several=several)
    return Markup(template("waterfall.html").render(w=view, texts=texts))  # noqa: S704  # escaped there
