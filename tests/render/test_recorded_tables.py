"""The tables of a recording's report: what each row says, what is not known, and what there is no room for."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from probe.model.fault_party import FaultParty
from probe.model.health import FaultCount, HealthWord
from probe.model.outcome import Outcome
from probe.model.recorded_report import (
    IdleGroup,
    RecordedHour,
    RecordedReport,
    RequestKindCount,
    RetryStorm,
    TokenBin,
    TokenCount,
)
from probe.model.recorded_request import RecordedRequest
from probe.model.request_kind import RequestKind
from probe.model.wire import Phases, PhaseSource
from probe.render.html_tables import HtmlCell, html_table
from probe.render.recorded_tables import (
    facts_table,
    failed_table,
    hours_table,
    idle_table,
    kinds_table,
    recorded_tables,
    recovered_table,
    slowest_table,
    stalls_table,
    storms_table,
    tokens_table,
)
from probe.render.table_model import BadgeCell, Table
from tests.builders import MODEL, START
from tests.render.recorded_samples import made
from tests.render.sections import health, statistics
from tests.render.spoken import EN, ZH
from tests.reporting.recordings import eventful
from tests.stats.recorded import recorded

BOTH_IDS = ({"request-id": "req_1", "cf-ray": "ray_1"}, {"request-id": "req_2"})
TWICE = ("529 overloaded_error", "good")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RecordedReport:
    return made(tmp_path_factory.mktemp("recording"), eventful())


@pytest.fixture
def empty(whole: RecordedReport) -> RecordedReport:
    """Return a report all of whose tables but that of the facts are empty."""
    names = "hours kinds storms failed recovered stalls slowest idle tokens_over_time"
    return whole.model_copy(update=dict.fromkeys(names.split(), ()))


def rows(table: Table) -> list[dict[str, str]]:
    """Return what a reader sees in each row, by the name of its column."""
    return [
        {name: " ".join(cell.lines) for name, cell in zip(table.columns, row, strict=True)}
        for row in html_table(table, "t").rows
    ]


def cells(table: Table, column: str) -> list[HtmlCell]:
    place = table.columns.index(column)
    return [row[place] for row in html_table(table, "t").rows]


def hour(word: HealthWord, faults: Iterable[tuple[FaultParty, int]] = (), **changes: Any) -> RecordedHour:
    counted = tuple(FaultCount(party=party, n=n) for party, n in faults)
    judged = health((statistics("call1", 9),)).model_copy(update={"word": word, "faults": counted})
    fields = {"begins_at": START, "requests": 9, "interrupted": 0, "retries": 0, "stalled": 0, "tokens": TokenCount()}
    return RecordedHour.model_validate({**fields, "health": judged, **changes})


def kind(model: str | None, tokens: TokenCount) -> RequestKindCount:
    return RequestKindCount(
        kind=RequestKind.MAIN, model=model, requests=1200, exchanges=1, failed=0, recovered=0, interrupted=0,
        median_ms=None, tokens=tokens,
    )  # fmt: skip


def test_tables_stand_in_the_order_of_what_matters_and_empty_ones_not_at_all(
    whole: RecordedReport, empty: RecordedReport
) -> None:
    order = ["hours", "kinds", "storms", "stalls", "failed", "recovered", "slowest", "idle", "tokens"]
    assert [table.id for table in recorded_tables(whole, EN)] == order
    without = whole.model_copy(update={"storms": (), "idle": ()})
    assert [table.id for table in recorded_tables(without, EN)] == [n for n in order if n not in {"storms", "idle"}]
    assert list(recorded_tables(empty, EN)) == []


def test_every_row_has_a_cell_for_each_column(whole: RecordedReport) -> None:
    for texts in (EN, ZH):
        for table in (*recorded_tables(whole, texts), facts_table(whole, texts)):
            assert {len(row) for row in table.rows} == {len(table.columns)}


@pytest.mark.parametrize(
    ("word", "tone", "is_urgent"),
    [(HealthWord.OK, "good", False), (HealthWord.UNKNOWN, "mild", False), (HealthWord.FLAKY, "bad", True)],
)
def test_an_hour_shows_its_health_and_stands_out_where_it_was_bad(
    empty: RecordedReport, word: HealthWord, tone: str, is_urgent: bool
) -> None:
    table = hours_table(empty.model_copy(update={"hours": (hour(word),)}), EN)
    assert BadgeCell(word.value, tone, urgent=is_urgent, look=word.value.lower()) in table.rows[0]


def test_an_hour_names_the_parties_that_failed_and_no_other(empty: RecordedReport) -> None:
    faults = ((FaultParty.RELAY, 2), (FaultParty.ACCOUNT, 0), (FaultParty.NETWORK, 1200))
    hours = (hour(HealthWord.FLAKY, faults), hour(HealthWord.OK, ((FaultParty.RELAY, 0),)))
    bad, good = rows(hours_table(empty.model_copy(update={"hours": hours}), EN))
    assert (bad["failures"], good["failures"]) == ("relay 2 · network 1,200", "–")
    assert bad["hour"] == "2026-11-21 07:00"


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [
        (TokenCount(), ("–", "–", "–")),
        (TokenCount(input=0, output=0, answers=1), ("–", "0", "0")),
        (TokenCount(input=500, output=7, answers=1), ("–", "500", "7")),
        (TokenCount(input=250, cache_read=750, output=1200, answers=2), ("75 %", "1,000", "1,200")),
    ],
)
def test_tokens_that_no_answer_told_are_a_dash_and_no_zero(
    empty: RecordedReport, tokens: TokenCount, shown: tuple[str, ...]
) -> None:
    (row,) = rows(kinds_table(empty.model_copy(update={"kinds": (kind(None, tokens),)}), EN))
    assert tuple(row[name] for name in ("cache read", "tokens in", "tokens out")) == shown
    assert (row["model"], row["n"], row["median duration"]) == ("–", "1,200", "–")


def test_a_storm_has_its_length_and_what_its_attempts_came_to(empty: RecordedReport) -> None:
    storm = RetryStorm(
        begun_at=START, ended_at=START + timedelta(seconds=32.5), requests=3, attempts=8, failed=1,
        endings={"529 overloaded_error": 4, "truncated_stream": 1},
    )  # fmt: skip
    (row,) = rows(storms_table(empty.model_copy(update={"storms": (storm,)}), EN))
    assert (row["UTC"], row["length"]) == ("2026-11-21 07:30:00", "32.5 s")
    assert row["what attempts came to"] == "529 overloaded_error (4) truncated_stream (1)"
    assert (row["requests"], row["attempts"], row["failed"]) == ("3", "8", "1")


@pytest.mark.parametrize(("attempt", "found"), [(1, "req_1"), (2, "req_2"), (None, "req_1")])
def test_a_stall_names_the_id_of_the_attempt_that_was_silent(
    empty: RecordedReport, attempt: int | None, found: str
) -> None:
    stall = recorded(0, 95, TWICE, silence_ms=94_000.0, silent_attempt=attempt, request_ids=BOTH_IDS)
    (row,) = rows(stalls_table(empty.model_copy(update={"stalls": (stall,), "stalls_total": 1}), EN))
    assert (row["silent for"], row["request ids"]) == ("94.0 s", found)
    if attempt:
        assert row["attempt"] == f"attempt {attempt} of 2"


def test_below_the_stalls_stands_from_when_on_a_silence_is_one(empty: RecordedReport) -> None:
    assert "for 45.0 s or longer" in stalls_table(empty.model_copy(update={"stall_ms": 45_000.0}), EN).note


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"request_ids": BOTH_IDS}, "req_1; req_2"),
        ({"request_ids": ({}, {"request-id": "req_2"}), "session_id": "s-1"}, "req_2"),
        ({"request_ids": ({}, {}), "session_id": "s-1"}, "session s-1"),
        ({"request_ids": ({}, {})}, "–"),
    ],
)
def test_a_request_is_found_by_the_ids_of_its_attempts_else_by_its_session(
    empty: RecordedReport, changes: dict[str, Any], ids: str
) -> None:
    request = recorded(0, 1, TWICE, **changes)
    of = empty.model_copy(update={"failed": (request,), "recovered": (request,)})
    for table in (failed_table(of, EN), recovered_table(of, EN)):
        (row,) = rows(table)
        assert row["request ids"] == ids
        assert row["what attempts came to"] == "529 overloaded_error; good"


def test_a_request_that_failed_says_why_when_and_what_was_asked(empty: RecordedReport) -> None:
    request = recorded(
        20, 2, ("400 x",), number=7, outcome=Outcome.BAD_REQUEST, cause="400", evidence="HTTP 400: no",
        kind=RequestKind.BACKGROUND, model_requested=MODEL,
    )  # fmt: skip
    (row,) = rows(failed_table(empty.model_copy(update={"failed": (request,)}), EN))
    assert row == {
        "request": "#7", "UTC": "2026-11-21 07:30:20", "took": "2.00 s", "outcome": "bad_request: 400",
        "request ids": "–", "kind": "background", "model": MODEL, "what attempts came to": "400 x",
        "evidence": "HTTP 400: no",
    }  # fmt: skip


def test_requests_are_sorted_by_their_numbers_and_not_by_the_words(empty: RecordedReport) -> None:
    requests = tuple(recorded(number=number) for number in (9, 10))
    table = failed_table(empty.model_copy(update={"failed": requests}), EN)
    assert [cell.key for cell in cells(table, "request")] == [9, 10]


@pytest.mark.parametrize("name", ["failed", "recovered", "stalls"])
@pytest.mark.parametrize(("total", "more"), [(50, ""), (51, "1 more; "), (1250, "1,200 more; ")])
def test_of_many_requests_fifty_are_shown_and_the_rest_is_counted(
    empty: RecordedReport, name: str, total: int, more: str
) -> None:
    requests: tuple[RecordedRequest, ...] = tuple(
        recorded(number, number=number, request_ids=({},)) for number in range(1, min(total, 60) + 1)
    )
    of = empty.model_copy(update={name: requests, f"{name}_total": total})
    table = {"failed": failed_table, "recovered": recovered_table, "stalls": stalls_table}[name](of, EN)
    assert [row["request"] for row in rows(table)] == [f"#{number}" for number in range(1, 51)]
    assert ("more; " in table.note) == bool(more)
    assert more in table.note


def test_a_slow_request_shows_its_phases_and_the_id_of_its_last_attempt(empty: RecordedReport) -> None:
    phases = Phases(source=PhaseSource.WIRE, retries_ms=1500, connect_ms=40, wait_ms=300, stream_ms=700)
    request = recorded(0, 2.54, TWICE, phases=phases, request_ids=BOTH_IDS, ttft_ms=350.0, model_requested=MODEL)
    unknown = recorded(0, 2.54, TWICE, phases=phases)
    first, second = rows(slowest_table(empty.model_copy(update={"slowest": (request, unknown)}), EN))
    names = ("took", "retries", "connect", "wait", "stream", "first token", "model", "request ids")
    assert [first[name] for name in names] == [
        "2.54 s", "1.50 s", "40 ms", "300 ms", "700 ms", "350 ms", MODEL, "req_2"
    ]  # fmt: skip
    assert [second[name] for name in names[5:]] == ["–", "–", "–"]


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ({"from_ms": 0.0, "to_ms": None, "is_first": True}, "the first request"),
        ({"from_ms": 0.0, "to_ms": 5000.0}, "less than 5.00 s"),
        ({"from_ms": 5000.0, "to_ms": 60_000.0}, "5.00 s to 60.0 s"),
        ({"from_ms": 3_600_000.0, "to_ms": None}, "1 h 00 m or more"),
    ],
)
def test_an_idle_time_is_named_by_its_limits(empty: RecordedReport, group: dict[str, Any], words: str) -> None:
    assert [row["idle before"] for row in rows(idle_table(with_idle(empty, group), EN))] == [words]


def test_idle_times_are_sorted_by_their_length_after_the_first_request(empty: RecordedReport) -> None:
    groups = [{"from_ms": ms, "to_ms": None, "is_first": first} for ms, first in ((0, True), (0, False), (5e3, False))]
    first, none, some = (cell.key for cell in cells(idle_table(with_idle(empty, *groups), EN), "idle before"))
    assert isinstance(first, float)
    assert isinstance(none, float)
    assert first < none < 5000.0 == some


def with_idle(report: RecordedReport, *groups: dict[str, Any]) -> RecordedReport:
    fields = {"requests": 3, "wait_median_ms": 300.0, "ttft_median_ms": None, "ttft_max_ms": None}
    return report.model_copy(update={"idle": tuple(IdleGroup.model_validate(fields | group) for group in groups)})


def test_the_volume_of_tokens_is_drawn_as_a_share_of_the_largest(empty: RecordedReport) -> None:
    volumes = (4000, 2000, 0)
    bins = tuple(
        TokenBin(begins_at=START, minutes=5, requests=1, tokens=TokenCount(input=volume, answers=1))
        for volume in volumes
    )
    table = tokens_table(empty.model_copy(update={"tokens_over_time": bins}), EN)
    most, half, none = (row["volume"].count("█") for row in rows(table))
    assert most == 2 * half > 0 == none
    assert "within 5 min" in table.note


def test_without_tokens_no_length_of_a_line_is_told(empty: RecordedReport) -> None:
    assert tokens_table(empty, EN).note == ""


def test_the_facts_say_what_was_recorded(whole: RecordedReport) -> None:
    table = facts_table(whole, EN)
    assert table.facts
    assert {"item": "target", "value": "relay"} in rows(table)
