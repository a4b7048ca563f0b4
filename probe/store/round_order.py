"""The rounds of a run in their order, without holding all of them: two passes over its journal."""

from array import array
from collections.abc import Iterator

from probe.model.row import Row
from probe.store.reader import iterate_rounds, open_run
from probe.store.rounds import StoredRun


def rounds_in_order(run: StoredRun) -> Iterator[list[Row]]:
    """Yield the calls of each round, by number, and fill in the run on the way.

    Rounds finish in another order than they begin where several are made at a time. The first pass finds out which
    are to come, so that the second holds only those that finished before an earlier one. Raises StoreError.
    """
    order = _Order(run)
    early: dict[int, list[Row]] = {}
    for rows in iterate_rounds(run):
        if rows and order.counts(rows[0]):
            early[rows[0].round] = rows
        while (number := order.next_number) in early:
            yield early.pop(number)
            order.go_on()
    for number in sorted(early):  # of a run that somebody goes on with meanwhile
        yield early[number]


class _Order:
    """The numbers of a run's rounds that have calls, each once, and the attempts that another took the place of."""

    def __init__(self, run: StoredRun) -> None:
        self.next_number = 0
        self._stale, numbers = _first_pass(run)
        self._numbers = iter(sorted(numbers))
        self.go_on()

    def counts(self, row: Row) -> bool:
        return (row.round, row.attempt) not in self._stale

    def go_on(self) -> None:
        """Set the number of the round that is to come next; 0 after the last."""
        passed = self.next_number
        self.next_number = next((number for number in self._numbers if number > passed), 0)


def _first_pass(run: StoredRun) -> tuple[set[tuple[int, int]], "array[int]"]:
    first = open_run(run.path)
    numbers = array("q", (rows[0].round for rows in iterate_rounds(first) if rows))
    return first.stale, numbers
