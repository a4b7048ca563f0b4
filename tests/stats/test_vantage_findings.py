"""Find from the evidence of all pairs of vantages which is worse, by how much, and how many rounds are missing."""

import pytest

from probe.model.fault_party import FaultParty
from probe.model.outcome import Outcome
from probe.model.vantage_comparison import VantageAnswer
from tests.stats.compared_vantages import N, arm, compared, parties
from tests.vantages import every, rounds


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


def test_few_rounds_cannot_tell_though_they_look_alike_and_say_how_many_more() -> None:
    comparison = compared(arm("fra", rounds(6)), arm("sin", rounds(6)))
    assert comparison.answer is VantageAnswer.CANNOT_TELL
    to_go = comparison.failures.to_go
    assert to_go is not None
    assert to_go.low is not None
    assert to_go.low > 0
    assert compared(arm("fra", rounds(40)), arm("sin", rounds(40))).answer is VantageAnswer.ALIKE


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
