"""Tell a connection's tracker what happens, in order, and in part only when the bytes are on their way."""

import asyncio
from collections.abc import Callable
from typing import Any

from probe.wire.exchange_tracker import ExchangeTracker

_SOON_S = 0.001
"""Time in which the process that was sent something begins to read it.

The kernel expects one that has sent something to sleep, and so may let the receiver wait for its processor: tracking a
request at once held it back by 0.7 ms on a machine with two processors.
"""


class NoteQueue:
    """The notes for one tracker. Whatever fails there is noted too, and the bytes go on."""

    def __init__(self, tracker: ExchangeTracker) -> None:
        self._tracker = tracker
        self._waiting: list[tuple[Callable[..., None], tuple[Any, ...]]] = []

    def tell(self, note: Callable[..., None], *facts: Any) -> None:
        """Tell the tracker something, after what waits."""
        self.catch_up()
        self._tell(note, facts)

    def tell_soon(self, note: Callable[..., None], *facts: Any) -> None:
        """Tell the tracker something when it is caught up, or before the next note."""
        self._waiting.append((note, facts))

    def catch_up_soon(self) -> None:
        """Tell the tracker what waits, in a moment."""
        asyncio.get_running_loop().call_later(_SOON_S, self.catch_up)

    def catch_up(self) -> None:
        """Tell the tracker what waits."""
        waiting, self._waiting = self._waiting, []
        for note, facts in waiting:
            self._tell(note, facts)

    def _tell(self, note: Callable[..., None], facts: tuple[Any, ...]) -> None:
        try:
            note(*facts)
        except Exception as error:  # noqa: BLE001 - see above
            self._tracker.broke(error)
