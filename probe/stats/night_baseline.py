"""Comparison of a night with the nights before: one that is worse is a watch, two in a row are an alarm.

Nights differ more than the rounds of a night do, so they are never pooled as if they were one sample:

- Failures of a step are worse when a night as bad has a beta-binomial predictive probability of at most .05, given the
  baseline's rate and the overdispersion between its nights, and the rate is at least 10 points higher.
- The median of a step is worse when it lies beyond the prediction limit (t on logarithms, one-sided .01) of the nightly
  medians, and is at least a quarter and 250 ms longer.

Tonight is compared with at most 60 nights that ended a week before, as soon as there are enough of them: what gets
worse slowly must not become its own baseline. Nights of an alarm never enter it, nor does the watch that led to one.
"""

import math
from collections.abc import Collection, Sequence
from statistics import mean, stdev

from probe.model.night import Night, NightFinding, NightState, NightStep
from probe.model.report_sections import Section
from probe.model.run_manifest import NO_VANTAGE, Manifest
from probe.model.statistics import Bound
from probe.model.verdict import Answer

LEAST_NIGHTS = 3
MOST_NIGHTS = 60
NIGHTS_APART = 7
RATE_P, RATE_MARGIN = 0.05, 0.10
MEDIAN_P, MEDIAN_FACTOR, MEDIAN_MARGIN_MS = 0.01, 1.25, 250.0
LEAST_RHO = 0.05
"""Overdispersion that is taken for granted: few nights cannot show that there is none."""
LEAST_LOG_SD = 0.05
"""The same for medians: about 5 % from night to night."""
MAY_CHANGE = frozenset({"client"})
"""Parts of the identity that may differ between nights that are compared: a new client is what one wants to see."""

ADDED = {"way": "direct", "vantage": NO_VANTAGE}
"""Values taken for nights that were stored before these were part of the identity, so that their baseline lasts."""


def night_of(section: Section, manifest: Manifest, *, begins: bool = False) -> Night:
    """Return the record of a section as a night, not yet judged."""
    return Night(
        date=manifest.created_at,
        run_id=manifest.run_id,
        target=manifest.target.name,
        identity=manifest.identity(),
        steps=tuple(
            NightStep(
                label=step.label,
                n=step.n,
                failed=step.failed,
                median_ms=None if median is None or median.bound is Bound.TOO_FEW else median.value_ms,
                median_censored=median is not None and median.bound is Bound.MORE_THAN,
                success_median_ms=step.durations.successes.median_ms if step.durations else None,
            )
            for step in section.steps
            for median in [step.durations.quantiles["p50"] if step.durations else None]
        ),
        health=section.health.word,
        verdict=section.verdict.answer if section.verdict else None,
        begins=begins,
    )


def series_key(night: Night, *, ignoring: Collection[str] = ()) -> tuple[object, ...]:
    """Return what nights of a series have in common: target, and identity but for MAY_CHANGE and `ignoring`."""
    left_out = MAY_CHANGE | set(ignoring)
    identity = ADDED | night.identity
    return (night.target, *sorted((name, value) for name, value in identity.items() if name not in left_out))


def series_of(night: Night, nights: Sequence[Night], *, ignoring: Collection[str] = ()) -> list[Night]:
    """Return the nights alike in all but MAY_CHANGE and `ignoring`, from the last one that began a baseline."""
    key = series_key(night, ignoring=ignoring)
    alike = [each for each in nights if series_key(each, ignoring=ignoring) == key]
    begin = max((index for index, each in enumerate(alike) if each.begins), default=0)
    return alike[begin:]


def all_series(nights: Sequence[Night], *, ignoring: Collection[str] = ()) -> list[list[Night]]:
    """Return all nights by series; the series that was measured last comes last."""
    found: dict[tuple[object, ...], list[Night]] = {}
    for night in nights:
        key = series_key(night, ignoring=ignoring)
        found[key] = [*found.pop(key, []), night]
    return list(found.values())


def judge_night(tonight: Night, earlier: Sequence[Night], *, ignoring: Collection[str] = ()) -> Night:
    """Return tonight with its state and findings. `earlier` is the whole history, oldest first."""
    series = [] if tonight.begins else series_of(tonight, earlier, ignoring=ignoring)
    nights = baseline(series)
    if len(nights) < LEAST_NIGHTS:
        return tonight.model_copy(update={"state": NightState.BASELINE, "findings": (), "baseline_nights": len(nights)})
    before = {(each.label, each.quantity) for each in series[-1].findings}
    findings = tuple(
        finding.model_copy(update={"repeated": (finding.label, finding.quantity) in before})
        for step in tonight.steps
        for finding in _findings(step, nights)
        if _beyond_order(finding, tonight, nights)
    )
    state = NightState.WATCH if findings else NightState.QUIET
    if any(finding.repeated for finding in findings):
        state = NightState.ALARM
    return tonight.model_copy(update={"state": state, "findings": findings, "baseline_nights": len(nights)})


def baseline(series: Sequence[Night]) -> list[Night]:
    """Return the nights of a series that the next one is compared with."""
    following = [*(night.state for night in series[1:]), NightState.ALARM]  # after the last: not yet known
    sound = [
        night for night, after in zip(series, following, strict=False) if not _is_left_out(night.state, following=after)
    ]
    return sound[: max(LEAST_NIGHTS, len(sound) - NIGHTS_APART)][-MOST_NIGHTS:]


