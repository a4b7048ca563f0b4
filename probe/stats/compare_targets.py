"""Tell which of two sides is better, and compare several targets at a level that is shared by Holm's method.

A side is better where one of the headline quantities of a step (`headlines`) shows it: its p is the least error at
which the interval of the difference clears 0, times the number of quantities and steps (Bonferroni), times 2 for the
two directions. Of several pairs of targets p is adjusted by Holm (1979), A simple sequentially rejective multiple test
procedure, Scand. J. Statist. 6, 65-70: the chance that alike targets give any difference is at most 5 % in all.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from probe.model.comparison import HEADLINES, Comparison, DecidingQuantity, Side
from probe.model.report_sections import Section
from probe.stats.compare_sections import (
    ALPHA,
    compare_sections,
    compared_steps,
    matched_steps,
    order_matters,
)
from probe.stats.headlines import MatchedStep, together, widened

_LEAST_LOG_P = -12.0


@dataclass(frozen=True, slots=True)
class SectionPair:
    """Two sections to compare; `interleaved`: measured in the same minutes."""

    base: Section
    candidate: Section
    interleaved: bool


@dataclass(frozen=True, slots=True)
class _Advantage:
    """The p-values of "not worse" for either side, one-sided, and the headline that shows each best."""

    candidate_worse: tuple[float, DecidingQuantity | None]
    base_worse: tuple[float, DecidingQuantity | None]

    @property
    def p(self) -> float:
        return min(1.0, 2 * min(self.candidate_worse[0], self.base_worse[0]))


def compare_pairs(pairs: Sequence[SectionPair]) -> Iterator[Comparison]:
    """Compare each pair; of several, a difference counts where Holm's method lets it."""
    advantages = [_advantage(pair) for pair in pairs]
    adjusted = holm([advantage.p for advantage in advantages])
    for pair, advantage, p in zip(pairs, advantages, adjusted, strict=True):
        # one pair: a regression is one-sided, as it was asked for; of several, both directions are looked at
        level = ALPHA if len(pairs) == 1 else ALPHA / 2 * (advantage.p / p if p <= ALPHA and p > 0 else 0.0)
        comparison = compare_sections(pair.base, pair.candidate, interleaved=pair.interleaved, level=level)
        yield comparison.model_copy(update=_better(advantage, p, len(pairs)))


def _better(advantage: _Advantage, p: float, family: int) -> dict[str, object]:
    """Return which side is better, by what, and whether each is in something."""
    factor = p / advantage.p if advantage.p else 1.0
    sides = (
        (Side.BASE, *advantage.candidate_worse),
        (Side.CANDIDATE, *advantage.base_worse),
    )
    shown = [(one_sided, side, by) for side, one_sided, by in sides if 2 * one_sided * factor <= ALPHA]
    first = min(shown, default=None, key=lambda found: found[0])
    return {
        "p": p,
        "family": family,
        "better": first[1] if first and len(shown) == 1 else None,
        "mixed": len(shown) == len(sides),
        "decided_by": first[2] if first else None,
    }


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values as Holm's method adjusts them, in their order."""
    adjusted = [0.0] * len(p_values)
    least = 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = least
    return adjusted


def _advantage(pair: SectionPair) -> _Advantage:
    sides = (pair.base, pair.candidate), (pair.candidate, pair.base)
    return _Advantage(*(_worse(base, candidate) for base, candidate in sides))


def _worse(base: Section, candidate: Section) -> tuple[float, DecidingQuantity | None]:
    """Return the one-sided p of "candidate is no worse than base", and the headline that shows it best."""
    steps = matched_steps(base, candidate, ALPHA)
    in_pairs = compared_steps(steps, base.pairs or candidate.pairs) if order_matters(base, candidate) else []
    found: list[tuple[float, DecidingQuantity]] = []
    for step in steps:
        for quantity in HEADLINES:
            p = _p([step], quantity) if step.may_differ(quantity) else 1.0
            if len(in_pairs) > 1:
                p = max(p, _p(in_pairs, quantity))
            found.append((p, DecidingQuantity(label=step.base.label, quantity=quantity)))
    if not found:
        return 1.0, None
    p, headline = min(found, key=lambda each: each[0])
    return min(1.0, len(found) * p), headline


def _p(steps: list[MatchedStep], quantity: str) -> float:
    """Return the least one-sided error at which the difference of these steps lies above 0; 1 where none does."""
    low, high = _LEAST_LOG_P, math.log10(0.5)
    if not _lies_above_0(steps, quantity, high):
        return 1.0
    if _lies_above_0(steps, quantity, low):
        return float(10.0**low)
    while high - low > 0.001:
        middle = (low + high) / 2
        low, high = (low, middle) if _lies_above_0(steps, quantity, middle) else (middle, high)
    return float(10.0**high)


def _lies_above_0(steps: list[MatchedStep], quantity: str, log_error: float) -> bool:
    at_error = [replace(step, alpha=10.0**log_error) for step in steps]
    difference = widened(at_error[0], quantity) if len(at_error) == 1 else together(at_error, quantity)
    return difference.low is not None and difference.low > 0
