"""Handle the signals that end a command, without delay."""

import contextlib
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object]

FROM_OUTSIDE = (signal.SIGTERM, signal.SIGHUP)
"""Termination signals other than SIGINT."""
FROM_KEYS = (signal.SIGINT, signal.SIGQUIT)
"""Signals that keys of a terminal send to all processes in its foreground."""
_PAUSE_S = 0.05


@contextmanager
def handled(handlers: Mapping[signal.Signals, Handler]) -> Iterator[None]:
    """Install these handlers, and restore the earlier ones at the end. In the main thread only."""
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def acted_on_at_once() -> Iterator[None]:
    """Interrupt whatever the main thread waits for when a signal comes, so that its handler runs. In that thread only.

    Python runs handlers in that thread, between two of its instructions. A signal that comes just before it waits for
    a lock, or that the system hands to another thread, would be handled only when the wait ends. So a thread of ours is
    told of the first signal, and from then on interrupts whatever the main thread waits for, until the command has
    ended: as often as it takes, for an interruption can itself come too early.
    """
    read_fd, write_fd = os.pipe()
    os.set_blocking(write_fd, False)
    ended = threading.Event()
    waker = threading.Thread(target=_wake, args=(threading.get_ident(), read_fd, ended), name="signals", daemon=True)
    with handled({signal.SIGURG: lambda *_: None}):
        waker.start()
        before = signal.set_wakeup_fd(write_fd, warn_on_full_buffer=False)
        try:
            yield
        finally:
            ended.set()
            signal.set_wakeup_fd(before)
            os.close(write_fd)
            waker.join()


def die_of(number: int) -> None:
    """End as a program that this signal killed, which shells and programs can tell from one that ended."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # SIGKILL has no handler
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)


def _wake(thread: int, read_fd: int, ended: threading.Event) -> None:
    """Wait for the first signal, or for the end; after a signal interrupt the thread's waits until the end."""
    os.read(read_fd, 1)
    while not ended.wait(_PAUSE_S):
        signal.pthread_kill(thread, signal.SIGURG)
    os.close(read_fd)
