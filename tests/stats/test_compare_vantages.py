"""Vantages of one target compared: one is worse, all are alike, or it cannot be told yet."""

from collections.abc import Sequence

import pytest

from benchmarks.vantages import ALIKE, FAILS_MORE, SLOWER, tallies
from probe.model.call import Call
from probe.model.fault_party import FaultParty
from probe.model.health import Health, HealthWord
from probe.model.outcome import Outcome
from probe.model.vantage_comparison import VantageAnswer, VantageComparison
from probe.model.verdict import Question
from probe.stats.compare_vantages import compare_vantages
from probe.stats.judge_health import health_of
from probe.stats.pair_vantages import VantageArm
from probe.stats.vantage_faults import attributed
from tests.stats.frames import frame
from tests.vantages import every, later, rounds

N = 60


def arm(vantage: str, calls: Sequence[Call], offset_ms: float = 0.0) -> VantageArm:
    return VantageArm(vantage, f"glm@{vantage}", frame(calls), (0,), (offset_ms,), offset_ms, 2.0)


def health(arm: VantageArm) -> Health:
    return health_of(arm.calls, None, Question())


def compared(*arms: VantageArm, question: Question | None = None) -> VantageComparison:
    healths = {each.vantage: health(each) for each in arms}
    return compare_vantages("glm", arms, healths, question or Question())


def parties(arm: VantageArm, comparison: VantageComparison) -> dict[FaultParty, int]:
    """Return the failures of an arm by the party that they are counted for."""
    faults = attributed(health(arm), comparison.kinds, arm.vantage).faults
    return {fault.party: fault.n for fault in faults if fault.n}


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


def test_by_how_much_it_fails_more_has_limits_that_hold_at_any_stopping_time() -> None:
    (worse,) = compared(arm("fra", rounds(N)), arm("sin", rounds(N, every(3, N)))).failures.worse
    assert worse.difference.value == pytest.approx(1 / 3)
    assert worse.difference.low is not None
    assert 0 < worse.difference.low < 1 / 3


def test_the_order_of_vantages_changes_nothing() -> None:
    fra, sin = arm("fra", rounds(N)), arm("sin", rounds(N, every(3, N), connect_ms=300.0))
    one_way, other_way = compared(fra, sin), compared(sin, fra)
    assert one_way.failures.worse == other_way.failures.worse
    assert one_way.times.worse == other_way.times.worse
    assert one_way.answer is other_way.answer is VantageAnswer.ONE_WORSE


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


def test_a_longer_way_shows_in_connecting_while_failures_are_alike() -> None:
    fra = arm("fra", rounds(N, every(6, N), Outcome.OVERLOADED))
    sin = arm("sin", rounds(N, every(6, N), Outcome.OVERLOADED, connect_ms=460.0))
    comparison = compared(fra, sin)
    (worse,) = comparison.times.worse
    assert (worse.vantage, worse.phase) == ("sin", "connect")
    assert worse.phase_difference is not None
    assert worse.phase_difference.value == pytest.approx(400)
    assert worse.difference.value == pytest.approx(400), "without what the client's own start takes"
    assert (comparison.answer, comparison.failures.answer) == (VantageAnswer.ONE_WORSE, VantageAnswer.ALIKE)
    assert comparison.party is FaultParty.RELAY


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


def test_few_rounds_cannot_tell_though_they_look_alike_and_say_how_many_more() -> None:
    comparison = compared(arm("fra", rounds(6)), arm("sin", rounds(6)))
    assert comparison.answer is VantageAnswer.CANNOT_TELL
    to_go = comparison.failures.to_go
    assert to_go is not None
    assert to_go.low is not None
    assert to_go.low > 0
    assert compared(arm("fra", rounds(40)), arm("sin", rounds(40))).answer is VantageAnswer.ALIKE


def test_alike_without_failures_at_every_vantage_accuses_nobody() -> None:
    comparison = compared(arm("fra", rounds(N, [7])), arm("sin", rounds(N)))
    assert (comparison.answer, comparison.party) == (VantageAnswer.ALIKE, None)


def test_of_three_the_worse_ones_are_named() -> None:
    fra, sin, ams = arm("fra", rounds(N)), arm("sin", rounds(N, every(2, N))), arm("ams", rounds(N))
    comparison = compared(fra, sin, ams)
    assert comparison.answer is VantageAnswer.ONE_WORSE
    assert comparison.named == {"sin"}
    assert comparison.least_e == 600
    two = compared(fra, sin, arm("ams", rounds(N, every(2, N))))
    assert two.answer is VantageAnswer.SEVERAL_WORSE
    assert two.named == {"sin", "ams"}
    assert parties(sin, two) == {FaultParty.NETWORK: 60}


def test_what_turned_round_later_is_not_held_against_one_network() -> None:
    fra, sin = arm("fra", rounds(N, range(21, 61))), arm("sin", rounds(N, range(1, 11)))
    (worse,) = compared(fra, sin).failures.worse
    assert (worse.vantage, worse.still) == ("sin", False)
    assert compared(fra, sin).kinds == ()


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
