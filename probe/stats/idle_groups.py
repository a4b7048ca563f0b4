"""Idle times before recorded requests, and how long requests waited after them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median

from probe.model.outcome import Outcome
from probe.model.recorded_report import IdleGroup
from probe.model.recorded_request import RecordedRequest
from probe.model.request_kind import RequestKind

_FROM_MS = (0.0, 5_000.0, 60_000.0, 300_000.0, 3_600_000.0)


def with_idle_times(requests: Iterable[RecordedRequest]) -> list[RecordedRequest]:
    """Return requests in the order of their beginning, main ones with the time since the last one had ended."""
    found = []
    last_end: datetime | None = None
    for request in sorted(requests, key=lambda request: (request.begun_at, request.number)):
        if request.kind is not RequestKind.MAIN:
            found.append(request)
            continue
        if last_end is not None:
            idle_ms = max((request.begun_at - last_end).total_seconds() * 1000, 0.0)
            found.append(request.model_copy(update={"idle_before_ms": idle_ms}))
        else:
            found.append(request)
        last_end = max(last_end or request.ended_at, request.ended_at)
    return found


def idle_groups(requests: Iterable[RecordedRequest]) -> tuple[IdleGroup, ...]:
    """Return main requests by the idle time before them, the first request by itself; only groups with requests."""
    groups: dict[tuple[bool, float], list[RecordedRequest]] = defaultdict(list)
    for request in requests:
        if request.outcome is Outcome.OK and request.attempts == 1:
            groups[request.idle_before_ms is not None, _from_ms(request)].append(request)
    return tuple(_group(from_ms, not has_idle, found) for (has_idle, from_ms), found in sorted(groups.items()))


def _from_ms(request: RecordedRequest) -> float:
    idle_ms = request.idle_before_ms or 0.0
    return max(least for least in _FROM_MS if least <= idle_ms)


def _group(from_ms: float, is_first: bool, requests: Sequence[RecordedRequest]) -> IdleGroup:
    ttfts = [request.ttft_ms for request in requests if request.ttft_ms is not None]
    return IdleGroup(
        from_ms=from_ms,
        to_ms=next((longer for longer in _FROM_MS if longer > from_ms), None),
        is_first=is_first,
        requests=len(requests),
        wait_median_ms=median(request.phases.wait_ms for request in requests),
        ttft_median_ms=median(ttfts) if ttfts else None,
        ttft_max_ms=max(ttfts, default=None),
    )
