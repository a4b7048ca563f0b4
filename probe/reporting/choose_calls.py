"""Choose the calls of a run that `probe explain` tells of."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from probe.errors import UsageError
from probe.model.call import Call
from probe.model.choices import Role
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
    failed = [row for row in rows if not row.as_expected]
    if failed:
        kind, n = Counter(map(_kind, failed)).most_common(1)[0]
        first = next(row for row in failed if _kind(row) == kind)
        return ChosenCall(first, ChoiceReason.FAILED, n, last_round)
    recovered = [row for row in rows if row.recovered_silently]
    if recovered:
        return ChosenCall(recovered[0], ChoiceReason.RECOVERED, len(recovered), last_round)
    return ChosenCall(max(rows, key=lambda row: row.wall_ms), ChoiceReason.SLOWEST, 1, last_round)


def _kind(row: Row) -> tuple[Outcome, str | None]:
    return row.outcome, row.diagnosis.cause


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
