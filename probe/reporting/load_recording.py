"""Read a recording: its requests, and what is missing of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from probe import __version__
from probe.diagnose.recorded_requests import recorded_requests
from probe.model.recorded_events import (
    EventsLost,
    ExchangeBegun,
    ExchangeEnded,
    RecordedEvent,
    RecordingEnded,
    SegmentBegun,
)
from probe.model.recorded_manifest import RecordedManifest
from probe.model.recorded_report import RecordingLosses
from probe.model.recorded_request import STALL_MS, RecordedRequest
from probe.stats.idle_groups import with_idle_times
from probe.stats.summarise_recording import RecordingSource
from probe.store import is_being_written
from probe.store.recorded_reader import RecordedLog, read_recorded_manifest

_YEARS = range(1970, 9990)
_LARGEST = 2**53
"""Of what was counted no number is larger: sums and means stay finite."""
_LONGEST_MS = 1e11
"""No time is longer: some three years."""


@dataclass(frozen=True, slots=True)
class LoadedRecording:
    """A recording that was read: where it came from, and its requests in the order of their beginning."""

    path: Path
    source: RecordingSource
    requests: list[RecordedRequest]

    @property
    def manifest(self) -> RecordedManifest:
        return self.source.manifest


def load_recording(path: Path, stall_ms: float = STALL_MS) -> LoadedRecording:
    """Read a recording, also one that goes on. Raises UsageError and StoreError."""
    manifest = read_recorded_manifest(path)
    is_running = is_being_written(path)
    taken = _Events()
    log = RecordedLog(path)
    requests = with_idle_times(recorded_requests(taken.exchanges(log), stall_ms))
    losses = RecordingLosses(
        unended=len(taken.open),
        lost_exchanges=taken.lost_exchanges,
        removed_exchanges=taken.removed_exchanges,
        corrupt=dict(log.corrupt) | ({"exchanges (implausible)": taken.implausible} if taken.implausible else {}),
    )
    source = RecordingSource(
        manifest=manifest,
        probe_version=__version__,
        is_running=is_running,
        was_killed=not taken.has_ended and not is_running,
        user_agents=dict(taken.user_agents.most_common()),
        losses=losses,
    )
    return LoadedRecording(path, source, requests)


def ended_exchanges(path: Path) -> Iterator[ExchangeEnded]:
    """Yield the exchanges of a recording as they ended. Raises StoreError."""
    return _Events().exchanges(RecordedLog(path))


@dataclass(slots=True)
class _Events:
    """Notes what the events of a recording say beside its exchanges."""

    open: set[int] = field(default_factory=set)
    user_agents: Counter[str] = field(default_factory=Counter)
    lost_exchanges: int = 0
    removed_exchanges: int = 0
    implausible: int = 0
    has_ended: bool = False

    def exchanges(self, events: RecordedLog) -> Iterator[ExchangeEnded]:
        """Yield the exchanges that ended, each once."""
        ended: set[int] = set()
        for event in events:
            if isinstance(event, ExchangeEnded) and event.sequence not in ended:
                ended.add(event.sequence)
                self.open.discard(event.sequence)
                if _is_plausible(event):
                    self.user_agents[event.facts.user_agent or ""] += 1
                    yield event
                else:
                    self.implausible += 1
            else:
                self._note(event, ended)

    def _note(self, event: RecordedEvent, ended: set[int]) -> None:
        match event:
            case ExchangeBegun(sequence=sequence) if sequence not in ended:
                self.open.add(sequence)
            case EventsLost(exchanges=lost):
                self.lost_exchanges = max(self.lost_exchanges, lost)
            case SegmentBegun(removed_exchanges=removed):
                self.removed_exchanges = max(self.removed_exchanges, removed)
            case RecordingEnded():
                self.has_ended = True
            case _:
                pass


def _is_plausible(event: ExchangeEnded) -> bool:
    """Return whether times can be told and numbers added up: a damaged line may still be JSON of the right shape."""
    usage = event.exchange.usage
    numbers = (*vars(event.exchange).values(), *(vars(usage).values() if usage else ()))
    has_time = event.begun_at.year in _YEARS and event.at.year in _YEARS
    return has_time and all(_is_small(number) for number in numbers if isinstance(number, int | float))


def _is_small(number: float) -> bool:
    return abs(number) <= (_LONGEST_MS if isinstance(number, float) else _LARGEST)
