"""E-values after every look, and the answer that they give."""

import numpy as np
import pytest

from probe.model.verdict import Answer
from probe.stats.order_evidence import OrderEvidence
from probe.stats.round_scores import RoundScores
from probe.stats.turns import Turns
from probe.stats.verdict_paths import VerdictPaths
from tests.stats.scores import joined, ones, quiet, rounds

DELTA = 0.15


def answer(scores: RoundScores) -> tuple[Answer, int | None, int | None]:
    return VerdictPaths.of(scores, DELTA).answer()


@pytest.mark.parametrize(
    ("scores", "found"),
    [
        (rounds(ones(10)), (Answer.COLD, 6, None)),
        (rounds(-ones(10)), (Answer.SECOND_WORSE, 6, None)),
        (rounds(ones(5)), (Answer.UNDECIDED, None, None)),
        (rounds(quiet(60)), (Answer.NO_COLD_EFFECT, 25, None)),
        (joined(rounds(quiet(60)), rounds(ones(15))), (Answer.COLD, 66, None)),
    ],
)
def test_the_answer_is_what_the_rounds_reached_first(
    scores: RoundScores, found: tuple[Answer, int | None, int | None]
) -> None:
    assert answer(scores) == found


def test_of_two_opposites_the_first_is_the_answer_and_the_other_is_told() -> None:
    cold, reached, opposite = answer(joined(rounds(ones(8)), rounds(-ones(40))))
    assert (cold, reached) == (Answer.COLD, 6)
    second, also_reached, cold_later = answer(joined(rounds(-ones(8)), rounds(ones(40))))
    assert (second, also_reached) == (Answer.SECOND_WORSE, 6)
    assert opposite == cold_later
    assert opposite is not None
    assert 25 < opposite <= 48


def test_no_effect_needs_both_that_nothing_fails_more_and_that_nothing_is_slower() -> None:
    slowness = quiet(40)
    slowness[::3] = 1
    slowness[1::7] = -1
    paths = VerdictPaths.of(rounds(quiet(40), slowness), DELTA)
    assert paths.shows(paths.fails_no_more)
    assert not paths.shows(paths.no_slower)
    assert paths.answer()[0] is Answer.UNDECIDED


@pytest.mark.parametrize(("late_ms", "beyond"), [(1500.0, 1), (2500.0, 2), (20_000.0, 16)])
def test_slowness_is_shown_up_to_the_largest_severity_that_all_are(late_ms: float, beyond: int) -> None:
    assert VerdictPaths.of(rounds(quiet(12), ones(12), late_ms), DELTA).slower_beyond() == beyond


def test_where_nothing_is_slower_no_severity_is_shown() -> None:
    assert VerdictPaths.of(rounds(ones(12)), DELTA).slower_beyond() is None
    assert VerdictPaths.of(rounds(quiet(3), ones(3)), DELTA).slower_beyond() is None


def test_a_cold_start_is_said_only_where_the_order_of_requests_cannot_explain_it() -> None:
    scores = rounds(ones(20))
    turns = Turns(ones(20), np.zeros(20, np.int64))
    order = OrderEvidence.of(scores, turns)
    assert VerdictPaths.of(scores, DELTA, order).answer()[0] is Answer.COLD
    checked = VerdictPaths.of(scores, DELTA, order, checks_order=True)
    assert checked.answer()[0] is Answer.UNDECIDED
    assert checked.peak(checked.plain).reached == 6
