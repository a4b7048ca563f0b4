"""The party that has to act on a failure."""

import pytest

from probe.model.fault_party import FaultParty, party_of
from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT


@pytest.mark.parametrize(
    ("outcome", "cause", "lasting", "passing"),
    [
        (Outcome.OVERLOADED, "529", "relay", "relay"),
        (Outcome.AUTH, "401", "account", "relay"),
        (Outcome.BILLING, "402", "account", "account"),
        (Outcome.MODEL_NOT_FOUND, "404", "setup", "relay"),
        (Outcome.REDIRECTED, "307", "setup", "relay"),
        (Outcome.DNS, None, "setup", "network"),
        (Outcome.CONNECTION_REFUSED, None, "unclear", "relay"),
        (Outcome.CONNECTION_RESET, None, "unclear", "unclear"),
        (Outcome.NOT_LOGGED_IN, None, "setup", "setup"),
        (Outcome.CLIENT_CRASHED, "SIGSEGV", "client", "client"),
        (Outcome.OK, None, "client", "client"),
        (Outcome.RATE_LIMITED, "429", "relay", "relay"),
        (Outcome.RATE_LIMITED, USAGE_LIMIT, "account", "account"),
    ],
)
def test_a_later_success_shows_that_token_model_and_address_are_right(
    outcome: Outcome, cause: str | None, lasting: str, passing: str
) -> None:
    assert (party_of(outcome, cause, passes=False), party_of(outcome, cause, passes=True)) == (lasting, passing)


@pytest.mark.parametrize(
    ("cause", "lasting", "passing"),
    [
        (None, "unclear", "unclear"),
        ("no_first_byte", "relay", "relay"),
        ("ping_only", "relay", "relay"),
        ("no_request", "client", "client"),
        ("no_result", "unclear", "unclear"),
        ("unknown", "unclear", "unclear"),
        ("timed_out", "relay", "relay"),
        ("auth", "account", "relay"),
        ("dns", "setup", "network"),
        ("something new", "relay", "relay"),
    ],
)
def test_a_call_that_met_its_deadline_is_of_whom_it_waited_for(cause: str | None, lasting: str, passing: str) -> None:
    found = [party_of(Outcome.TIMED_OUT, cause, passes=passes) for passes in (False, True)]
    assert found == [lasting, passing]


def test_every_outcome_has_a_party() -> None:
    for outcome in Outcome:
        assert {party_of(outcome, None, passes=passes) for passes in (True, False)} <= set(FaultParty)
