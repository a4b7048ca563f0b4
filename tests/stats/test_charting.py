from collections.abc import Collection
from itertools import pairwise

import pytest

from probe.model.call import Call
from probe.model.chart import Charts, Mark
from probe.model.outcome import Outcome
from probe.stats.charting import MOST_BINS, MOST_ROUNDS, charts
from tests.builders import call, flags
from tests.stats.frames import frame

LABELS = ("call1", "call2")


def rounds(n: int, unclean: Collection[int] = ()) -> list[Call]:
    return [
        call(number, position, flags=flags("retried") if number in unclean and position == 2 else ())
        for number in range(1, n + 1)
        for position in (1, 2)
    ]


def drawn(*runs: list[Call]) -> Charts:
    return charts(frame(*runs), LABELS)


def test_nothing_gives_no_charts() -> None:
    assert charts(frame([]), LABELS) == Charts()


def test_every_call_is_a_dot_of_its_mark() -> None:
    calls = [
        call(1, 1, wall_ms=1234.5),
        call(1, 2, flags=flags("retried")),
        call(2, 1, Outcome.OVERLOADED),
        call(2, 2, Outcome.TIMED_OUT),
        call(3, 1, Outcome.SESSION_IN_USE, expected_outcome=Outcome.SESSION_IN_USE),
        call(3, 2, timed_out=True),
    ]
    shown = drawn(calls).rounds
    assert [[dot.mark for dot in each.dots] for each in shown] == [
        [Mark.CLEAN, Mark.RECOVERED],
        [Mark.FAILED, Mark.TIMED_OUT],
        [Mark.CLEAN, Mark.CLEAN],
    ]
    first = shown[0].dots[0]
    assert (first.label, first.wall_ms, first.outcome) == ("call1", 1234.5, Outcome.OK)
    assert shown[0].started_at == calls[0].started_at


def test_up_to_the_most_all_rounds_are_kept() -> None:
    found = drawn(rounds(MOST_ROUNDS))
    assert [each.number for each in found.rounds] == list(range(1, MOST_ROUNDS + 1))
    assert found.rounds_total == MOST_ROUNDS


@pytest.mark.parametrize("n", [MOST_ROUNDS + 1, 1000, 2345])
def test_thinning_keeps_the_unclean_rounds_and_the_order(n: int) -> None:
    unclean = {2, 3, 5, *range(40, n, 97), n - 1}
    found = drawn(rounds(n, unclean))
    numbers = [each.number for each in found.rounds]
    assert (found.rounds_total, len(numbers)) == (n, MOST_ROUNDS)
    assert numbers == sorted(set(numbers))
    assert unclean <= set(numbers)
    clean = [number for number in numbers if number not in unclean]
    assert (clean[0], clean[-1]) == (1, n)
    gaps = [later - earlier for earlier, later in pairwise(clean)]
    assert max(gaps) <= 2 * n / len(clean) + 2


@pytest.mark.parametrize("clean_from", [700, 1001])
def test_where_most_rounds_are_unclean_the_room_is_used_and_the_clean_are_seen(clean_from: int) -> None:
    found = drawn(rounds(1000, range(1, clean_from)))
    clean = sum(all(dot.mark is Mark.CLEAN for dot in each.dots) for each in found.rounds)
    assert len(found.rounds) == MOST_ROUNDS
    assert (clean > 0) == (clean_from <= 1000)


@pytest.mark.parametrize("n", [1, 2, 59, 60, 61, 119, 120, 121, 1000])
def test_bins_add_up_to_all_calls_and_leave_no_gap(n: int) -> None:
    unclean = set(range(3, n, 7))
    for label, recovered in (("call1", 0), ("call2", len(unclean))):
        bins = [each for each in drawn(rounds(n, unclean)).over_time if each.label == label]
        assert len(bins) <= MOST_BINS
        assert sum(sum(each.counts.values()) for each in bins) == n
        assert sum(each.counts.get(Mark.RECOVERED, 0) for each in bins) == recovered
        assert (bins[0].first, bins[-1].last) == (1, n)
        assert [each.first for each in bins[1:]] == [each.last + 1 for each in bins[:-1]]
        assert all(sum(each.counts.values()) == each.last - each.first + 1 for each in bins)


def test_pooled_runs_count_their_rounds_on() -> None:
    found = drawn(rounds(2), rounds(3, {1}))
    places = [(each.number, each.run_id, each.round) for each in found.rounds]
    assert places == [(1, "run-1", 1), (2, "run-1", 2), (3, "run-2", 1), (4, "run-2", 2), (5, "run-2", 3)]
    assert [each.first for each in found.over_time if Mark.RECOVERED in each.counts] == [3]


def test_a_step_that_never_ran_has_no_curve() -> None:
    found = drawn([call(1, 1), call(2, 1, Outcome.TIMED_OUT, wall_ms=180_000.0)])
    assert [(each.label, each.n, each.censored, each.points) for each in found.ecdfs] == [
        ("call1", 2, 1, ((1500.0, 0.5),))
    ]
    assert {each.label for each in found.over_time} == {"call1"}
    assert [len(each.dots) for each in found.rounds] == [1, 1]
