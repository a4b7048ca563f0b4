"""Say whose failures are that might be the network's, from which vantages have them.

The network lies between a vantage and the relay. Where a vantage fails more often than another, failures that might
come of the network, and that no vantage without this trouble has, are those of its network. Where all fail alike and
each has some of a kind, no network explains it: networks do not fail together, and the relay is what they share.
"""

from collections.abc import Iterator, Mapping

from probe.model.fault_party import FaultParty
from probe.model.health import FailureKind, Health
from probe.model.outcome import Outcome, Party, WaitCause
from probe.model.vantage_comparison import NetworkKind, VantageAnswer, VantageFinding
from probe.stats.judge_health import fault_counts

_MAY_BE_NETWORK = frozenset({Outcome.CONNECTION_RESET, Outcome.TRUNCATED_STREAM})
_NETWORK_WAITS = frozenset(
    {WaitCause.NO_FIRST_BYTE, WaitCause.STALLED_STREAM, WaitCause.BODY_NEVER_ENDS, WaitCause.UNKNOWN}
)
_NOT_KNOWN_WHOSE = frozenset({FaultParty.NETWORK, FaultParty.UNCLEAR})


def network_kinds(failures: VantageFinding, healths: Mapping[str, Health]) -> tuple[NetworkKind, ...]:
    """Return the kinds of failures of which the comparison tells whose they are."""
    if failures.answer is VantageAnswer.ALIKE:
        return tuple(_of_relay(healths))
    return tuple(_of_networks(frozenset(found.vantage for found in failures.worse if found.still), healths))


def attributed(health: Health, kinds: tuple[NetworkKind, ...], vantage: str) -> Health:
    """Return the health of a vantage, with each failure of these kinds counted for its party."""
    parties = {(kind.outcome, kind.cause): kind.party for kind in kinds if kind.vantage in {None, vantage}}
    if not parties:
        return health
    failures = tuple(
        failure.model_copy(update={"party": parties.get((failure.outcome, failure.cause), failure.party)})
        for failure in health.failures
    )
    return health.model_copy(update={"failures": failures, "faults": fault_counts(failures)})


def may_be_network(failure: FailureKind) -> bool:
    """Return True for a failure that trouble on the way to the relay may cause: no answer came, or not all of it."""
    if failure.outcome is Outcome.TIMED_OUT:
        return failure.cause in _NETWORK_WAITS or failure.cause in _MAY_BE_NETWORK or failure.party in _NOT_KNOWN_WHOSE
    return failure.outcome.party is Party.NETWORK or failure.outcome in _MAY_BE_NETWORK


def _of_networks(worse: frozenset[str], healths: Mapping[str, Health]) -> Iterator[NetworkKind]:
    """Yield what the vantages that fail more have, and no other vantage has."""
    elsewhere = {
        (failure.outcome, failure.cause)
        for vantage, health in healths.items()
        if vantage not in worse
        for failure in health.failures
    }
    for vantage in sorted(worse):
        for failure in healths[vantage].failures:
            if may_be_network(failure) and (failure.outcome, failure.cause) not in elsewhere:
                yield NetworkKind(
                    outcome=failure.outcome,
                    cause=failure.cause,
                    party=FaultParty.NETWORK,
                    vantage=vantage,
                    n=failure.n,
                )


def _of_relay(healths: Mapping[str, Health]) -> Iterator[NetworkKind]:
    """Yield what might be the network's, and each vantage has."""
    by_vantage = [
        {(failure.outcome, failure.cause): failure for failure in health.failures} for health in healths.values()
    ]
    in_all = set.intersection(*(set(kinds) for kinds in by_vantage))
    for outcome, cause in sorted(in_all, key=lambda kind: (kind[0], kind[1] or "")):
        failures = [kinds[outcome, cause] for kinds in by_vantage]
        if all(map(_may_be_any_network, failures)):
            n = sum(failure.n for failure in failures)
            yield NetworkKind(outcome=outcome, cause=cause, party=FaultParty.RELAY, n=n)


def _may_be_any_network(failure: FailureKind) -> bool:
    return may_be_network(failure) and failure.party in _NOT_KNOWN_WHOSE
