"""Evidence of whether first calls are worse for being first, or only for their number among all requests.

Where requests go to two servers by turns, and one of them is dead or slow, two calls a round always meet the same two:
a first call that meets the bad one each time looks cold. One more request in between turns this round, and leaves a
cold start as it is.

A round is of one turn or the other by whether an even or an odd number of requests came before its first call. Of the
rounds in which the calls differ, let t be the share in the first turn that has the first call as the worse one. If only
the order mattered, it would be 1 - t in the other turn. Both e-processes here follow universal inference (Wasserman,
Ramdas & Balakrishnan 2020, PNAS 117, 16880-16890): a mixture over what is claimed, against the likeliest t (or, the
other way round, the likeliest effect of a call's place in its round). They stay valid where the data so far decide
which turn comes next, so an extra call is made only where it is needed.
"""

import math
from dataclasses import dataclass

import numpy as np

from probe.stats.round_scores import RoundScores
from probe.stats.sequential import LOG_THRESHOLD, Counts, Floats, Integers, Scores, sparse_looks
from probe.stats.severity_mixture import LEAST_SEVERITY, log_e_rows, mixed
from probe.stats.turns import Turns

LEAD = 3
"""So many more rounds that speak for a cold start in one turn than in the other, and an extra call turns them."""
LEAST_LOG_E = math.log(4)
"""Below this evidence of a cold start there is nothing yet to be told apart."""


@dataclass(frozen=True, slots=True)
class _Split:
    """Counts of rounds in which the calls differ, by series and look, as the order explains them.

    By segment, `with_it` have the calls of one turn as the worse ones, `against` those of the other.
    """

    with_it: list[Floats]
    against: list[Floats]
    same_turn: Floats

    @classmethod
    def of(cls, series: Scores, turns: Turns, looks: Integers) -> "_Split":
        signed = series * turns.sides
        parts = [Counts.of(signed * (turns.segments == segment), looks) for segment in np.unique(turns.segments)]
        same_turn = np.cumsum((series != 0) & (turns.sides == 0), axis=-1, dtype=np.float64)[..., looks - 1]
        return cls([part.b for part in parts], [part.c for part in parts], same_turn)


def rows_beyond_order(series: Scores, turns: Turns, looks: Integers) -> Floats:
    """Return `log_e_rows` of series of scores at each look, against "the order alone explains it" too."""
    from scipy.special import xlogy  # noqa: PLC0415

    split = _Split.of(series, turns, looks)
    more = np.sum([np.maximum(*each) for each in zip(split.with_it, split.against, strict=True)], axis=0)
    fewer = np.sum([np.minimum(*each) for each in zip(split.with_it, split.against, strict=True)], axis=0)
    both = np.maximum(more + fewer, 1)
    likeliest = xlogy(more, more / both) + xlogy(fewer, fewer / both)
    return np.asarray(log_e_rows(Counts.of(series, looks)) - (more + fewer) * math.log(2) - likeliest)


def rows_of_order(series: Scores, turns: Turns, looks: Integers) -> Floats:
    """Return log E against "the order explains nothing": first calls are worse, or better, alike in either turn."""
    from scipy.special import betaln, xlogy  # noqa: PLC0415

    split, counts = _Split.of(series, turns, looks), Counts.of(series, looks)
    split_pairs = zip(split.with_it, split.against, strict=True)
    by_segment = [betaln(x + 0.5, y + 0.5) - math.log(math.pi) for x, y in split_pairs]
    both = np.maximum(counts.b + counts.c, 1)
    likeliest = xlogy(counts.b, counts.b / both) + xlogy(counts.c, counts.c / both)
    return np.asarray(np.sum(by_segment, axis=0) - split.same_turn * math.log(2) - likeliest)


def extra_is_due(rounds: RoundScores, turns: Turns, next_side: int) -> bool:
    """Return True where the rounds ask for the other turn; `next_side` is the next turn without an extra call."""
    if not len(rounds):
        return False
    latest = turns.segments == turns.segments[-1]
    leads = (rounds.series * turns.sides)[:, latest].sum(axis=1, dtype=np.int64)
    now = log_e_rows(Counts.of(rounds.series, np.array([len(rounds)])))[:, 0]
    return bool(((leads * next_side >= LEAD) & (now >= LEAST_LOG_E))[: LEAST_SEVERITY + 1].any())


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """Evidence of the order of requests: log E after every look, and whether failures show it."""

    turns: Turns
    path: Floats
    fails: bool
    could_be_cold: bool
    could_be_second: bool

    @classmethod
    def of(cls, rounds: RoundScores, turns: Turns) -> "OrderEvidence":
        """Compute the evidence, mixed as that of a cold start is."""
        looks = sparse_looks(len(rounds))
        rows = rows_of_order(rounds.series, turns, looks)
        first, second = (_order_could_explain(rounds.series * sign, turns, looks) for sign in (np.int8(1), np.int8(-1)))
        return cls(turns, mixed(rows), bool(rows[0, -1] >= LOG_THRESHOLD), first, second)


def _order_could_explain(series: Scores, turns: Turns, looks: Integers) -> bool:
    """Return True where first calls look worse beyond chance, but not once the order is taken into account."""
    if mixed(log_e_rows(Counts.of(series, looks))).max() < LOG_THRESHOLD:
        return False
    return bool(mixed(rows_beyond_order(series, turns, looks)).max() < LOG_THRESHOLD)
