"""The party that has to act on a failure, as far as its outcome and cause tell."""

from collections.abc import Mapping
from enum import StrEnum

from probe.model.outcome import Outcome, Party, WaitCause
from probe.model.refusal import USAGE_LIMIT


class FaultParty(StrEnum):
    """The party that has to act on a failure, as far as the evidence goes."""

    RELAY = "relay"
    ACCOUNT = "account"
    NETWORK = "network"
    SETUP = "setup"
    CLIENT = "client"
    UNCLEAR = "unclear"


_OF_PARTY: Mapping[Party, FaultParty] = {
    Party.NOBODY: FaultParty.CLIENT,  # a success where the scenario expects a refusal by the client
    Party.UPSTREAM: FaultParty.RELAY,
    Party.NETWORK: FaultParty.NETWORK,
    Party.ACCOUNT: FaultParty.ACCOUNT,
    Party.CLIENT: FaultParty.CLIENT,
    Party.PROBE: FaultParty.SETUP,
}
_LASTING: Mapping[Outcome, FaultParty] = {
    Outcome.MODEL_NOT_FOUND: FaultParty.SETUP,
    Outcome.REDIRECTED: FaultParty.SETUP,
    Outcome.NOT_LOGGED_IN: FaultParty.SETUP,
    Outcome.DNS: FaultParty.SETUP,
    Outcome.CONNECTION_REFUSED: FaultParty.UNCLEAR,
    Outcome.CONNECTION_FAILED: FaultParty.UNCLEAR,
    Outcome.TLS: FaultParty.UNCLEAR,
    Outcome.CONNECTION_RESET: FaultParty.UNCLEAR,
    Outcome.API_ERROR: FaultParty.UNCLEAR,
}
"""The party that answers for a failure that no later success followed, where it is not the outcome's own party."""

_PASSING: Mapping[Outcome, FaultParty] = {
    Outcome.AUTH: FaultParty.RELAY,
    Outcome.FORBIDDEN: FaultParty.RELAY,
    Outcome.MODEL_NOT_FOUND: FaultParty.RELAY,
    Outcome.REDIRECTED: FaultParty.RELAY,
    Outcome.DNS: FaultParty.NETWORK,
    Outcome.CONNECTION_REFUSED: FaultParty.RELAY,
}
"""The same where a later call succeeded: then token, model and address are right."""

_WAITS: Mapping[str, FaultParty] = {
    WaitCause.NO_REQUEST: FaultParty.CLIENT,
    WaitCause.NO_RESULT: FaultParty.UNCLEAR,
    WaitCause.RETRYING: FaultParty.UNCLEAR,
    WaitCause.UNKNOWN: FaultParty.UNCLEAR,
}
"""The party that answers for a call that met its deadline, where it is not the relay, by cause."""


def party_of(outcome: Outcome, cause: str | None, *, passes: bool) -> FaultParty:
    """Return who has to act on a failure; `passes` where a later call succeeded."""
    if outcome is Outcome.TIMED_OUT:
        return _party_of_wait(cause, passes=passes)
    if outcome is Outcome.RATE_LIMITED and cause == USAGE_LIMIT:
        return FaultParty.ACCOUNT
    special = _PASSING.get(outcome) if passes else None
    return special or _LASTING.get(outcome) or _OF_PARTY[outcome.party]


def _party_of_wait(cause: str | None, *, passes: bool) -> FaultParty:
    """Return who has to act on a call that met its deadline; its cause may be an error that it was retrying."""
    retried = next((outcome for outcome in Outcome if outcome.value == cause), None)
    if retried and retried is not Outcome.TIMED_OUT:
        return party_of(retried, None, passes=passes)
    if cause is None:
        return FaultParty.UNCLEAR
    return _WAITS.get(cause, FaultParty.RELAY)
