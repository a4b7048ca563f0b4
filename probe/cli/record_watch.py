"""`probe record --watch`: what is in flight in a recording that goes on in another terminal."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Protocol

from probe.cli.common import put
from probe.cli.console import live_console
from probe.cli.language import present_texts
from probe.diagnose.watched_recording import WatchedRecording
from probe.errors import UsageError
from probe.model.watched_exchange import EndedAttempt, InFlight
from probe.render.watch_words import begun_words, ended_words, still_words
from probe.store import RUNS, RecordedLog, is_being_written, is_recording, read_recorded_manifest

_LOOK_AGAIN_S = 0.25
_LATEST = "latest"
_SAID_AFTER_S = (10.0, 30.0, 60.0)
"""Ages at which a line is written of what is still in flight, and then again each time so long as the last of them."""


class WatchView(Protocol):
    """Shows a recording."""

    def note(self, item: InFlight | EndedAttempt) -> None:
        """Take what happened to an exchange just now."""
        ...

    def refresh(self, state: WatchedRecording, now: datetime) -> None:
        """Show the present state."""
        ...


def watch(name: str | None, out: Path) -> None:
    """Show a recording until it ends, or until Ctrl-C. Raises UsageError where it does not go on, and StoreError."""
    path = running_recording(name, out)
    texts = present_texts()
    manifest = read_recorded_manifest(path)
    put(texts("watch.following", run=path.name, upstream=manifest.base_url))
    state = WatchedRecording()
    with contextlib.suppress(KeyboardInterrupt), _view(manifest.created_at) as view:
        _follow(RecordedLog(path), state, view)
    if state.is_finished:
        put(texts("watch.finished", n=state.ended))
    elif not is_being_written(path):
        put(texts("watch.died", path=path))


def running_recording(name: str | None, out: Path) -> Path:
    """Find the recording of this name, or the one that began last, among those that go on. Raises UsageError."""
    if name is None or name == _LATEST:
        return _latest_running(out / RUNS)
    path = next((path for path in (Path(name), out / RUNS / name) if is_recording(path)), None)
    if path is None:
        raise UsageError(f"no such recording: {name}", key="--watch", remedy="`probe ls` lists them.")
    if not is_being_written(path):
        raise UsageError("this recording has ended", path=path, remedy="`probe report` and `probe explain` show it.")
    return path


def _latest_running(runs: Path) -> Path:
    running = [path for path in sorted(runs.glob("*/")) if is_recording(path) and is_being_written(path)]
    if not running:
        raise UsageError(
            "no recording goes on here", path=runs, remedy="Start one in another terminal: probe record -- claude"
        )
    return running[-1]


@contextlib.contextmanager
def _view(begun_at: datetime) -> Iterator[WatchView]:
    console = live_console(sys.stdout)
    if console is None:
        yield PlainLines()
        return
    from probe.cli.record_watch_view import LiveTable

    with LiveTable(console, begun_at) as view:
        yield view


def _follow(log: RecordedLog, state: WatchedRecording, view: WatchView) -> None:
    """Read what was written so far without a word, then show what happens, until the recording ends."""
    for event in log:
        state.take(event)
    while True:
        goes_on = is_being_written(log.path)
        for event in log:
            item = state.take(event)
            if item is not None:
                view.note(item)
        view.refresh(state, datetime.now(UTC))
        if state.is_finished or not goes_on:
            return
        sleep(_LOOK_AGAIN_S)


class PlainLines:
    """Writes a line for whatever happens, for logs and pipes, and for what takes long."""

    def __init__(self) -> None:
        self._texts = present_texts()
        self._said: dict[int, float] = {}

    def note(self, item: InFlight | EndedAttempt) -> None:
        """Write that an exchange began, was answered, or ended."""
        words = ended_words(item, self._texts) if isinstance(item, EndedAttempt) else begun_words(item, self._texts)
        if words is not None:
            put(words)

    def refresh(self, state: WatchedRecording, now: datetime) -> None:
        """Write of what is in flight for long."""
        self._said = {sequence: said for sequence, said in self._said.items() if sequence in state.in_flight}
        for sequence, exchange in state.in_flight.items():
            age = exchange.age_s(now)
            step = _step(age)
            if step > self._said.get(sequence, 0.0):
                self._said[sequence] = step
                put(still_words(exchange, now, self._texts))


def _step(age_s: float) -> float:
    """Return the last of the ages for a line that was reached."""
    last = _SAID_AFTER_S[-1]
    if age_s >= last:
        return age_s // last * last
    return max((step for step in _SAID_AFTER_S if step <= age_s), default=0.0)
