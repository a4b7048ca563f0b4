"""Times in which many attempts failed, one after the other or at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from probe.model.recorded_report import RetryStorm
from probe.model.recorded_request import RecordedRequest

LEAST_ATTEMPTS = 3
"""So many attempts at one request are a storm."""
LEAST_REQUESTS = 3
"""So many requests that are retried at the same time are one, too."""
_NEAR = timedelta(seconds=30)
"""Requests that are retried within this time of each other belong to one storm."""


def retry_storms(requests: Sequence[RecordedRequest]) -> tuple[RetryStorm, ...]:
    """Return the storms among requests that stand in the order of their beginning."""
    return tuple(_storm(group) for group in _groups(requests) if _is_storm(group))


def _groups(requests: Sequence[RecordedRequest]) -> Iterator[list[RecordedRequest]]:
    """Yield requests that were retried, together with those that were retried at the same time."""
    group: list[RecordedRequest] = []
    end: datetime | None = None
    for request in (each for each in requests if each.attempts > 1):
        if end is not None and request.begun_at > end + _NEAR:
            yield group
            group, end = [], None
        group.append(request)
        end = max(end or request.ended_at, request.ended_at)
    if group:
        yield group


def _is_storm(group: Sequence[RecordedRequest]) -> bool:
    return len(group) >= LEAST_REQUESTS or any(request.attempts >= LEAST_ATTEMPTS for request in group)


def _storm(group: Sequence[RecordedRequest]) -> RetryStorm:
    without_answer = [
        ending for request in group for ending in (request.endings if request.failed else request.endings[:-1])
    ]
    return RetryStorm(
        begun_at=group[0].begun_at,
        ended_at=max(request.ended_at for request in group),
        requests=len(group),
        attempts=sum(request.attempts for request in group),
        endings=dict(Counter(without_answer).most_common()),
        failed=sum(request.failed for request in group),
    )
