"""A section as the page shows it: cards of figures, charts with what stands below them, tables, remarks."""

from typing import Any

import pytest

from probe.model.chart import Charts, Dot, Ecdf, Mark, RoundDots
from probe.model.choices import Role
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.report_sections import Section
from probe.model.statistics import Bound, Estimate, Figure, StepStatistics
from probe.render.call_anchors import CallKey
from probe.render.html_section import Card, Drawing, Fact, SectionView, Track, section_view
from probe.render.svg import Spec
from probe.texts import Texts
from tests.builders import START
from tests.render.html_reader import read
from tests.render.samples import section as everything_drawn
from tests.render.sections import (
    RUN,
    cold_section,
    durations,
    embedded_manifest,
    estimate,
    pairs,
    phases,
    section,
    statistics,
)
from tests.render.spoken import EN, ZH, warmth

CURVE = Ecdf(label="call1", n=4, points=((1000.0, 0.5), (2000.0, 1.0)), censored=0, horizon_ms=180_000.0)


def draw(spec: Spec) -> str:
    """Stand in for the library that draws: a picture of nothing, or of a link where there are any."""
    link = '<a xlink:href="#r1-call1"><path d="M0,0"/></a>' if "href" in str(spec) else ""
    return f'<svg width="100" height="50">{link}</svg>'


def view(of: Section, texts: Texts = EN, anchors: dict[CallKey, str] | None = None) -> SectionView:
    return section_view(of, "s1", "measured today", anchors or {}, texts, draw)


def card(**changes: Any) -> Card:
    """Return the card of a step of 30 calls, changed in this."""
    (shown,) = view(section(statistics("call1", 30, **changes))).cards
    return shown


def fact(of: Card, name: str) -> Fact | None:
    return next((each for each in of.facts if each.name == name), None)


def dots(*marks: Mark, number: int = 1) -> RoundDots:
    """Return a round with calls that came to this."""
    drawn = tuple(
        Dot(label=f"call{place}", wall_ms=1000.0, mark=mark, outcome=Outcome.OK)
        for place, mark in enumerate(marks, start=1)
    )
    return RoundDots(number=number, run_id=RUN, round=number, started_at=START, dots=drawn)


def drawing(charts: Charts, texts: Texts = EN, steps: tuple[StepStatistics, ...] = ()) -> Drawing:
    """Return the only chart of a section with this data."""
    shown = view(section(*steps, charts=charts), texts)
    (only,) = filter(None, (shown.rounds, *shown.drawings))
    return only


def test_each_step_has_a_card_with_its_calls() -> None:
    first, second = view(section(statistics("call1", 1200), statistics("call2", 1))).cards
    assert (first.label, first.n) == ("call1", "1,200 calls")
    assert (second.label, second.n) == ("call2", "1 call")


@pytest.mark.parametrize(
    ("rate", "value", "interval", "track"),
    [
        (estimate(0.3, 0.167, 0.479), "30 %", "17 % to 48 %", Track(30.0, 16.7, 31.2)),
        (estimate(0.0, 0.0, 0.095), "0 %", "at most 10 %", Track(0.0, 0.0, 9.5)),
        (estimate(1.0, 0.9, 1.0), "100 %", "90 % to 100 %", Track(100.0, 90.0, 10.0)),
        (estimate(0.5), "50 %", "0 % to 100 %", Track(50.0, 0.0, 100.0)),
        (None, "–", "", None),
    ],
)
def test_the_failure_rate_has_its_interval_in_words_and_as_a_track(
    rate: Estimate | None, value: str, interval: str, track: Track | None
) -> None:
    shown = card(failure_rate=rate).facts[0]
    assert shown == Fact(EN("column.failure_rate"), value, interval, track)


def test_durations_of_answered_calls_are_shown_with_their_intervals() -> None:
    shown = card()
    assert fact(shown, EN("quantity.p50_duration")) == Fact(EN("quantity.p50_duration"), "3.30 s", "3.10 s to 3.40 s")
    assert fact(shown, EN("quantity.p90_duration")) == Fact(EN("quantity.p90_duration"), "≥ 3.90 s", "n too small")
    assert fact(shown, EN("html.ttft")) == Fact(EN("html.ttft"), "40 ms", "35 ms to 52 ms")


@pytest.mark.parametrize(
    ("figure", "value", "interval"),
    [
        (Figure(value_ms=3430.0), "3.43 s", ""),
        (Figure(value_ms=180_000.0, bound=Bound.MORE_THAN, low_ms=9000.0), "> 3 m 00 s", "at least 9.00 s"),
        (Figure(value_ms=None, bound=Bound.TOO_FEW), "n too small", ""),
    ],
)
def test_a_quantile_says_no_more_than_is_known(figure: Figure, value: str, interval: str) -> None:
    shown = card(durations=durations(30, success_quantiles={"p50": figure}))
    assert fact(shown, EN("quantity.p50_duration")) == Fact(EN("quantity.p50_duration"), value, interval)
    assert fact(shown, EN("quantity.p90_duration")) is None


def test_a_lower_bound_is_no_less_than_the_quantile_before_it() -> None:
    quantiles = {"p50": Figure(value_ms=3300.0), "p90": Figure(value_ms=2000.0, bound=Bound.TOO_FEW)}
    shown = fact(card(durations=durations(30, success_quantiles=quantiles)), EN("quantity.p90_duration"))
    assert shown is not None
    assert shown.value == "≥ 3.30 s"


def test_how_long_failed_calls_took_is_shown_where_there_are_any() -> None:
    failed = Fact(EN("row.failed_after"), "6.40 s")
    assert fact(card(durations=durations(30, 3)), EN("row.failed_after")) == failed
    assert fact(card(durations=durations(30)), EN("row.failed_after")) is None


