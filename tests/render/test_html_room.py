"""The calls that can be opened in a page that has no room for all, and links to the others."""

import math
import re
from collections.abc import Sequence

import pytest

from probe.model.chart import Waterfall
from probe.render.call_anchors import call_anchors
from probe.render.charts import Draw, draw_here
from probe.render.html_room import Drawable, with_calls, without_calls
from probe.render.html_section import SectionView, section_view
from tests.render.samples import charts, section, waterfall
from tests.render.spoken import EN

CLEAN, FAILED = waterfall(1, "call1"), waterfall(9, "call1")
BLANK = '<svg width="1" height="1"></svg>'
BAD_LAST = (CLEAN, waterfall(2, "call2"), waterfall(7, "call1"), FAILED)


def drawable(calls: Sequence[Waterfall], name: str = "s1", draw: Draw = lambda _: BLANK) -> Drawable:
    """Return a section of ten rounds of which these calls can be opened; its charts are blank unless `draw` draws."""
    drawn = section(10, charts=charts(10), waterfalls=tuple(calls))
    anchors = call_anchors(drawn, f"{name}-")
    return Drawable(drawn, section_view(drawn, name, "", anchors, EN, draw), anchors)


@pytest.fixture(scope="module")
def with_charts() -> Drawable:
    """Return a section with its charts, whose dots lead to calls."""
    return drawable(BAD_LAST, draw=draw_here)


def opened(view: SectionView) -> list[str]:
    """Return the ids of the calls that can be opened, as they stand in the page."""
    return re.findall(r'<details class="call" id="([^"]+)"', "".join(view.calls.calls)) if view.calls else []


def linked(view: SectionView) -> set[str]:
    """Return the ids that links lead to, in the chart and in the operator's table."""
    assert view.rounds is not None
    return set(re.findall(r'class="to-call"[^>]*href="#([^"]+)"', view.operator + view.rounds.svg))


def size(call: Waterfall) -> int:
    """Return how many bytes a call and the links to it take."""
    (view,) = with_calls([drawable([call])], math.inf, EN)
    assert view.calls is not None
    return len(view.calls.calls[0].encode()) + 300


def test_where_there_is_room_for_all_every_call_can_be_opened_and_is_linked_to(with_charts: Drawable) -> None:
    (view,) = with_calls([with_charts], math.inf, EN)
    assert opened(view) == ["s1-r1-call1", "s1-r2-call2", "s1-r7-call1", "s1-r9-call1"]
    assert linked(view) == set(opened(view))


def test_where_there_is_room_for_none_no_link_is_left_and_what_it_said_is(with_charts: Drawable) -> None:
    (view,) = without_calls([with_charts], EN)
    assert (view.calls, linked(view)) == (None, set())
    assert re.sub(r"<a class=\"to-call\".*?>|</a>", "", with_charts.view.operator) == view.operator
    assert "Round 9, call1" in view.operator


@pytest.mark.parametrize("spare", [0, -1])
def test_a_call_counts_with_the_links_to_it(spare: int) -> None:
    (view,) = with_calls([drawable([FAILED])], size(FAILED) + spare, EN)
    assert opened(view) == ([] if spare else ["s1-r9-call1"])


def test_calls_that_went_wrong_come_before_clean_ones_and_stand_in_their_order(with_charts: Drawable) -> None:
    room = sum(map(size, (*BAD_LAST[2:], CLEAN))) + 200
    (view,) = with_calls([with_charts], room, EN)
    assert opened(view) == ["s1-r1-call1", "s1-r7-call1", "s1-r9-call1"]
    assert linked(view) == set(opened(view))
    assert view.calls is not None
    assert view.calls.note.startswith("3 of 60 calls")


def test_sections_share_the_room_in_turn() -> None:
    sections = [drawable(BAD_LAST, "s1"), drawable(BAD_LAST[::-1], "s2")]
    room = size(BAD_LAST[2]) + size(FAILED) + 200
    assert [opened(view) for view in with_calls(sections, room, EN)] == [["s1-r7-call1"], ["s2-r9-call1"]]


def test_a_section_without_bad_calls_waits_for_the_bad_calls_of_others() -> None:
    sections = [drawable([CLEAN], "s1"), drawable(BAD_LAST, "s2")]
    room = size(BAD_LAST[2]) + size(FAILED) + 200
    assert [opened(view) for view in with_calls(sections, room, EN)] == [[], ["s2-r7-call1", "s2-r9-call1"]]


def test_all_calls_of_a_page_are_drawn_on_the_scale_of_the_slowest() -> None:
    alone, beside = (
        with_calls([drawable([CLEAN], "s1"), *others], math.inf, EN)[0].calls
        for others in ([], [drawable([FAILED.model_copy(update={"wall_ms": 90_000.0})], "s2")])
    )
    assert alone is not None
    assert beside is not None
    assert alone.ticks != beside.ticks
