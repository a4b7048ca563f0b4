"""The live view of `probe record --watch` on a terminal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from probe.cli.console import one_line
from probe.cli.language import present_texts
from probe.diagnose.watched_recording import WatchedRecording
from probe.model.watched_exchange import EndedAttempt, InFlight, seconds_between
from probe.render.watch_words import SILENT_S, failed_words, state_words, unanswered_words
from probe.sanitise import printable
from probe.units import format_duration

_STALLED_S = 30.0
_OTHER_LINES = 14
_COLUMNS = ("exchange", "for", "attempt", "kind", "model", "state")


class LiveTable:
    """Draws what is in flight, anew each time it is told the state."""

    def __init__(self, console: Console, begun_at: datetime) -> None:
        self._console = console
        self._begun_at = begun_at
        self._texts = present_texts()
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def note(self, item: InFlight | EndedAttempt) -> None:
        """Wait for the next drawing, which shows all."""

    def refresh(self, state: WatchedRecording, now: datetime) -> None:
        """Draw the present state."""
        self._live.update(Group(*self._parts(state, now)), refresh=True)

    def _parts(self, state: WatchedRecording, now: datetime) -> Iterator[RenderableType]:
        texts = self._texts
        yield one_line(self._counts(state, now), "bold")
        if state.lost:
            yield one_line(texts("watch.lost", n=state.lost), "yellow")
        yield self._table(state, now) if state.in_flight else one_line(texts("watch.idle"), "dim")
        for attempt in list(state.unanswered(now))[-3:]:
            yield one_line(unanswered_words(attempt, now, texts), "yellow")
        if state.failed_last:
            yield Text(texts("watch.failed.title"), "bold")
        for attempt in reversed(state.failed_last):
            yield one_line(failed_words(attempt, texts), "red")

    def _counts(self, state: WatchedRecording, now: datetime) -> str:
        return self._texts(
            "watch.counts",
            time=format_duration(seconds_between(self._begun_at, now)),
            ended=state.ended,
            failed=state.failed,
            open=len(state.in_flight),
        )

    def _table(self, state: WatchedRecording, now: datetime) -> Table:
        """Lay out what is in flight, the oldest first, as far as there is room."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in _COLUMNS:
            table.add_column(self._texts(f"watch.column.{name}"), no_wrap=True, overflow="ellipsis")
        room = max(3, self._console.height - _OTHER_LINES)
        oldest = list(state.in_flight.values())
        for exchange in oldest[:room]:
            table.add_row(*self._row(exchange, now), style=_style(exchange, now))
        if len(oldest) > room:
            table.add_row("", "", "", "", "", self._texts("watch.more", n=len(oldest) - room))
        return table

    def _row(self, exchange: InFlight, now: datetime) -> tuple[str, ...]:
        begun = exchange.begun
        return (
            str(begun.sequence),
            format_duration(exchange.age_s(now)),
            str(exchange.attempt),
            begun.kind.value,
            printable(begun.model_requested or "–", 40),
            state_words(exchange, now, self._texts),
        )


def _style(exchange: InFlight, now: datetime) -> str:
    """Return the colour by how long nothing new has come."""
    silent_s = exchange.silent_s(now)
    if silent_s >= _STALLED_S:
        return "red"
    return "yellow" if silent_s >= SILENT_S else ""
