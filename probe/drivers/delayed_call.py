"""Call a function in the midst of work that takes long."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def called_after(delay_s: float, function: Callable[[], None]) -> Iterator[None]:
    """Call `function` once, in another thread, if the block takes longer than the delay."""
    timer = threading.Timer(delay_s, function)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
