"""A recording in a few figures, for the line at its end."""

from collections import Counter
from collections.abc import Iterable
from typing import Self

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.correlation import best_id
from probe.model.recorded_report import RecordedReport, TokenCount
from probe.model.recorded_request import RecordedRequest
from probe.model.request_kind import RequestKind

MOST_STALLS = 3
"""The longest stalls are named."""


class RequestStall(Frozen):
    """A time in which nothing of an answer came; `request_id` finds the request in somebody's log."""

    silence_ms: float
    request_id: str | None = None

    @classmethod
    def of(cls, request: RecordedRequest) -> Self:
        """Return the stall of a request that has one."""
        ids = request.request_ids
        attempt = (request.silent_attempt or len(ids)) - 1
        request_id = best_id(ids[attempt]) if 0 <= attempt < len(ids) else None
        return cls(silence_ms=request.silence_ms or 0.0, request_id=request_id)


class RecordingTally(Frozen):
    """Figures of a recording. Those of requests are of main ones; exchanges and tokens are of all."""

    exchanges: int = 0
    main_requests: int = 0
    failed: int = 0
    recovered: int = Field(0, description="answered, only because the client silently retried or fell back")
    recovered_from: dict[str, int] = Field(default_factory=dict, description="what brought no answer, in those")
    retries: int = Field(0, description="attempts beyond the first")
    fallbacks: int = Field(0, description="requests that were asked again without a stream")
    interrupted: int = 0
    storms: int | None = Field(None, description="retry storms, where they were looked for")
    stalled: int = 0
    stalls: tuple[RequestStall, ...] = Field((), description="the longest of them")
    tokens: TokenCount = TokenCount()


def tally_of_report(report: RecordedReport) -> RecordingTally:
    """Return the figures of a report."""
    return RecordingTally(
        exchanges=report.exchanges,
        main_requests=report.main_requests,
        failed=report.health.failed,
        recovered=report.health.recovered,
        recovered_from=recovered_from(report.recovered),
        retries=report.retries,
        fallbacks=report.fallbacks,
        interrupted=report.interrupted,
        storms=len(report.storms),
        stalled=report.stalls_total,
        stalls=tuple(map(RequestStall.of, report.stalls[:MOST_STALLS])),
        tokens=report.tokens,
    )


def recovered_from(requests: Iterable[RecordedRequest]) -> dict[str, int]:
    """Return what the attempts came to from which main requests recovered, the most frequent first."""
    main = (request for request in requests if request.kind is RequestKind.MAIN and request.recovered)
    return dict(Counter(ending for request in main for ending in request.endings[:-1]).most_common())
