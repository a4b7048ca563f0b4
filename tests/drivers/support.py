"""What tests of several drivers need."""

from collections.abc import Callable
from typing import TypeVar

from tests.upstream.support import wait_until

LATER_S = 10.0

_Made = TypeVar("_Made")


def at_a_deadline(make: Callable[[float], _Made], begun: Callable[[_Made], object], timeout_s: float) -> _Made:
    """What `make` comes to by a deadline; by a later one, where the machine was too busy for it to have `begun`."""
    made = make(timeout_s)
    return made if begun(made) else make(LATER_S)


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds, at most half a minute, which processes may need."""
    wait_until(condition, 30)
