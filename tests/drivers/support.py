"""Helpers for the tests of several drivers."""

from collections.abc import Callable
from typing import TypeVar

from tests.upstream.support import wait_until

LATER_S = 10.0

_Result = TypeVar("_Result")


def at_a_deadline(make: Callable[[float], _Result], begun: Callable[[_Result], object], timeout_s: float) -> _Result:
    """Return what `make` returns with a deadline, or with a later one when the machine was too busy for it to begin."""
    result = make(timeout_s)
    return result if begun(result) else make(LATER_S)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds, for at most half a minute, which processes may need."""
    wait_until(condition, 30)
