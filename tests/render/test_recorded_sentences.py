"""The sentences on a recording: its size, what it lacks, and what to do."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from probe.model.fault_party import party_of
from probe.model.health import FailureKind, Health
from probe.model.outcome import Outcome
from probe.model.recorded_report import RecordedReport, RecordingLosses, RequestKindCount, TokenCount
from probe.model.recording_tally import RecordingTally, RequestStall
from probe.model.request_kind import RequestKind
from probe.render.recorded_sentences import (
    recorded_actions,
    recorded_remarks,
    recorded_summary,
    recorded_when,
    tally_line,
)
from probe.texts import Texts
from tests.builders import START
from tests.render.recorded_samples import made
from tests.render.sections import health, statistics
from tests.render.spoken import BOTH, EN, ZH
from tests.reporting.recordings import Script, eventful

STALL = RequestStall(silence_ms=94_000.0, request_id="req_7")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> RecordedReport:
    return made(tmp_path_factory.mktemp("recording"), eventful())


@pytest.mark.parametrize(
    ("figures", "line"),
    [
        ({}, "0 main requests in 0 exchanges."),
        ({"main_requests": 1, "exchanges": 1}, "1 main request in 1 exchange."),
        ({"main_requests": 1200, "exchanges": 1300}, "1,200 main requests in 1,300 exchanges."),
    ],
)
def test_the_line_begins_with_the_size(figures: dict[str, int], line: str) -> None:
    assert tally_line(RecordingTally(**figures), EN) == line


@pytest.mark.parametrize(
    ("figures", "part"),
    [
        ({"failed": 1}, "1 failed"),
        ({"recovered": 2}, "2 silently retried or fallen back"),
        ({"recovered": 1, "recovered_from": {"529 x": 1}}, "1 silently retried or fallen back (529 x)"),
        ({"recovered": 9, "recovered_from": {"a": 5, "b": 3, "c": 1}}, "9 silently retried or fallen back (a, b)"),
        ({"retries": 1}, "1 retry in all"),
        ({"retries": 7}, "7 retries in all"),
        ({"fallbacks": 1}, "1 asked again without a stream"),
        ({"storms": 2}, "2 retry storms"),
        ({"interrupted": 3}, "3 interrupted by the client"),
        ({"stalled": 1, "stalls": (STALL,)}, "1 stalled, for 94.0 s (req_7)"),
        ({"stalled": 2, "stalls": (RequestStall(silence_ms=31_000.0), STALL)}, "2 stalled, the longest for 31.0 s"),
        ({"tokens": TokenCount(input=4000, cache_read=1000)}, "5,000 tokens in and 0 out, cache read 20 %"),
        ({"tokens": TokenCount(input=4000, output=30)}, "4,000 tokens in and 30 out"),
    ],
)
def test_each_figure_is_told_where_there_is_something_to_tell(figures: dict[str, Any], part: str) -> None:
    assert tally_line(RecordingTally(**figures), EN) == f"0 main requests in 0 exchanges, {part}."


def test_all_figures_stand_in_one_line(report: RecordedReport) -> None:
    assert recorded_summary(report, EN) == (
        "28 main requests in 35 exchanges, 2 failed, "
        "3 silently retried or fallen back (529 overloaded_error, truncated_stream), 5 retries in all, "
        "1 asked again without a stream, 1 retry storm, 1 interrupted by the client, 2 stalled, "
        "the longest for 94.0 s (req_0012), 26,000 tokens in and 1,300 out, cache read 90 %."
    )
    assert "2 个停滞，最长 94.0 s（req_0012）" in recorded_summary(report, ZH)


@BOTH
def test_a_request_id_cannot_drive_the_terminal(texts: Texts) -> None:
    tally = RecordingTally(stalled=1, stalls=(RequestStall(silence_ms=31_000.0, request_id="\x1b[2Jreq"),))
    assert "\x1b" not in tally_line(tally, texts)


def test_it_is_said_when_the_requests_were_made(report: RecordedReport) -> None:
    times = {"begun_at": START, "ended_at": START + timedelta(minutes=61, seconds=5)}
    when = recorded_when(report.model_copy(update=times), EN)
    assert when == "Recorded 2026-11-21 07:30:00 to 2026-11-21 08:31:05 UTC (1 h 01 m)."


def test_without_requests_that_is_said(tmp_path: Path) -> None:
    assert recorded_when(made(tmp_path, Script()), EN) == "No request was recorded."


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"is_running": True}, "The recording goes on: this is as far as it has come."),
        ({"was_killed": True}, "The recorder was ended before its time: what had ended by then is here."),
        ({"losses": RecordingLosses(unended=1)}, "1 request had not ended; nothing is said of it."),
        ({"losses": RecordingLosses(unended=2)}, "2 requests had not ended; nothing is said of them."),
        ({"losses": RecordingLosses(lost_exchanges=1)}, "1 exchange is missing: the disk was too slow or full."),
        ({"losses": RecordingLosses(lost_exchanges=7)}, "7 exchanges are missing: the disk was too slow or full."),
        (
            {"losses": RecordingLosses(removed_exchanges=1200)},
            "The first 1,200 exchanges were removed to keep to the limit on disk space.",
        ),
        ({"losses": RecordingLosses(corrupt={"journal.jsonl": 3})}, "Unreadable: journal.jsonl (3)."),
    ],
)
def test_what_limits_the_data_is_said(report: RecordedReport, changes: dict[str, Any], remark: str) -> None:
    assert list(recorded_remarks(report.model_copy(update=changes), EN)) == [remark]


def test_a_whole_recording_has_no_limits(report: RecordedReport) -> None:
    assert list(recorded_remarks(report, EN)) == []


def test_every_file_that_cannot_be_read_is_named(report: RecordedReport) -> None:
    losses = RecordingLosses(corrupt={"a.jsonl": 1, "\x1b[2Jb.jsonl": 1200})
    first, second = recorded_remarks(report.model_copy(update={"losses": losses}), EN)
    assert "a.jsonl (1)" in first
    assert "b.jsonl (1,200)" in second
    assert "\x1b" not in second


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ((("glm-4.7", RequestKind.MAIN),), True),
        ((("glm-4.7", RequestKind.MAIN), ("glm-air", RequestKind.BACKGROUND)), True),
        ((("glm-4.7", RequestKind.MAIN), ("glm-air", RequestKind.MAIN)), False),
        (((None, RequestKind.MAIN), ("glm-4.7", RequestKind.MAIN)), True),
        ((("glm-4.7", RequestKind.BACKGROUND),), False),
    ],
)
def test_what_to_do_names_the_model_where_the_work_was_done_with_one(
    report: RecordedReport, asked: tuple[tuple[str | None, RequestKind], ...], named: bool
) -> None:
    kinds = tuple(
        RequestKindCount(
            kind=kind, model=model, requests=1, exchanges=1, failed=1, recovered=0, interrupted=0, median_ms=None,
            tokens=TokenCount(),
        )
        for model, kind in asked
    )  # fmt: skip
    changes = {"kinds": kinds, "health": all_failed(Outcome.MODEL_NOT_FOUND, "404")}
    (told,) = recorded_actions(report.model_copy(update=changes), EN)
    assert ("glm-4.7" in told) == named
    assert "{" not in told


def test_what_to_do_names_the_upstream_that_was_recorded(report: RecordedReport) -> None:
    refused = report.model_copy(update={"health": all_failed(Outcome.AUTH, "401")})
    (told,) = recorded_actions(refused, EN)
    assert "relay.example" in told


def all_failed(outcome: Outcome, cause: str) -> Health:
    """Return the health of a target all of whose requests failed alike."""
    party = party_of(outcome, cause, passes=False)
    kind = FailureKind(outcome=outcome, cause=cause, n=3, party=party, passes=False)
    return health((statistics("call1", 3, (outcome, cause, 3)),)).model_copy(update={"failures": (kind,)})