def test_a_step_without_calls_claims_nothing() -> None:
    (shown,) = view(section(statistics("call1", 0))).cards
    assert shown.facts == (Fact(EN("column.failure_rate"), "–"),)


def test_the_rounds_stand_apart_and_are_drawn_for_a_page_and_for_a_phone() -> None:
    shown = view(everything_drawn())
    assert shown.rounds is not None
    assert shown.rounds.classes == "rounds wide"
    assert shown.rounds.svg.count("<svg") == 2
    assert [each.name for each in shown.drawings] == ["ecdf", "phases", "outcomes"]
    assert {each.svg.count("<svg") for each in shown.drawings} == {1}
    assert [each.classes for each in shown.drawings] == ["ecdf", "phases", "outcomes"]


def test_a_chart_without_data_is_left_out() -> None:
    shown = view(section(statistics("call1", 0)))
    assert (shown.rounds, shown.drawings) == (None, ())
    only = drawing(Charts(), steps=(statistics("call1", 30, success_phases=phases(boot=700, wait=40)),))
    assert (only.name, only.title) == ("phases", EN("html.phases.title"))


@pytest.mark.parametrize(("mark", "is_told"), [(Mark.TIMED_OUT, True), (Mark.FAILED, False), (Mark.CLEAN, False)])
def test_the_arrow_of_a_call_that_was_stopped_is_explained_where_there_is_one(mark: Mark, is_told: bool) -> None:
    only = drawing(Charts(rounds=(dots(Mark.CLEAN, mark),), rounds_total=1))
    arrow = "An arrow is a call that was cut off there: it took at least as long."
    assert only.caption.startswith("A line joins the calls of a round.")
    assert (arrow in only.caption) == is_told


@pytest.mark.parametrize("censored", [0, 2])
def test_the_arrow_at_the_end_of_a_curve_is_explained_where_there_is_one(censored: int) -> None:
    only = drawing(Charts(ecdfs=(CURVE, CURVE.model_copy(update={"label": "call2", "censored": censored}))))
    assert ("An arrow ends a curve below 100 %" in only.caption) == bool(censored)


def test_a_chart_of_some_of_the_rounds_says_of_how_many() -> None:
    rounds = tuple(dots(Mark.CLEAN, number=number) for number in (1, 2))
    assert "2 of 1,000 rounds are shown" in drawing(Charts(rounds=rounds, rounds_total=1000)).caption
    assert "are shown" not in drawing(Charts(rounds=rounds, rounds_total=2)).caption


def test_what_a_chart_shows_is_told_beside_it_where_its_links_hide_it_from_a_screen_reader() -> None:
    of = section(statistics("call1", 1), charts=Charts(rounds=(dots(Mark.CLEAN),), rounds_total=1))
    linked, plain = (view(of, anchors=anchors).rounds for anchors in ({(RUN, 1, "call1"): "r1-call1"}, {}))
    assert linked is not None
    assert plain is not None
    assert linked.told == "Wall time of each call in 1 round. call1: 1 clean."
    assert plain.told == ""


def test_remarks_that_limit_all_figures_stand_apart_from_the_others() -> None:
    limit = Note(code=NoteCode.INCOMPLETE, values={"finished": 12, "planned": 30, "reason": "interrupted"})
    other = Note(code=NoteCode.OUTLIERS, values={"label": "call1", "count": 2, "rounds": "4, 17"})
    shown = view(section(notes=(other, limit)))
    (limits,), (notes,) = shown.limits, shown.notes
    assert "12 of 30" in limits
    assert "4, 17" in notes


def test_a_control_arm_is_folded_and_an_embedded_upstream_said_first() -> None:
    plain, control = view(section()), view(section(role=Role.CONTROL, manifest=embedded_manifest()))
    assert (plain.folded, plain.banners) == (False, ())
    assert control.folded
    assert control.banners


@pytest.mark.parametrize(("n", "size"), [(1, "1 round, 1 call"), (1200, "1,200 rounds, 1,200 calls")])
def test_the_section_begins_with_what_was_measured_and_when(n: int, size: str) -> None:
    shown = view(section(statistics("call1", n), rounds_finished=n))
    assert (shown.id, shown.name) == ("s1", "relay")
    assert shown.facts == ("relay.example", "glm-4.7", size, "measured today")


def test_tables_without_rows_are_left_out_and_the_others_keep_their_order() -> None:
    levels = ({"idle_ms": 5000.0, "n": 4, "cold": 0, "fitted_share": 0.0},)
    step = statistics("call1", 30, success_phases=phases(boot=700, wait=40))
    full = section(step, warmth=warmth(levels=levels), pairs=pairs(30))
    order = [
        "s1-warmth",
        "s1-calls",
        "s1-durations",
        "s1-finished",
        "s1-pairs",
        "s1-phases",
        "s1-outcomes",
        "s1-models",
    ]
    assert ids(view(full)) == order
    some = section(statistics("call1", 30))
    assert ids(view(some)) == [name for name in order if name not in {"s1-warmth", "s1-pairs", "s1-phases"}]
    assert ids(view(section())) == []


def ids(shown: SectionView) -> list[str | None]:
    return [read(table).all("table")[0].attributes["aria-labelledby"] for table in shown.tables]


def test_gates_are_a_table_of_their_own_where_there_are_any() -> None:
    assert "call1.failure_rate &gt; 0.1" in view(cold_section()).gates
    assert not view(section()).gates


def test_it_is_written_in_chinese() -> None:
    shown = view(cold_section(), ZH)
    assert shown.cards[0].n == "30 次调用"
    assert shown.rounds is not None
    assert shown.rounds.title == "逐轮耗时"
