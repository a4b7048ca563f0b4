"""Calls that are kept whole beside the columns."""

from dataclasses import dataclass

from probe.model.outcome import BENIGN_FLAGS
from probe.model.row import Row


@dataclass(frozen=True, slots=True)
class KeptCall:
    """A call that is kept whole: one of the first, or one that an operator would look for."""

    run: int
    row: Row

    @property
    def incident(self) -> bool:
        """True where the call failed, or succeeded only after something that is worth a line."""
        return not self.row.clean or not BENIGN_FLAGS.issuperset(self.row.diagnosis.flags)
