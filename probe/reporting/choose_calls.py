"""Choose the calls of a run that `probe explain` tells of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from probe.errors import UsageError
from probe.model.call import Call
from probe.model.fault_party import FaultParty
from probe.model.outcome import Outcome
from probe.model.row import Row
from probe.reporting.failure_times import FailureTimes
from probe.reporting.find_runs import Place, find_run, places, targets_of
from probe.reporting.load_runs import load_calls


class ChoiceReason(StrEnum):
    """The reason why a call was chosen, the most telling first."""

    FAILED = "failed"
    RECOVERED = "recovered"
    SLOWEST = "slowest"


@dataclass(frozen=True)
class ChosenCall:
    """The most telling call of a run, and why it is: the first of so many that failed alike, or recovered."""

    row: Row
    reason: ChoiceReason
    alike: int
    last_round: int


def single_run(name: str | None, out: Path) -> Place:
    """Find a run by its directory or id, or the latest one; of a group its target, where it has only one.

    Raises UsageError for a group of several targets.
    """
    found = places([find_run(name, out)])
    targets = found if len(found) == 1 else targets_of(found)
    if len(targets) == 1:
        return targets[0]
    arms = ", ".join(str(arm.path) for arm in targets)
    raise UsageError("several runs were made side by side", path=found[0].group, remedy=f"Name one: {arms}")


def most_telling(rows: Iterable[Row], step: str | None) -> ChosenCall | None:
    """Return the first call of the most frequent failure, else the first that recovered, else the slowest.

    None where no call is of this step.
    """
    of_step = [row for row in rows if step in {None, row.label}]
    if not of_step:
        return None
    reason, alike = _telling(of_step)
    return ChosenCall(alike[0], reason, len(alike), max(row.round for row in of_step))


def _telling(rows: Sequence[Row]) -> tuple[ChoiceReason, list[Row]]:
    """Return the calls that tell most, and why they do."""
    failed = [row for row in rows if not row.as_expected]
    if failed:
        [(most_frequent, _)] = Counter(map(_kind, failed)).most_common(1)
        return ChoiceReason.FAILED, [row for row in failed if _kind(row) == most_frequent]
    recovered = [row for row in rows if row.recovered_silently]
    if recovered:
        return ChoiceReason.RECOVERED, recovered
    return ChoiceReason.SLOWEST, [max(rows, key=lambda row: row.wall_ms)]


def _kind(row: Row) -> tuple[Outcome, str | None]:
    return row.outcome, row.diagnosis.cause


def party_among(call: Call, rows: Iterable[Row]) -> FaultParty | None:
    """Return who has to act on a call that failed, as the fault line of its run counts it, if it does."""
    if call.as_expected or not call.counts:
        return None
    times = FailureTimes()
    calls: list[Call | Row] = [call, *rows]
    for each in calls:
        times.note(each.outcome, each.diagnosis.cause, each.started_at, failed=not each.as_expected)
    return times.party(call.outcome, call.diagnosis.cause)


def calls_of_round(place: Place, rows: Sequence[Row], number: int, step: str | None) -> list[Call]:
    """Return the calls of a round, or of one step of it; `rows` are all of the run.

    Raises UsageError that says which rounds and steps there are.
    """
    if not rows:
        raise UsageError("no call of this run can be told of")
    if not any(row.round == number and step in {None, row.label} for row in rows):
        raise _no_such_call(rows, number, step)
    return [call for call in load_calls(place, [number]) if step in {None, call.label}]


def _no_such_call(rows: Sequence[Row], number: int, step: str | None) -> UsageError:
    rounds = sorted({row.round for row in rows})
    labels = sorted({row.label for row in rows})
    called = f" is called {step!r}" if step else ""
    return UsageError(
        f"no call of round {number}{called}",
        key="--round" if number not in rounds else "--step",
        remedy=f"Rounds: {rounds[0]} to {rounds[-1]}; steps: {', '.join(labels)}",
    )
