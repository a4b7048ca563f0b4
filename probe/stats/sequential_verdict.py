"""The verdict from scores of rounds, by sequential tests: whether first calls are worse than second ones."""

import math
from collections.abc import Sequence

import numpy as np

from probe.model.verdict import Answer, CauseCount, ControlEffect, Evidence, RoundsToGo, Verdict
from probe.stats.forecast import rounds_to_go
from probe.stats.order_evidence import OrderEvidence
from probe.stats.round_scores import RoundScores
from probe.stats.series_evidence import common, most_failures, series_evidence
from probe.stats.severity_mixture import LEAST_SEVERITY
from probe.stats.verdict_paths import VerdictPaths

DELTA = 0.15
_LEAST_P = float(np.finfo(np.float64).tiny)


def judge_rounds(
    scores: RoundScores,
    *,
    order: OrderEvidence | None = None,
    checks_order: bool = False,
    delta: float = DELTA,
    slower_by_ms: float,
    causes: Sequence[CauseCount] = (),
    control: ControlEffect | None = None,
    forecast: bool = True,
    seed: int = 1,
) -> Verdict:
    """Return the verdict on at least one round; valid after every round, with one error rate for all of them together.

    COLD once the E-value of the `severity_mixture` has reached 20. Below it, `fails_more`: the E-value of failures has
    by itself; `slower`: that of the severities has over the answered rounds. Either is wrong no more often than COLD is
    (closed testing; Marcus, Peritz & Gabriel 1976, Biometrika 63, 655-660). `slower_beyond_ms` is the largest severity
    from which on the rest of the mixture has reached 20: these hypotheses lie in each other, and are tested in turn.

    Where the run `checks_order`, E-values against "no worse" are against "the order of requests explains it" as well.
    ORDER once the E-value against "the order explains nothing" has reached 20.

    SECOND_WORSE once the mirrored E-value of the mixture has reached 20. NO_COLD_EFFECT once both E-values of
    `no_effect` have (an intersection-union test; Berger 1982, Technometrics 24, 295-300).

    Of several the answer is the first of COLD, ORDER, SECOND_WORSE, NO_COLD_EFFECT; but of COLD and SECOND_WORSE it is
    that which was reached first: then something changed. `slower_by_ms` is the margin of the last round, and `seed` the
    forecast's.
    """
    if not len(scores) or not 0 < delta < 1:
        raise ValueError(f"{len(scores)} rounds, delta {delta}: one round at least is needed, and a delta of 0 to 1")
    paths = VerdictPaths.of(scores, delta, order, checks_order=checks_order)
    answer, settled_after, changed_after = paths.answer()
    is_cold = answer is Answer.COLD
    beyond = paths.slower_beyond() if is_cold else None
    failures, slowness = _evidence(scores, paths, delta)
    peak = paths.peak(paths.cold)
    no_effect = min(paths.peak(path).log_e for path in (paths.fails_no_more, paths.no_slower))
    return Verdict(
        answer=answer,
        pairs=len(scores),
        delta=delta,
        slower_by_ms=slower_by_ms,
        fails_more=is_cold and paths.shows(paths.failures),
        slower=beyond is not None,
        slower_beyond_ms=None if beyond is None else beyond * slower_by_ms,
        failures=failures,
        slowness=slowness,
        log_e_both=common(peak.log_e),
        p=_p(peak.log_e),
        p_no_effect=_p(no_effect),
        p_second_worse=_p(paths.peak(paths.second).log_e),
        settled_after=settled_after,
        still=changed_after is None,
        changed_after=changed_after,
        to_go=_to_go(scores, paths, delta, seed) if forecast and answer is Answer.UNDECIDED else None,
        causes=tuple(causes),
        cannot_tell=(),
        control=control,
    )


def _to_go(scores: RoundScores, paths: VerdictPaths, delta: float, seed: int) -> RoundsToGo:
    shown = paths.shows(paths.fails_no_more), paths.shows(paths.no_slower)
    return rounds_to_go(scores, delta, no_effect_shown=shown, seed=seed)


def _evidence(scores: RoundScores, paths: VerdictPaths, delta: float) -> tuple[Evidence, Evidence]:
    """Return the evidence of failures, and of slowness in the answered rounds, with the rates at the least severity."""
    failures = series_evidence(scores.failures, paths.peak(paths.failures), paths.peak(paths.fails_no_more))
    at_most = most_failures(scores.failures, paths.fails_no_more, paths.looks, delta)
    slow = scores.series[LEAST_SEVERITY][scores.answered]
    slowness = series_evidence(slow, paths.peak(paths.slower[0]), paths.peak(paths.no_slower))
    return failures.model_copy(update={"at_most": at_most}), slowness


def _p(log_e: float) -> float:
    """Return 1/E for E of 1 or more; where that is too small for a float, the least one: it is never 0."""
    return max(math.exp(-log_e), _LEAST_P)
