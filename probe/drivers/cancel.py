"""A request to stop that wakes every selector and every sleeper."""

import contextlib
import os
import selectors
from types import TracebackType
from typing import Self


class Cancel:
    """A request to stop, for any number of calls. It is final, and may come from any thread or a signal handler.

    A pipe whose write end is closed by `cancel`: its read end, `fileno()`, then stays readable for every selector.
    """

    def __init__(self) -> None:
        self._read_fd, write_fd = os.pipe()
        self._write_fds = [write_fd]
        self._cancelled = False

    def cancel(self) -> None:
        """Ask all that watch to stop."""
        self._cancelled = True
        # list.pop is atomic: a handler that interrupts us here cannot close the same descriptor again.
        with contextlib.suppress(IndexError):
            os.close(self._write_fds.pop())

    @property
    def cancelled(self) -> bool:
        """True once `cancel` has been called."""
        return self._cancelled

    def wait(self, timeout_s: float) -> bool:
        """Sleep until cancelled, for `timeout_s` at most. Return True when cancelled."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._read_fd, selectors.EVENT_READ)
            return bool(selector.select(max(timeout_s, 0.0)))

    def fileno(self) -> int:
        """Return the descriptor that becomes readable on `cancel`. It must not be read from."""
        return self._read_fd

    def close(self) -> None:
        """Close the descriptors. Nothing may watch any more."""
        for fds in (self._write_fds, [self._read_fd]):
            with contextlib.suppress(IndexError, OSError):
                os.close(fds.pop())
        self._read_fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()
