"""Do long work in a thread of its own, so that it can be cancelled, whatever the calling thread is and has running."""

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from probe.drivers.process import Cancel

T = TypeVar("T")
_LOOK_S = 0.05


class IsSet(Protocol):
    """A wish to stop that can be asked for, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Return True when the work is to stop."""


def in_worker(work: Callable[[Cancel], T], wish: IsSet | None = None) -> T:
    """Return what `work` returns, or raise what it raises. It runs in another thread, and is to watch its argument.

    It is cancelled when `wish` is set, and by Ctrl-C, which comes to the main thread as a KeyboardInterrupt: that is
    raised as soon as the work has ended. A second Ctrl-C is raised at once, while the work still ends in its thread.
    Asyncio installs a signal handler in the main thread, and refuses to run where a loop is running already, as in a
    notebook: in another thread it does neither.
    """
    outcome: list[T] = []
    failures: list[BaseException] = []
    # Not `join`: interrupted by an exception, it takes a thread for ended that is not (Python 3.11, bpo-45274).
    ended = threading.Event()
    cancel = Cancel()

    def run() -> None:
        try:
            with cancel:  # closed here and not by the caller, who may leave before the work has ended
                outcome.append(work(cancel))
        except BaseException as error:  # noqa: BLE001 - raised in the calling thread
            failures.append(error)
        finally:
            ended.set()

    worker = threading.Thread(target=run, name="probe")
    try:
        worker.start()
        _wait(ended, cancel, wish)
    except BaseException:
        cancel.cancel()
        if worker.ident is not None:
            ended.wait()
        raise
    finally:
        if ended.is_set():
            worker.join()
    if failures:
        raise failures[0]
    return outcome[0]


def _wait(ended: threading.Event, cancel: Cancel, wish: IsSet | None) -> None:
    while not ended.wait(_LOOK_S):
        if wish is not None and wish.is_set():
            cancel.cancel()
