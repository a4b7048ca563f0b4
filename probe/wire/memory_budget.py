"""Bound the memory that all bodies together take which are being looked at."""

import sys


class MemoryBudget:
    """Bytes that may be held at one time. Used by the recorder's loop alone."""

    def __init__(self, most: int = sys.maxsize) -> None:
        self.free = most


class MemoryShare:
    """The bytes of a budget that one exchange holds."""

    def __init__(self, budget: MemoryBudget) -> None:
        self._budget = budget
        self._held = 0

    def take(self, wanted: int) -> int:
        """Take so many bytes, or as many as there are; return how many."""
        taken = max(0, min(wanted, self._budget.free))
        self._budget.free -= taken
        self._held += taken
        return taken

    def release(self) -> None:
        """Give everything back."""
        self._budget.free += self._held
        self._held = 0
