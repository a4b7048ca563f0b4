"""Tests for which failures trouble on the way to a relay may cause."""

import pytest

from probe.model.fault_party import FaultParty
from probe.model.health import FailureKind
from probe.model.outcome import Outcome, WaitCause
from probe.stats.vantage_faults import may_be_network


@pytest.mark.parametrize(
    ("outcome", "cause", "party", "may_be"),
    [
        (Outcome.CONNECT_TIMEOUT, None, FaultParty.NETWORK, True),
        (Outcome.CONNECTION_RESET, None, FaultParty.RELAY, True),
        (Outcome.TRUNCATED_STREAM, None, FaultParty.RELAY, True),
        (Outcome.OVERLOADED, "529", FaultParty.RELAY, False),
        (Outcome.AUTH, "401", FaultParty.ACCOUNT, False),
        (Outcome.TIMED_OUT, WaitCause.NO_FIRST_BYTE, FaultParty.RELAY, True),
        (Outcome.TIMED_OUT, WaitCause.PING_ONLY, FaultParty.RELAY, False),
        (Outcome.TIMED_OUT, "connection_reset", FaultParty.RELAY, True),
        (Outcome.TIMED_OUT, "overloaded", FaultParty.RELAY, False),
        (Outcome.TIMED_OUT, "no_request", FaultParty.UNCLEAR, True),
    ],
)
def test_no_answer_or_not_all_of_it_may_be_the_network_s(
    outcome: Outcome, cause: str | None, party: FaultParty, may_be: bool
) -> None:
    assert may_be_network(FailureKind(outcome=outcome, cause=cause, party=party, n=1, passes=False)) is may_be
