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

from probe.stats.sequential import LOG_THRESHOLD, Counts, Floats, Scores, path_both, path_worse
from probe.stats.turns import Turns

LEAD = 4
"""So many more rounds that speak for a cold start in one turn than in the other, and an extra call turns them."""
LEAST_LOG_E = math.log(4)
"""Below this evidence of a cold start there is nothing yet to be told apart."""


@dataclass(frozen=True, slots=True)
class _Split:
    """Running counts of rounds in which the calls differ, as the order explains them.

    By segment, `with_it` have the calls of one turn as the worse ones, `against` those of the other.
    """

    with_it: list[Floats]
    against: list[Floats]
    same_turn: Floats

    @classmethod
    def of(cls, scores: Scores, turns: Turns) -> "_Split":
        signed = scores * turns.sides
        parts = [turns.segments == segment for segment in np.unique(turns.segments)]
        with_it, against = (
            [np.cumsum(part & (signed == sign), dtype=np.float64) for part in parts] for sign in (1, -1)
        )
        return cls(with_it, against, np.cumsum((scores != 0) & (turns.sides == 0), dtype=np.float64))


def path_beyond_order(scores: Scores, turns: Turns) -> Floats:
    """Return `path_worse` of the scores after every round, against "the order alone explains it" too."""
    from scipy.special import xlogy  # noqa: PLC0415

    split = _Split.of(scores, turns)
    more = np.sum([np.maximum(*each) for each in zip(split.with_it, split.against, strict=True)], axis=0)
    fewer = np.sum([np.minimum(*each) for each in zip(split.with_it, split.against, strict=True)], axis=0)
    both = np.maximum(more + fewer, 1)
    likeliest = xlogy(more, more / both) + xlogy(fewer, fewer / both)
    return np.asarray(path_worse(Counts.of(scores)) - (more + fewer) * math.log(2) - likeliest)


def path_order(scores: Scores, turns: Turns) -> Floats:
    """Return log E against "the order explains nothing": first calls are worse, or better, alike in either turn."""
    from scipy.special import betaln, xlogy  # noqa: PLC0415

    split, counts = _Split.of(scores, turns), Counts.of(scores)
    mixed = [betaln(x + 0.5, y + 0.5) - math.log(math.pi) for x, y in zip(split.with_it, split.against, strict=True)]
    both = np.maximum(counts.b + counts.c, 1)
    likeliest = xlogy(counts.b, counts.b / both) + xlogy(counts.c, counts.c / both)
    return np.asarray(np.sum(mixed, axis=0) - split.same_turn * math.log(2) - likeliest)


def extra_is_due(scores: Scores, turns: Turns, next_side: int) -> bool:
    """Return True where the rounds ask for the other turn; `next_side` is the next turn without an extra call."""
    if not len(scores) or path_worse(Counts.of(scores))[-1] < LEAST_LOG_E:
        return False
    latest = turns.segments == turns.segments[-1]
    lead = int((scores * turns.sides)[latest].sum())
    return lead * next_side >= LEAD


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """Evidence of the order of requests from both series: log E after every round, and whether failures show it."""

    turns: Turns
    path: Floats
    fails: bool
    could_be_cold: bool
    could_be_second: bool

    @classmethod
    def of(cls, failures: Scores, slowness: Scores, turns: Turns) -> "OrderEvidence":
        """Compute the evidence from scores as `judge_pairs` takes them."""
        by_failures, by_slowness = path_order(failures, turns), path_order(slowness, turns)
        first, second = (
            _order_could_explain(failures * sign, slowness * sign, turns) for sign in (np.int8(1), np.int8(-1))
        )
        return cls(turns, path_both(by_failures, by_slowness), by_failures[-1] >= LOG_THRESHOLD, first, second)


def _order_could_explain(failures: Scores, slowness: Scores, turns: Turns) -> bool:
    """Return True where first calls look worse beyond chance, but not once the order is taken into account."""
    plain = path_both(*(path_worse(Counts.of(scores)) for scores in (failures, slowness)))
    if plain.max() < LOG_THRESHOLD:
        return False
    beyond = path_both(*(path_beyond_order(scores, turns) for scores in (failures, slowness)))
    return bool(beyond.max() < LOG_THRESHOLD)
