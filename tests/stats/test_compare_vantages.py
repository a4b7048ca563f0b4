"""Vantages of one target compared: one is worse, all are alike, or it cannot be told yet."""

import pytest

from benchmarks.vantages import ALIKE, FAILS_MORE, SLOWER, tallies
from probe.model.fault_party import FaultParty
from probe.model.health import HealthWord
from probe.model.outcome import Outcome
from probe.model.vantage_comparison import VantageAnswer
from probe.model.verdict import Question
from tests.stats.compared_vantages import N, arm, compared, parties
from tests.vantages import every, later, rounds


def test_a_vantage_whose_calls_fail_is_named_and_its_network_is_it() -> None:
    fra, sin = arm("fra", rounds(N)), arm("sin", rounds(N, every(3, N)))
    comparison = compared(fra, sin)
    assert comparison.answer is VantageAnswer.ONE_WORSE
    (worse,) = comparison.failures.worse
    assert (worse.vantage, worse.than, worse.phase, worse.still) == ("sin", "fra", None, True)
    assert worse.log_e > 2.3
    assert worse.settled_after < N
    assert comparison.times.worse == ()
    assert parties(sin, comparison) == {FaultParty.NETWORK: 40}
    assert (comparison.health.word, comparison.health.failed, comparison.health.n) == (HealthWord.FLAKY, 40, 4 * N)


def test_failures_that_both_have_at_once_are_the_relays() -> None:
    fra, sin = arm("fra", rounds(N, every(4, N))), arm("sin", rounds(N, every(4, N)))
    comparison = compared(fra, sin)
    assert comparison.answer is VantageAnswer.ALIKE
    assert comparison.party is FaultParty.RELAY
    assert parties(fra, comparison) == {FaultParty.RELAY: 30}, "a connection fails at both: it is no network's"
    assert [(kind.outcome, kind.party, kind.vantage, kind.n) for kind in comparison.kinds] == [
        (Outcome.CONNECT_TIMEOUT, FaultParty.RELAY, None, 60)
    ]


def test_an_account_that_is_refused_everywhere_is_no_relays() -> None:
    arms = [arm(vantage, rounds(N, range(1, N + 1), Outcome.BILLING)) for vantage in ("fra", "sin")]
    comparison = compared(*arms)
    assert comparison.answer is VantageAnswer.ALIKE, "no call succeeded, so that times do not matter"
    assert comparison.party is FaultParty.ACCOUNT
    assert comparison.times.pairs == 0


def test_what_the_relay_answers_is_not_the_networks_though_one_vantage_alone_has_it() -> None:
    fra, sin = arm("fra", rounds(N)), arm("sin", rounds(N, every(3, N), Outcome.OVERLOADED))
    comparison = compared(fra, sin)
    assert comparison.answer is VantageAnswer.ONE_WORSE
    assert parties(sin, comparison) == {FaultParty.RELAY: 40}
    assert comparison.kinds == ()


def test_a_machine_that_starts_the_client_slowly_is_no_slow_network() -> None:
    slow = [
        call.model_copy(
            update={
                "wall_ms": call.wall_ms + 4000,
                "phases": call.phases.model_copy(update={"boot_ms": call.phases.boot_ms + 4000}),
            }
        )
        for call in rounds(N)
        if call.phases
    ]
    assert compared(arm("fra", rounds(N)), arm("sin", slow)).answer is VantageAnswer.ALIKE


def test_calls_are_paired_by_clocks_that_are_put_right() -> None:
    ahead = later(rounds(N, every(3, N)), 90.0)
    comparison = compared(arm("fra", rounds(N)), arm("sin", ahead, offset_ms=90_000.0))
    assert (comparison.pairs, comparison.left_out) == (2 * N, 0)
    assert comparison.answer is VantageAnswer.ONE_WORSE
    comparison = compared(arm("fra", rounds(N)), arm("sin", ahead))
    assert (comparison.pairs, comparison.left_out, comparison.rounds) == (0, 2 * N, 0)
    assert comparison.answer is VantageAnswer.CANNOT_TELL
    assert (comparison.failures.to_go, comparison.party) == (None, None)


def test_alike_without_failures_at_every_vantage_accuses_nobody() -> None:
    comparison = compared(arm("fra", rounds(N, [7])), arm("sin", rounds(N)))
    assert (comparison.answer, comparison.party) == (VantageAnswer.ALIKE, None)


def test_what_difference_matters_is_the_users() -> None:
    fra, sin = arm("fra", rounds(N)), arm("sin", rounds(N))
    assert compared(fra, sin).failures.answer is VantageAnswer.ALIKE
    strict = compared(fra, sin, question=Question(delta=0.03))
    assert strict.failures.answer is VantageAnswer.CANNOT_TELL
    assert strict.delta == pytest.approx(0.02)


@pytest.mark.parametrize("name", ["relay fails 20 %", "outages in 10 % of rounds, common to all", "three vantages"])
def test_vantages_that_are_alike_are_hardly_ever_told_apart(name: str) -> None:
    """Of 1000 campaigns of 200 rounds 0 to .4 % name one, see `python -m benchmarks vantages`."""
    failures, times = tallies(ALIKE[name], campaigns=40, rounds=120)
    assert failures.found + failures.wrong + times.found + times.wrong <= 1 / 40


def test_a_network_that_fails_more_is_found() -> None:
    failures, _ = tallies(FAILS_MORE["one network + 30 %"], campaigns=40, rounds=80)
    assert failures.found >= 0.95
    assert failures.median_rounds <= 30
    assert failures.wrong == 0


def test_a_network_that_is_far_and_loses_packets_is_found_at_once() -> None:
    failures, times = tallies(SLOWER["one network + 200 ms, 2 % loss"], campaigns=30, rounds=40)
    assert times.found == 1
    assert times.median_rounds <= 12
    assert failures.found + failures.wrong == 0
