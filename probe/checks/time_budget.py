"""The time that a check may still take."""

import time

from probe.ports import Stop

_LEAST_S = 0.05
_WHOLE = 0.95
"""A step that was given at least this share of `step_s` does not count as short."""


class TimeBudget:
    """The limits of a check: `step_s` for one step, `total_s` for all steps, from the construction on.

    Nothing is left once `stop` is set.
    """

    def __init__(self, step_s: float, total_s: float, stop: Stop | None = None) -> None:
        self.step_s = step_s
        self.total_s = total_s
        self._ends = time.monotonic() + total_s
        self._stop = stop

    @property
    def next_s(self) -> float:
        """The seconds that the next step may take; 0 where nothing is left."""
        if self._stop is not None and self._stop.cancelled:
            return 0.0
        left = min(self.step_s, self._ends - time.monotonic())
        return left if left >= _LEAST_S else 0.0

    def is_short(self, seconds: float) -> bool:
        """Return True where a step was given less than `step_s`, since the check's whole time was nearly over."""
        return seconds < _WHOLE * self.step_s
