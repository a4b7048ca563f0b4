"""The call that `probe explain` tells of without being told which."""

import pytest

from probe.model.call import Call
from probe.model.outcome import Flag, Outcome
from probe.model.row import row_of
from probe.reporting.choose_calls import ChoiceReason, ChosenCall, most_telling
from tests.builders import call

RETRIED = (Flag.RETRIED,)


def chosen(*calls: Call, step: str | None = None) -> ChosenCall | None:
    return most_telling([row_of(each) for each in calls], step)


@pytest.mark.parametrize(
    ("calls", "number", "label", "reason", "alike"),
    [
        (
            [
                call(1, outcome=Outcome.AUTH),
                call(2, 2, outcome=Outcome.OVERLOADED),
                call(3, outcome=Outcome.OVERLOADED),
                call(4, flags=RETRIED),
            ],
            2, "call2", ChoiceReason.FAILED, 2,
        ),
        ([call(1), call(2, wall_ms=9000.0), call(3, flags=RETRIED)], 3, "call1", ChoiceReason.RECOVERED, 1),
        ([call(1), call(2, 2, wall_ms=9000.0), call(3)], 2, "call2", ChoiceReason.SLOWEST, 1),
        ([call(1)], 1, "call1", ChoiceReason.SLOWEST, 1),
    ],
)  # fmt: skip
def test_failures_come_before_retries_and_these_before_slow_calls(
    calls: list[Call], number: int, label: str, reason: ChoiceReason, alike: int
) -> None:
    found = chosen(*calls)
    assert found is not None
    assert (found.row.round, found.row.label, found.reason, found.alike) == (number, label, reason, alike)


def test_only_calls_of_the_step_are_looked_at() -> None:
    calls = [call(1, outcome=Outcome.AUTH), call(2, 2, flags=RETRIED)]
    found = chosen(*calls, step="call2")
    assert found is not None
    assert found.reason is ChoiceReason.RECOVERED
    assert chosen(*calls, step="call7") is None