def _is_left_out(state: NightState, *, following: NightState) -> bool:
    """Return True for the nights of an alarm, and for the watch that led to one."""
    return state is NightState.ALARM or (state is NightState.WATCH and following is NightState.ALARM)


def predictive_p(failed: int, n: int, nights: Sequence[tuple[int, int]]) -> float:
    """Return the probability of at least `failed` of n calls in a night like `nights`, each (failed, n) with n above 0.

    Beta-binomial (Skellam 1948, JRSS B 10) around the rate of all nights (Jeffreys' prior), with the correlation within
    nights, `overdispersion` but at least LEAST_RHO, plus what the rate's own uncertainty adds to the variance.
    """
    total = sum(size for _, size in nights)
    rate = (sum(k for k, _ in nights) + 0.5) / (total + 1)
    rho = max(LEAST_RHO, overdispersion(nights))
    rho = min(rho + (1 + (total / len(nights) - 1) * rho) / total, 0.95)
    precision = 1 / rho - 1
    return _beta_binomial_tail(failed, n, rate * precision, (1 - rate) * precision)


def overdispersion(nights: Sequence[tuple[int, int]]) -> float:
    """Return the intraclass correlation of calls within nights, 0 to 1, by the analysis-of-variance estimate.

    Ridout, Demétrio & Firth (1999), Estimating intraclass correlation for binary data, Biometrics 55, 137-148.
    """
    m, total = len(nights), sum(n for _, n in nights)
    if m < 2 or total <= m:
        return 0.0
    rate = sum(k for k, _ in nights) / total
    between = sum(n * (k / n - rate) ** 2 for k, n in nights) / (m - 1)
    within = sum(k * (1 - k / n) for k, n in nights) / (total - m)
    size = (total - sum(n * n for _, n in nights) / total) / (m - 1)
    spread = between + (size - 1) * within
    return max(0.0, (between - within) / spread) if spread > 0 else 0.0


def median_p(median_ms: float, nights: Sequence[float]) -> float:
    """Return the probability of a night with a median at least this long, given those of at least two nights, in ms.

    A new value of a normal sample of logarithms is t distributed (Hahn & Meeker 1991, Statistical Intervals, 4.8).
    """
    from scipy.special import stdtr  # noqa: PLC0415

    logs = [math.log(max(each, 1.0)) for each in nights]
    scale = max(stdev(logs), LEAST_LOG_SD) * math.sqrt(1 + 1 / len(logs))
    return float(stdtr(len(logs) - 1, (mean(logs) - math.log(max(median_ms, 1.0))) / scale))


def _beyond_order(finding: NightFinding, tonight: Night, nights: Sequence[Night]) -> bool:
    """Return True where a finding holds, though failures may have followed the order of requests that night.

    Then steps share failures by chance.

    It does where all calls of the night together failed more; the durations of a step say nothing then.
    """
    if tonight.verdict is not Answer.ORDER:
        return True
    before = [night.model_copy(update={"steps": (_together(night),)}) for night in nights]
    worse = {each.quantity for each in _findings(_together(tonight), before)}
    return finding.quantity in worse


def _together(night: Night) -> NightStep:
    """Return all calls of a night as those of one step."""
    return NightStep(
        label="all", n=sum(step.n for step in night.steps), failed=sum(step.failed for step in night.steps)
    )


def _findings(step: NightStep, nights: Sequence[Night]) -> list[NightFinding]:
    """Return in which quantities a step is worse than in these nights."""
    same = [earlier for night in nights for earlier in night.steps if earlier.label == step.label and earlier.n]
    found = (_failure_finding(step, same), _median_finding(step, same))
    return [finding for finding in found if finding]


def _failure_finding(step: NightStep, earlier: Sequence[NightStep]) -> NightFinding | None:
    if not step.n or len(earlier) < LEAST_NIGHTS:
        return None
    rate = step.failed / step.n
    expected = sum(night.failed for night in earlier) / sum(night.n for night in earlier)
    if rate - expected < RATE_MARGIN - 1e-9:
        return None
    p = predictive_p(step.failed, step.n, [(night.failed, night.n) for night in earlier])
    if p > RATE_P:
        return None
    return NightFinding(label=step.label, quantity="failure_rate", value=rate, expected=expected, p=p)


def _median_finding(step: NightStep, earlier: Sequence[NightStep]) -> NightFinding | None:
    medians = [night.median_ms for night in earlier if night.median_ms is not None]
    if step.median_ms is None or len(medians) < LEAST_NIGHTS:
        return None
    usual = math.exp(mean(math.log(max(median, 1.0)) for median in medians))
    if step.median_ms < max(MEDIAN_FACTOR * usual, usual + MEDIAN_MARGIN_MS):
        return None
    p = median_p(step.median_ms, medians)
    if p > MEDIAN_P:
        return None
    return NightFinding(label=step.label, quantity="median_wall", value=step.median_ms, expected=usual, p=p)


def _beta_binomial_tail(k: int, n: int, a: float, b: float) -> float:
    """Return P(K >= k) for K beta-binomial of n."""
    constant = math.lgamma(n + 1) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) - math.lgamma(n + a + b)

    def probability(j: int) -> float:
        ways = math.lgamma(j + 1) + math.lgamma(n - j + 1)
        return math.exp(constant - ways + math.lgamma(j + a) + math.lgamma(n - j + b))

    return min(1.0, sum(probability(j) for j in range(k, n + 1))) if k > 0 else 1.0
