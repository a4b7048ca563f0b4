"""Waterfalls of calls for the page: what a call came to, and bars in percent of a common scale."""

from datetime import timedelta
from typing import Any

import pytest

from probe.model.chart import Mark, Span, Waterfall, WaterfallRow
from probe.model.outcome import Outcome
from probe.model.wire import Phases, PhaseSource
from probe.render.html_waterfall import RowView, WaterfallView, waterfall_view
from probe.render.time_scale import TimeScale
from probe.texts import Texts
from tests.builders import START
from tests.render.spoken import EN, ZH

TEN_SECONDS = TimeScale(10_000.0, 10_000.0)
"""A scale on which a percent is 100 ms."""
WAITED = Span(name="wait", start_ms=1000.0, length_ms=2000.0)


def view(texts: Texts = EN, *, several: bool = False, **changes: Any) -> WaterfallView:
    """Return what the page shows of a clean call of 1.5 s, changed in this."""
    fields = {
        "run_id": "run-1",
        "round": 5,
        "label": "call1",
        "started_at": START,
        "wall_ms": 1500.0,
        "mark": Mark.CLEAN,
        "outcome": Outcome.OK,
        "cause": None,
        "evidence": "1 request, good",
        "phases": None,
        "rows": (),
    }
    call = Waterfall.model_validate(fields | changes)
    return waterfall_view(call, "r5-call1", TEN_SECONDS, texts, several=several)


def row(texts: Texts = EN, **changes: Any) -> RowView:
    """Return what the page shows of an exchange."""
    fields = {"sequence": 2, "kind": "main", "request": "POST /v1/messages", "status": 200, "ending": "complete"}
    rows = view(texts, rows=(WaterfallRow.model_validate(fields | changes),)).rows
    assert rows
    return rows[0]


@pytest.mark.parametrize(
    ("mark", "kind", "tone", "word"),
    [
        (Mark.CLEAN, "clean", "good", "clean"),
        (Mark.RECOVERED, "recovered", "mild", "recovered"),
        (Mark.FAILED, "failed", "bad", "overloaded: 529"),
        (Mark.TIMED_OUT, "failed", "bad", "overloaded: 529"),
    ],
)
def test_a_call_is_marked_by_what_became_of_it_and_a_failed_one_by_its_outcome(
    mark: Mark, kind: str, tone: str, word: str
) -> None:
    shown = view(mark=mark, outcome=Outcome.OVERLOADED, cause="529")
    assert (shown.kind, shown.tone, shown.mark) == (kind, tone, word)
    assert shown.outcome == "overloaded: 529"
    assert bool(shown.reason) == (kind == "failed")


def test_why_a_call_failed_is_said_in_words() -> None:
    assert view(mark=Mark.FAILED, outcome=Outcome.OVERLOADED, cause="529").reason == "was refused as overloaded (529)"


def test_a_call_has_its_place_its_time_and_its_evidence() -> None:
    shown = view()
    assert (shown.anchor, shown.label, shown.title) == ("r5-call1", "call1", "Round 5, call1")
    assert (shown.began, shown.took) == ("2026-11-21T07:30:00.000Z", "1.50 s")
    assert shown.evidence == "1 request, good"
    assert view(ZH).title == "第 5 轮 call1"


def test_of_several_runs_a_call_names_its_own() -> None:
    assert view(several=True).title == "Round 5, call1 (run-1)"


def test_a_call_that_was_stopped_took_at_least_its_deadline() -> None:
    assert view(wall_ms=180_012.0, deadline_ms=180_000.0).took == "≥ 3 m 00 s"


def test_phases_stand_one_after_the_other_without_those_that_took_no_time() -> None:
    phases = Phases(source=PhaseSource.WIRE, boot_ms=1000, connect_ms=500, wait_ms=2000, stream_ms=0, exit_ms=100)
    bar = view(phases=phases, wall_ms=3600.0).phases
    assert [(piece.look, piece.start, piece.length) for piece in bar.pieces] == [
        ("boot", 0, 10), ("connect", 10, 5), ("wait", 15, 20), ("exit", 35, 1)
    ]  # fmt: skip
    assert bar.description == "boot 1.00 s, connect 500 ms, wait 2.00 s, exit 100 ms"


def test_a_call_whose_phases_are_not_known_is_one_piece() -> None:
    (piece,) = view(phases=None, wall_ms=2500.0).phases.pieces
    assert (piece.look, piece.start, piece.length) == ("unsplit", 0, 25)
    assert piece.description == "unsplit 2.50 s"


@pytest.mark.parametrize(
    ("start_ms", "length_ms"), [(0.0, 0.0), (1000.0, 0.001), (9_999.0, 1.0), (10_000.0, 5000.0), (9_000.0, 90_000.0)]
)
def test_every_piece_can_be_seen_and_none_leaves_the_line(start_ms: float, length_ms: float) -> None:
    (piece,) = row(spans=(Span(name="wait", start_ms=start_ms, length_ms=length_ms),)).bar.pieces
    assert piece.length >= 0.4
    assert 0 <= piece.start <= piece.start + piece.length <= 100


def test_an_exchange_stands_at_its_time_within_the_call() -> None:
    sent = Span(name="send", start_ms=900.0, length_ms=100.0)
    shown = row(spans=(sent, WAITED))
    assert [(piece.look, piece.start, piece.length) for piece in shown.bar.pieces] == [("send", 9, 1), ("wait", 10, 20)]
    assert shown.bar.description == "send 100 ms, wait 2.00 s"
    assert shown.took == "2.10 s"
    assert (shown.sequence, shown.kind, shown.request) == (2, "main", "POST /v1/messages")


def test_an_exchange_whose_times_are_not_known_has_no_duration() -> None:
    shown = row(spans=())
    assert (shown.took, shown.bar.pieces) == ("", ())


def test_a_call_that_was_not_recorded_is_told_from_one_that_made_no_request() -> None:
    assert view(rows=None).rows is None
    assert view(rows=()).rows == ()


@pytest.mark.parametrize(
    ("status", "ending", "said"),
    [
        (200, "complete", "HTTP 200, complete"),
        (200, "truncated_stream", "HTTP 200, truncated_stream"),
        (529, "529 overloaded_error", "HTTP 529 overloaded_error"),
        (52, "529 overloaded_error", "HTTP 52, 529 overloaded_error"),
        (None, "connection_refused", "connection_refused"),
    ],
)
def test_a_request_says_what_it_came_to(status: int | None, ending: str, said: str) -> None:
    assert row(status=status, ending=ending).came_to == said


def test_what_else_is_known_of_a_request_stands_below_it() -> None:
    known = row(
        begun_at=START + timedelta(milliseconds=376), model_served="glm-4.7", response_bytes=1200,
        request_ids={"request-id": "req_1", "cf-ray": "ray_1"},
    )  # fmt: skip
    assert known.more == ("07:30:00.376 · answered by glm-4.7 · 1,200 bytes · request-id: req_1 · cf-ray: ray_1",)
    assert row(response_bytes=81).more == ("81 bytes",)
    assert row().more == ()


def test_the_upstream_s_words_about_an_error_stand_before_all_else() -> None:
    assert row(detail="Overloaded", response_bytes=81).more == ("Overloaded", "81 bytes")
    assert row(detail="Overloaded").more == ("Overloaded",)
