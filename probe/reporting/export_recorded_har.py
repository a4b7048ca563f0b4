"""Write the exchanges of a recording as a HAR file: a page a session, an entry an exchange."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from probe.diagnose.exchange_text import ending_of
from probe.errors import UsageError
from probe.model.correlation import best_id
from probe.model.recorded_events import ExchangeEnded
from probe.model.recorded_request import RecordedRequest
from probe.model.request_kind import RequestKind
from probe.render.har import HarBodies, har_entry, har_file, har_page
from probe.reporting.load_recording import ended_exchanges, load_recording
from probe.store.recorded_reader import read_recorded_bodies

_NO_SESSION = "no session"
_MESSAGES = frozenset({RequestKind.MAIN, RequestKind.BACKGROUND})


class RecordedHar:
    """A HAR file of a recording, made an exchange at a time. Count `entries` and `corrupt`, by run id and file."""

    def __init__(self, path: Path) -> None:
        self.entries = 0
        self._path = path
        self._recording = load_recording(path)
        self._requests = {
            sequence: (request, attempt)
            for request in self._recording.requests
            for attempt, sequence in enumerate(request.sequences, start=1)
        }
        run_id, losses = self._recording.manifest.run_id, self._recording.source.losses
        self.corrupt = Counter({(run_id, file): count for file, count in losses.corrupt.items()})

    def parts(self) -> Iterator[bytes]:
        """Yield the file in parts. Raises UsageError, before anything else, where no exchange is stored."""
        if not self._requests:
            raise UsageError("no request is stored in this recording", path=self._path)
        yield from har_file(self._pages(), self._entries())

    def _pages(self) -> Iterator[dict[str, Any]]:
        sessions: dict[str, RecordedRequest] = {}
        for request in self._recording.requests:
            sessions.setdefault(request.session_id or _NO_SESSION, request)
        for session, first in sessions.items():
            yield har_page(session, f"{self._recording.manifest.run_id} {session}", first.begun_at, None)

    def _entries(self) -> Iterator[dict[str, Any]]:
        manifest = self._recording.manifest
        for event in ended_exchanges(self._path):
            found = self._requests.get(event.sequence)
            if found is None:  # it ended since the requests were read
                continue
            self.entries += 1
            yield har_entry(
                event.exchange,
                event.begun_at,
                manifest.base_url,
                event.facts.session_id or _NO_SESSION,
                self._ours(event, *found),
                self._bodies(event.sequence) if manifest.keeps_bodies else None,
            )

    def _ours(self, event: ExchangeEnded, request: RecordedRequest, attempt: int) -> dict[str, Any]:
        exchange = event.exchange
        return {
            "run_id": self._recording.manifest.run_id,
            "request": request.number,
            "request_outcome": request.outcome,
            "kind": exchange.kind,
            "attempt": attempt,
            "ended_as": ending_of(exchange) if exchange.kind in _MESSAGES else request.endings[-1],
            "request_id": best_id(exchange.correlation),
            "agent_type": event.facts.agent_type,
            "user_agent": event.facts.user_agent,
        }

    def _bodies(self, sequence: int) -> HarBodies | None:
        kept = read_recorded_bodies(self._path, sequence)
        return HarBodies(*kept) if kept else None
