"""Duration sentences: times as they were counted, and no more than is known of them."""

import pytest

from probe.model.statistics import Pairs, Ratio
from probe.model.verdict import Answer
from probe.render.duration_sentences import duration_sentences
from tests.render.sections import (
    cold_section,
    estimate,
    pairs,
    undecided_section,
    verdict,
)
from tests.render.spoken import EN, said


def test_one_round_has_nothing_typical() -> None:
    of = undecided_section(pairs=pairs(1, ratio=Ratio(least=estimate(2.0), most=estimate(2.0))))
    assert "Typically" not in said(of)


def test_a_margin_in_proportion_says_so() -> None:
    changes = {"in_proportion": True, "slower_by_ms": 3750.0}
    of = undecided_section(
        pairs=pairs(12, slower_by_ms=3750.0, first_slower=3), verdict=verdict(Answer.UNDECIDED, 12, **changes)
    )
    assert "slower by more than 3.75 s (a quarter of what second calls took before) in 3 of 12 rounds" in said(of)


def test_slowness_is_told_as_it_was_counted() -> None:
    counts = {"first_slower": 2, "second_slower": 0, "alike": 8, "slower_unknown": 2}
    of = undecided_section(
        pairs=pairs(12, 1, 1, **counts, shift_ms=1990.0, horizon_ms=30_000.0, mean_difference_ms=estimate(900.0, n=12))
    )
    text = said(of)
    assert (
        "Counting a failed call at its full timeout, with the client's own 1.99 s taken off, the first call was slower"
        in text
    )
    assert "In 2 of 12 rounds it is not known which call was slower" in text
    assert (
        "Counting every call up to 30.0 s, the shortest timeout of a failed one, first calls took 900 ms longer than "
        "second calls on average." in text
    )


def test_slower_more_often_is_not_slower_on_average() -> None:
    slower = verdict(Answer.COLD, slower=True, fails_more=False)
    of = cold_section(verdict=slower, pairs=pairs(30, 0, mean_difference_ms=estimate(-2830.0)))
    assert said(of).startswith("In more rounds the first call is slower by more than 2.00 s than the second call is.")


def test_the_ratio_of_uncensored_calls_is_one_figure() -> None:
    alike = Ratio(least=estimate(7.1, 5.2, 8.9), most=estimate(7.1, 5.2, 8.9))
    text = said(undecided_section(pairs=pairs(12, ratio=alike)))
    assert "Typically a first call takes 7.1 times as long as a second call (95 % interval: 5.2 to 8.9)." in text


def told(of: Pairs, *, in_proportion: bool = False) -> list[str]:
    return list(duration_sentences(of, EN, in_proportion=in_proportion))


def test_where_no_call_failed_nothing_is_said_of_how_failed_ones_count() -> None:
    mean = estimate(900.0, 400.0, 1400.0, 12)
    assert told(pairs(12, first_slower=3, alike=9, mean_difference_ms=mean)) == [
        "The first call was slower by more than 500 ms in 3 of 12 rounds, the second call in none.",
        "First calls took 900 ms longer than second calls on average (95 % interval: 400 ms to 1.40 s).",
    ]
    assert told(pairs(12)) == ["In none of 12 rounds was either call slower by more than 500 ms."]


def test_how_failed_calls_count_is_said_once() -> None:
    of = pairs(12, 2, first_slower=3, mean_difference_ms=estimate(900.0, 400.0, 1400.0, 12))
    slower, mean = told(of)
    assert slower.startswith("Counting a failed call at its full timeout, the first call was slower")
    assert mean.startswith("Counted so, first calls took")


def test_where_it_is_not_known_which_was_slower_in_any_round_that_is_all() -> None:
    assert len(told(pairs(12, slower_unknown=12))) == 1
    assert "not known" in told(pairs(12, slower_unknown=12))[0]


def test_a_mean_that_is_nothing_is_the_same_and_one_whose_interval_holds_nothing_may_be() -> None:
    same, maybe = (told(pairs(12, mean_difference_ms=estimate(ms, -200.0, 300.0, 12)))[-1] for ms in (0.2, 50.0))
    assert "0 ms" not in same.partition("(")[0]
    assert "may be nothing" in maybe
    assert "(" not in told(pairs(12, mean_difference_ms=estimate(50.0)))[-1], "of few calls there is no interval"


@pytest.mark.parametrize(("shift_ms", "said_so"), [(0.0, False), (49.0, False), (50.0, True), (-50.0, True)])
def test_what_is_taken_off_for_the_client_is_said_where_it_matters(shift_ms: float, said_so: bool) -> None:
    of = pairs(12, first_slower=1, shift_ms=shift_ms)
    assert ("taken off" in told(of)[0]) == said_so


def test_a_ratio_of_one_says_that_they_took_the_same() -> None:
    one = Ratio(least=estimate(1.0, 0.9, 1.1), most=estimate(1.0, 0.9, 1.1))
    assert "times as long" not in told(pairs(12, ratio=one))[-1]
    apart = Ratio(least=estimate(4.0), most=estimate(5.0))
    assert "4 to 5 times as long" in told(pairs(12, ratio=apart))[-1]
