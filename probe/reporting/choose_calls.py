"""Choose the calls of a run that `probe explain` tells of."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from probe.errors import UsageError
from probe.model.call import Call
from probe.model.choices import Role
from probe.model.health import SILENT_RECOVERY_FLAGS
from probe.model.outcome import Outcome
from probe.model.row import Row
from probe.reporting.find_runs import Place, find_run, places
from probe.reporting.load_runs import load_calls, load_rows


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
    first, *others = places([find_run(name, out)])
    if not others:
        return first
    targets = [place for place in (first, *others) if not _is_control(place)]
    if len(targets) == 1:
        return targets[0]
    arms = ", ".join(str(arm.path) for arm in targets)
    raise UsageError("several runs were made side by side", path=first.group, remedy=f"Name one: {arms}")


def _is_control(place: Place) -> bool:
    manifest = load_rows(place)[0]
    return manifest is not None and manifest.role is Role.CONTROL


def most_telling(place: Place, step: str | None) -> ChosenCall | None:
    """Return the first call of the most frequent failure, else the first that recovered, else the slowest.

    None where no call is of this step.
    """
    rows = [row for row in load_rows(place)[2] if step in {None, row.label}]
    if not rows:
        return None
    last_round = max(row.round for row in rows)
    kinds = Counter(_kind(row) for row in rows if not row.as_expected)
    if kinds:
        kind, n = kinds.most_common(1)[0]
        return ChosenCall(_first(rows, lambda row: _kind(row) == kind), ChoiceReason.FAILED, n, last_round)
    recovered = sum(_has_recovered(row) for row in rows)
    if recovered:
        return ChosenCall(_first(rows, _has_recovered), ChoiceReason.RECOVERED, recovered, last_round)
    return ChosenCall(max(rows, key=lambda row: row.wall_ms), ChoiceReason.SLOWEST, 1, last_round)


def _kind(row: Row) -> tuple[Outcome, str | None] | None:
    return None if row.as_expected else (row.outcome, row.diagnosis.cause)


def _has_recovered(row: Row) -> bool:
    return row.as_expected and not SILENT_RECOVERY_FLAGS.isdisjoint(row.diagnosis.flags)


def _first(rows: Sequence[Row], is_wanted: Callable[[Row], bool]) -> Row:
    return next(row for row in rows if is_wanted(row))


def calls_of_round(place: Place, number: int, step: str | None) -> list[Call]:
    """Return the calls of a round, or of one step of it.

    Raises UsageError that says which rounds and steps there are.
    """
    rows = load_rows(place)[2]
    if not rows:
        raise UsageError("no call of this run can be told of")
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
