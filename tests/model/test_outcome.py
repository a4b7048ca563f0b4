"""Outcomes, their parties, and the statuses that come to them."""

import pytest

from probe.model.outcome import STATUS_OUTCOMES, Outcome, Party, outcome_of_status


def test_every_outcome_has_words_and_somebody_to_act() -> None:
    assert [outcome for outcome in Outcome if outcome.party is Party.NOBODY] == [Outcome.OK]


@pytest.mark.parametrize("status", [*STATUS_OUTCOMES, 300, 308, 418, 451, 501, 599, 600, 999])
def test_every_status_has_an_outcome(status: int) -> None:
    assert outcome_of_status(status) not in {Outcome.OK, Outcome.INTERRUPTED, Outcome.TIMED_OUT}
