"""Count what a recording comes to, while it goes on or from its files."""

from collections.abc import Iterable
from pathlib import Path

from probe.diagnose.group_attempts import AttemptGrouper, Attempts
from probe.diagnose.recorded_requests import recorded_request
from probe.model.recorded_events import ExchangeEnded, RecordedEvent
from probe.model.recording_tally import RecordingTally
from probe.stats.tally_requests import RequestTally
from probe.store import RecordedLog


class TallySink:
    """A sink that counts requests as soon as they are over; in bounded memory."""

    def __init__(self) -> None:
        self._grouper = AttemptGrouper()
        self._tally = RequestTally()

    def take(self, event: RecordedEvent) -> None:
        """Take an event; exchanges that ended count."""
        if isinstance(event, ExchangeEnded):
            self._add(self._grouper.take(event))

    def end(self) -> RecordingTally:
        """Return the figures, now that no event comes any more."""
        self._add(self._grouper.rest())
        return self._tally.tally()

    def _add(self, requests: Iterable[Attempts]) -> None:
        for attempts in requests:
            self._tally.add(recorded_request(attempts))


def stored_tally(folders: Iterable[Path]) -> RecordingTally:
    """Return the figures of recordings that follow each other. Raises StoreError."""
    sink = TallySink()
    for folder in folders:
        for event in RecordedLog(folder):
            sink.take(event)
    return sink.end()
