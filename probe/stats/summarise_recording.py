"""The figures of a recording, from its requests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from probe.model.health import Health
from probe.model.outcome import Flag, Outcome
from probe.model.recorded_manifest import RecordedManifest
from probe.model.recorded_report import RecordedHour, RecordedReport, RecordingLosses, RequestKindCount
from probe.model.recorded_request import STALL_MS, RecordedRequest
from probe.model.request_kind import RequestKind
from probe.model.verdict import Question
from probe.stats.idle_groups import idle_groups
from probe.stats.judge_health import health_of
from probe.stats.recorded_rows import request_frame
from probe.stats.retry_storms import retry_storms
from probe.stats.token_counts import begin_of, token_count, tokens_over_time

MOST_LISTED = 200
MOST_SLOW = 10


@dataclass(frozen=True, slots=True)
class RecordingQuestion:
    """Limits of a question to a recording: when a request stalls, and when it is too slow."""

    stall_ms: float = STALL_MS
    slow_after_s: float | None = None

    @property
    def question(self) -> Question:
        return Question(slow_after_s=self.slow_after_s)


@dataclass(frozen=True, slots=True)
class RecordingSource:
    """The source of a recording's requests, and what is missing of them."""

    manifest: RecordedManifest
    probe_version: str
    is_running: bool
    was_killed: bool
    user_agents: dict[str, int]
    losses: RecordingLosses


def summarise_recording(
    source: RecordingSource, requests: Sequence[RecordedRequest], asked: RecordingQuestion
) -> RecordedReport:
    """Return the report of these requests, which stand in the order of their beginning; without waterfalls."""
    run_id = source.manifest.run_id
    main = [request for request in requests if request.kind is RequestKind.MAIN]
    return RecordedReport(
        manifest=source.manifest,
        probe_version=source.probe_version,
        is_running=source.is_running,
        was_killed=source.was_killed,
        user_agents=source.user_agents,
        losses=source.losses,
        **_ends(requests),
        **_listed(requests, main, asked),
        sessions=len({request.session_id for request in requests} - {None}),
        exchanges=_exchanges(requests),
        main_requests=len(main),
        interrupted=_interrupted(main),
        retries=_retries(main),
        fallbacks=sum(Flag.FALLBACK_NON_STREAMING in request.flags for request in main),
        stall_ms=asked.stall_ms,
        health=_health(run_id, main, asked.question),
        hours=tuple(_hours(run_id, main, asked)),
        kinds=tuple(_kinds(requests)),
        storms=retry_storms(main),
        idle=idle_groups(main),
        tokens=token_count(requests),
        tokens_over_time=tokens_over_time([request for request in requests if request.usage]),
    )


def _health(
    run_id: str, requests: Iterable[RecordedRequest], question: Question, last_success_at: datetime | None = None
) -> Health:
    frame = request_frame(run_id, (request for request in requests if request.counts))
    return health_of(frame, None, question, last_success_at)


def _hours(run_id: str, requests: Sequence[RecordedRequest], asked: RecordingQuestion) -> Iterator[RecordedHour]:
    """Yield the hours, in UTC, in which main requests began."""
    by_hour: dict[datetime, list[RecordedRequest]] = defaultdict(list)
    for request in requests:
        by_hour[begin_of(request.begun_at, 60)].append(request)
    last_success_at = max((each.begun_at for each in requests if each.outcome is Outcome.OK), default=None)
    for begin, found in sorted(by_hour.items()):
        yield RecordedHour(
            begins_at=begin,
            requests=len(found),
            interrupted=_interrupted(found),
            retries=_retries(found),
            stalled=len(_stalled(found, asked)),
            health=_health(run_id, found, asked.question, last_success_at),
            tokens=token_count(found),
        )


def _kinds(requests: Sequence[RecordedRequest]) -> Iterator[RequestKindCount]:
    """Yield the requests by kind and model, main ones first, and of each kind the most frequent model."""
    groups: dict[tuple[RequestKind, str | None], list[RecordedRequest]] = defaultdict(list)
    for request in requests:
        groups[request.kind, request.model_requested].append(request)
    order = list(RequestKind)
    for (kind, model), found in sorted(groups.items(), key=lambda item: (order.index(item[0][0]), -len(item[1]))):
        answered = [request.wall_ms for request in found if request.outcome is Outcome.OK]
        yield RequestKindCount(
            kind=kind,
            model=model,
            requests=len(found),
            exchanges=_exchanges(found),
            failed=sum(request.failed for request in found),
            recovered=sum(request.recovered for request in found),
            interrupted=_interrupted(found),
            median_ms=median(answered) if answered else None,
            tokens=token_count(found),
        )


def _ends(requests: Sequence[RecordedRequest]) -> dict[str, datetime | None]:
    """Return when the first request began, and when the last one ended."""
    if not requests:
        return {"begun_at": None, "ended_at": None}
    return {"begun_at": requests[0].begun_at, "ended_at": max(request.ended_at for request in requests)}


def _listed(
    requests: Sequence[RecordedRequest], main: Sequence[RecordedRequest], asked: RecordingQuestion
) -> dict[str, Any]:
    """Return the requests that a report lists, and how many there are of each."""
    lists = {
        "failed": [request for request in requests if request.failed],
        "recovered": [request for request in requests if request.recovered],
        "stalls": sorted(_stalled(main, asked), key=lambda request: -(request.silence_ms or 0.0)),
    }
    slowest = sorted(main, key=lambda request: -request.wall_ms)[:MOST_SLOW]
    return {
        **{name: tuple(found[:MOST_LISTED]) for name, found in lists.items()},
        **{f"{name}_total": len(found) for name, found in lists.items()},
        "slowest": tuple(slowest),
    }


def _stalled(requests: Iterable[RecordedRequest], asked: RecordingQuestion) -> list[RecordedRequest]:
    return [request for request in requests if request.stalled(asked.stall_ms)]


def _exchanges(requests: Iterable[RecordedRequest]) -> int:
    return sum(len(request.sequences) for request in requests)


def _interrupted(requests: Iterable[RecordedRequest]) -> int:
    return sum(not request.counts for request in requests)


def _retries(requests: Iterable[RecordedRequest]) -> int:
    return sum(request.attempts - 1 for request in requests)
