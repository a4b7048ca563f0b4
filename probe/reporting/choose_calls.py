"""Choose the calls of a run that `probe explain` tells of."""

from pathlib import Path

from probe.errors import UsageError
from probe.model.call import Call
from probe.model.row import Row
from probe.reporting.find_runs import Place, find_run, places
from probe.reporting.load_runs import load_calls, load_rows


def single_run(name: str | None, out: Path) -> Place:
    """Find a run by its directory or id, or the latest one. Raises UsageError for a group of several."""
    place, *more = places([find_run(name, out)])
    if more:
        arms = ", ".join(str(arm.path) for arm in (place, *more))
        raise UsageError("several runs were made side by side", path=place.group, remedy=f"Name one: {arms}")
    return place


def calls_of_round(place: Place, number: int | None, step: str | None) -> list[Call]:
    """Return the calls of a round, or of one step of it; without a number those of the first round to look at.

    That is the first one with a call that is not clean. Raises UsageError that says which rounds and steps there are.
    """
    rows = load_rows(place)[2]
    if not rows:
        raise UsageError("no call of this run can be told of")
    if number is None:
        number = next((row.round for row in rows if not row.clean), rows[0].round)
    if not any(row.round == number and step in {None, row.label} for row in rows):
        raise _no_such_call(rows, number, step)
    return [call for call in load_calls(place, number) if step in {None, call.label}]


def _no_such_call(rows: list[Row], number: int, step: str | None) -> UsageError:
    rounds = sorted({row.round for row in rows})
    labels = sorted({row.label for row in rows})
    called = f" is called {step!r}" if step else ""
    return UsageError(
        f"no call of round {number}{called}",
        key="--round" if number not in rounds else "--step",
        remedy=f"Rounds: {rounds[0]} to {rounds[-1]}; steps: {', '.join(labels)}",
    )
