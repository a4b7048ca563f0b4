"""Count recorded requests as they come; in bounded memory."""

from collections import Counter
from heapq import nlargest

from probe.model.outcome import Flag
from probe.model.recorded_report import TokenCount
from probe.model.recorded_request import STALL_MS, RecordedRequest
from probe.model.recording_tally import MOST_STALLS, RecordingTally, RequestStall, recovered_from
from probe.model.request_kind import RequestKind
from probe.stats.token_counts import add_tokens

_MOST_ENDINGS = 50


class RequestTally:
    """A running tally."""

    def __init__(self, stall_ms: float = STALL_MS) -> None:
        self._stall_ms = stall_ms
        self._counts: Counter[str] = Counter()
        self._recovered_from: Counter[str] = Counter()
        self._stalls: list[RequestStall] = []
        self._tokens = TokenCount()

    def add(self, request: RecordedRequest) -> None:
        """Count a request."""
        self._counts["exchanges"] += len(request.sequences)
        self._tokens = add_tokens(self._tokens, request.usage)
        if request.kind is RequestKind.MAIN:
            self._add_main(request)

    def tally(self) -> RecordingTally:
        """Return the figures so far."""
        return RecordingTally(
            **self._counts,
            recovered_from=dict(self._recovered_from.most_common()),
            stalls=tuple(self._stalls),
            tokens=self._tokens,
        )

    def _add_main(self, request: RecordedRequest) -> None:
        self._counts += Counter(
            main_requests=1,
            failed=int(request.failed),
            recovered=int(request.recovered),
            retries=request.attempts - 1,
            fallbacks=int(Flag.FALLBACK_NON_STREAMING in request.flags),
            interrupted=int(not request.counts),
            stalled=int(request.stalled(self._stall_ms)),
        )
        if len(self._recovered_from) < _MOST_ENDINGS:
            self._recovered_from.update(recovered_from([request]))
        if request.stalled(self._stall_ms):
            stalls = [*self._stalls, RequestStall.of(request)]
            self._stalls = nlargest(MOST_STALLS, stalls, key=lambda stall: stall.silence_ms)
