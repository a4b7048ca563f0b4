"""The verdict from pairs of calls, by sequential tests: whether the first call is worse than the second."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from probe.model.statistics import Estimate
from probe.model.verdict import Answer, CauseCount, ControlEffect, Evidence, Verdict
from probe.stats.forecast import rounds_to_go
from probe.stats.order_evidence import OrderEvidence, path_beyond_order
from probe.stats.sequential import (
    LOG_THRESHOLD,
    Bools,
    Counts,
    Floats,
    Peak,
    Scores,
    confidence_sequences,
    path_both,
    path_worse,
    peak_no_effect,
    peak_of,
)
from probe.stats.turns import Turns

DELTA = 0.15
ONE_SIDED = 0.90
"""The level of a confidence sequence each of whose ends is a one-sided 95 % limit."""
_LEAST_P = float(np.finfo(np.float64).tiny)


def judge_pairs(
    failures: Scores,
    slowness: Scores,
    *,
    unknown: Bools | None = None,
    answered: Bools | None = None,
    order: OrderEvidence | None = None,
    checks_order: bool = False,
    delta: float = DELTA,
    slower_by_ms: float,
    causes: Sequence[CauseCount] = (),
    control: ControlEffect | None = None,
    forecast: bool = True,
    seed: int = 1,
) -> Verdict:
    """Return the verdict on at least one pair; valid after every round, with the same error rate as after the last one.

    `failures` and `slowness`, int8, of equal length, in the order of the rounds: +1 where only the first call failed
    (took longer by more than `slower_by_ms`, a failed one its timeout), -1 where the second did, 0 where both are
    alike. `unknown` marks the rounds in which nobody can know who was slower: they tell nothing of slowness, least of
    all that there is none. `answered` marks those in which neither call failed (without it, all). ValueError where they
    are not that. `seed` is the forecast's.

    COLD once the average of both E-values against "no worse" has reached 20. `fails_more` and `slower`: that series has
    reached 20 by itself, slowness also over the rounds that were `answered`; said only in a COLD verdict, so that they
    are wrong no more often than it is (closed testing; Marcus, Peritz & Gabriel 1976, Biometrika 63, 655-660).

    Where the run `checks_order`, E-values against "no worse" are against "the order of requests explains it" as well.
    ORDER once the E-value against "the order explains nothing" has reached 20.

    SECOND_WORSE once the average of both mirrored E-values has reached 20. NO_COLD_EFFECT once both E-values against
    "worse by `delta` or more" have (an intersection-union test; Berger 1982, Technometrics 24, 295-300): the slowness
    too, since "no effect" would be wrong of a first call that never fails and is always 3 s late.

    Of several the answer is the first of COLD, ORDER, SECOND_WORSE, NO_COLD_EFFECT.
    """
    _check(failures, slowness, delta)
    unknown = _mask(unknown, len(failures), default=False)
    answered = _mask(answered, len(failures), default=True)
    turns = order.turns if order and checks_order else None
    failed = _Series.of(failures, np.ones_like(unknown), delta, turns)
    slow = _Series.of(slowness, ~unknown, delta, turns)
    paths = {
        Answer.COLD: path_both(failed.path, slow.path),
        Answer.ORDER: order.path if order else np.full(len(failures), -math.inf),
        Answer.SECOND_WORSE: path_both(*(path_worse(Counts.of(-scores)) for scores in (failures, slowness))),
    }
    answer, settled_after = _answer(paths, failed.no_effect, slow.no_effect)
    both = peak_of(paths[Answer.COLD])
    to_go = None
    if forecast and answer is Answer.UNDECIDED:
        settled = failed.shows_no_effect, slow.shows_no_effect
        to_go = rounds_to_go(failures, slowness, delta, unknown=unknown, no_effect_seen=settled, seed=seed)
    return Verdict(
        answer=answer,
        pairs=len(failures),
        delta=delta,
        slower_by_ms=slower_by_ms,
        fails_more=answer is Answer.COLD and failed.is_worse,
        slower=answer is Answer.COLD and slow.is_worse and _reached(slowness, answered, turns),
        failures=failed.evidence,
        slowness=slow.evidence,
        log_e_both=_common(both.log_e),
        p=_p(both.log_e),
        p_no_effect=_p(min(failed.no_effect.log_e, slow.no_effect.log_e)),
        p_second_worse=_p(peak_of(paths[Answer.SECOND_WORSE]).log_e),
        settled_after=settled_after,
        still=_still(answer, paths, (failed, slow), delta),
        to_go=to_go,
        causes=tuple(causes),
        cannot_tell=(),
        control=control,
    )


def _mask(given: Bools | None, n: int, *, default: bool) -> Bools:
    return np.full(n, default) if given is None else given


def _answer(paths: Mapping[Answer, Floats], *no_effect: Peak) -> tuple[Answer, int | None]:
    """Return the answer, and after how many pairs it was reached; `paths` in their order of precedence."""
    for answer, path in paths.items():
        reached = peak_of(path).reached
        if reached is not None:
            return answer, reached
    ends = [peak.reached for peak in no_effect if peak.reached is not None]
    return (Answer.NO_COLD_EFFECT, max(ends)) if len(ends) == len(no_effect) else (Answer.UNDECIDED, None)


def _still(answer: Answer, paths: Mapping[Answer, Floats], series: Sequence["_Series"], delta: float) -> bool:
    """Return True where all rounds together still carry the answer."""
    if answer in paths:
        return bool(paths[answer][-1] >= LOG_THRESHOLD)
    return answer is Answer.UNDECIDED or all(each.at_most < delta for each in series)


def _path(scores: Scores, turns: Turns | None) -> Floats:
    """Return log E of "no worse" after every pair; with `turns`, of "or the order of requests explains it" as well."""
    return path_worse(Counts.of(scores)) if turns is None else path_beyond_order(scores, turns)


def _reached(scores: Scores, chosen: Bools, turns: Turns | None) -> bool:
    """Return True where E against "no worse" ever reached 20 in the chosen rounds."""
    if not chosen.any():
        return False
    path = _path(scores[chosen], turns.where(chosen) if turns else None)
    return peak_of(path).reached is not None


@dataclass(frozen=True, slots=True)
class _Series:
    """Evidence of one series of scores. `path` is log E of "no worse" after every pair."""

    path: Floats
    worse: Peak
    no_effect: Peak
    difference: Estimate
    at_least: float = -1.0
    at_most: float = 1.0

    @classmethod
    def of(cls, scores: Scores, known: Bools, delta: float, turns: Turns | None = None) -> "_Series":
        path = _path(scores, turns)
        if not known.any():
            return cls(path, peak_of(path), Peak(0.0, None), Estimate(value=0.0, low=-1.0, high=1.0, n=0))
        counts = Counts.of(scores[known])
        b, c, n = int(counts.b[-1]), int(counts.c[-1]), int(known.sum())
        (low, high), one_sided = confidence_sequences(b, c, n, (0.95, ONE_SIDED))
        no_effect = peak_no_effect(counts, delta)
        if no_effect.reached is not None:
            no_effect = Peak(no_effect.log_e, int(np.flatnonzero(known)[no_effect.reached - 1]) + 1)
        difference = Estimate(value=(b - c) / n, low=low, high=high, n=n)
        return cls(path, peak_of(path), no_effect, difference, *one_sided)

    @property
    def is_worse(self) -> bool:
        """True where the series by itself has shown that the first call is worse."""
        return self.worse.reached is not None

    @property
    def shows_no_effect(self) -> bool:
        """True where the series by itself has shown that the first call is not worse by `delta`."""
        return self.no_effect.reached is not None

    @property
    def evidence(self) -> Evidence:
        return Evidence(
            log_e_worse=_common(self.worse.log_e),
            log_e_no_effect=_common(self.no_effect.log_e),
            difference=self.difference,
            at_least=self.at_least,
            at_most=self.at_most,
        )


def _common(log: float) -> float:
    """Return the common logarithm, from the natural one."""
    return log / math.log(10)


def _p(log_e: float) -> float:
    """Return 1/E for E of 1 or more; where that is too small for a float, the least one: it is never 0."""
    return max(math.exp(-log_e), _LEAST_P)


def _check(failures: Scores, slowness: Scores, delta: float) -> None:
    for scores in (failures, slowness):
        if scores.ndim != 1 or scores.dtype != np.int8 or not np.isin(scores, (-1, 0, 1)).all():
            raise ValueError("scores are an array of int8 with values -1, 0 and 1")
    if len(failures) != len(slowness) or len(failures) == 0:
        raise ValueError("as many scores of failure as of slowness are needed, and one at least")
    if not 0 < delta < 1:
        raise ValueError(f"delta is {delta}: it lies between 0 and 1")
