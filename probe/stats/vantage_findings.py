"""Say from the evidence of all pairs of vantages whether one is worse, all are alike, or it cannot be told yet."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from probe.model.statistics import Estimate
from probe.model.vantage_comparison import VantageAnswer, VantageFinding, WorseVantage
from probe.stats.confidence_sequence import limits
from probe.stats.durations import Floats, t_interval
from probe.stats.pair_vantages import PairedCalls
from probe.stats.sequential import LOG_THRESHOLD, Peak
from probe.stats.series_evidence import common
from probe.stats.vantage_evidence import DirectedEvidence, PairEvidence, judge_pair, threshold
from probe.stats.vantage_forecast import failures_to_go, times_to_go
from probe.stats.vantage_scores import NETWORK_PHASES, PairScores

_LEVELS = (0.95,)


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """Two vantages with their paired calls, scores and evidence."""

    first: str
    second: str
    calls: PairedCalls
    scores: PairScores
    evidence: PairEvidence


@dataclass(frozen=True, slots=True)
class _Question:
    """Failures or times: where the evidence is, what differs by how much, and the rounds of the pairs that count."""

    peak: Callable[[DirectedEvidence], Peak]
    difference: Callable[[PairedCalls], Estimate]
    places: Callable[[PairedCalls], Floats]


def judge_pairs(
    paired: Sequence[tuple[str, str, PairedCalls]], vantages: int, delta: float, fixed_margin_ms: float | None
) -> list[JudgedPair]:
    """Return the evidence of all pairs of so many vantages."""
    scored = [(*pair, PairScores.of(pair[2].first, pair[2].second, fixed_margin_ms)) for pair in paired]
    return [JudgedPair(*pair, judge_pair(pair[3], vantages, delta)) for pair in scored]


def find_failures(pairs: Sequence[JudgedPair], vantages: int, delta: float, *, forecast: bool) -> VantageFinding:
    """Return the answer on failures."""
    worse = _worst(pairs, _FAILURES)
    is_alike = bool(pairs) and all(pair.evidence.failures_alike >= LOG_THRESHOLD for pair in pairs)
    answer = _answer(worse, is_alike=is_alike)
    n = sum(len(pair.calls) for pair in pairs)
    to_go = None
    if forecast and n and answer is VantageAnswer.CANNOT_TELL:
        to_go = failures_to_go([(pair.scores, _pairs_a_round(pair)) for pair in pairs], threshold(vantages), delta)
    return VantageFinding(answer=answer, worse=worse, pairs=n, to_go=to_go)


def find_times(pairs: Sequence[JudgedPair], vantages: int, *, forecast: bool) -> VantageFinding:
    """Return the answer on times, from pairs in which both calls succeeded."""
    worse = _worst(pairs, _TIMES)
    worse = tuple(_with_phase(found, pairs, threshold(vantages)) for found in worse)
    is_alike = bool(pairs) and all(pair.evidence.times_alike >= LOG_THRESHOLD for pair in pairs)
    answer = _answer(worse, is_alike=is_alike)
    n = sum(len(pair.scores.log_ratio) for pair in pairs)
    to_go = None
    if forecast and n and answer is VantageAnswer.CANNOT_TELL:
        to_go = times_to_go([(pair.scores, _pairs_a_round(pair)) for pair in pairs], threshold(vantages))
    return VantageFinding(answer=answer, worse=worse, pairs=n, to_go=to_go)


def _answer(worse: Sequence[WorseVantage], *, is_alike: bool) -> VantageAnswer:
    if worse:
        return VantageAnswer.ONE_WORSE if len(worse) == 1 else VantageAnswer.SEVERAL_WORSE
    return VantageAnswer.ALIKE if is_alike else VantageAnswer.CANNOT_TELL


def _pairs_a_round(pair: JudgedPair) -> float:
    return len(pair.calls) / max(pair.calls.rounds, 1)


def _worst(pairs: Sequence[JudgedPair], question: _Question) -> tuple[WorseVantage, ...]:
    """Return each vantage that is worse than another, with the other that shows it best; the surest first."""
    best: dict[str, WorseVantage] = {}
    for found in (found for pair in pairs if (found := _worse_of_pair(pair, question)) is not None):
        known = best.get(found.vantage)
        if known is None or found.log_e > known.log_e:
            best[found.vantage] = found
    return tuple(sorted(best.values(), key=lambda found: -found.log_e))


def _worse_of_pair(pair: JudgedPair, question: _Question) -> WorseVantage | None:
    """Return the vantage that is worse; where both have been, the one that was first; None where neither is."""
    peaks = question.peak(pair.evidence.worse), question.peak(pair.evidence.opposite)
    reached = [math.inf if peak.reached is None else peak.reached for peak in peaks]
    end = min(reached)
    if end == math.inf:
        return None
    is_first = reached[0] == end
    names = (pair.first, pair.second) if is_first else (pair.second, pair.first)
    measured = question.difference(pair.calls)
    return WorseVantage(
        vantage=names[0],
        than=names[1],
        log_e=common(peaks[0 if is_first else 1].log_e),
        settled_after=len(np.unique(question.places(pair.calls)[: int(end)])),
        difference=measured if is_first else measured.negated,
        still=max(reached) == math.inf,
    )


def _rate_difference(calls: PairedCalls) -> Estimate:
    """Return the first vantage's failure rate minus the second's, with limits that hold at any stopping time."""
    failed = calls.first.calls.failed, calls.second.calls.failed
    b, c = int(np.count_nonzero(failed[0] & ~failed[1])), int(np.count_nonzero(failed[1] & ~failed[0]))
    n = len(calls)
    low, high = limits(b, c, n, _LEVELS)[0]
    return Estimate(value=(b - c) / n, low=low, high=high, n=n)


def _time_difference(calls: PairedCalls) -> Estimate:
    return t_interval((calls.first.calls.wall_ms - calls.second.calls.wall_ms)[calls.answered])


def _with_phase(found: WorseVantage, pairs: Sequence[JudgedPair], enough: float) -> WorseVantage:
    """Return it with the phase that shows by itself that it is slower, if one does.

    A phase does where its part of the mixture alone has reached what the whole needs (closed testing).
    """
    pair = next(pair for pair in pairs if {pair.first, pair.second} == {found.vantage, found.than})
    is_first = pair.first == found.vantage
    evidence = pair.evidence.worse if is_first else pair.evidence.opposite
    place = int(np.argmax(evidence.phases))
    if evidence.phases[place] < enough:
        return found
    name = NETWORK_PHASES[place]
    differences = (pair.calls.first.phases[name] - pair.calls.second.phases[name])[pair.calls.answered]
    measured = t_interval(differences[~np.isnan(differences)])
    return found.model_copy(update={"phase": name, "phase_difference": measured if is_first else measured.negated})


_FAILURES = _Question(lambda evidence: evidence.failures, _rate_difference, lambda calls: calls.places)
_TIMES = _Question(lambda evidence: evidence.times, _time_difference, lambda calls: calls.places[calls.answered])
