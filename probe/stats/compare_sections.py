"""Comparison of two sections, from their figures alone.

Each difference has a 95 % interval of its own, and its judgement says where that lies. With so many quantities some
clear 0 by chance. So a *regression* is judged from two headline quantities of each step alone, failure_rate and
mean_wall (`headlines`): at a level shared out by Bonferroni's rule (one-sided .05 in all), the interval of the
difference must clear 0.

Two sections that are alike give a regression in at most 5 % of comparisons: by failures in at most 3 %, whatever their
rate (exact; 1 to 4 steps, 6 to 300 calls a side), by durations in at most 4 % (sim; log-normal, sigma .5 and 1, two
steps, 6 to 200 calls a side). Of 30 calls a side in two steps, a rate of .05 against .3 is told in 59 %, .02 against .4
in 96 % (exact); where none fails, a median of 2 s against 3 s in 75 %, against 4 s in 99 % (sim; sigma .5).
"""

from collections.abc import Callable, Iterator, Mapping

from probe.model.comparison import HEADLINES, Comparison, Difference, Judgement, Unit
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.report_sections import Section
from probe.model.statistics import Bound, Estimate, Figure, Pairs, StepStatistics
from probe.model.verdict import Answer
from probe.stats.headlines import LEAST_N, MatchedStep, mean_difference, mover, together, widened
from probe.stats.rates import failure_rate, wilson_interval
from probe.units import format_duration

ALPHA = 0.05
_RATES: Mapping[str, Callable[[StepStatistics], int]] = {
    "failure_rate": lambda step: step.failed,
    "clean_rate": lambda step: step.clean,
    "timeout_rate": lambda step: step.timed_out,
}
_GOOD = frozenset({"clean_rate"})
_QUANTILES = ("p50", "p75", "p90", "p95")
_OF_THE_TARGET = frozenset({"target", "upstream", "base URL", "faults", "aliases", "environment"})
"""Parts of the identity in which two targets differ by nature."""
_NOTES = {
    "client": NoteCode.CLIENT_DIFFERS,
    "machine": NoteCode.MACHINE_DIFFERS,
    "scenario": NoteCode.SCENARIO_DIFFERS,
    "driver": NoteCode.DRIVER_DIFFERS,
}


def compare_sections(
    base: Section, candidate: Section, *, interleaved: bool = False, level: float = ALPHA
) -> Comparison:
    """Compare candidate with base. Steps are matched by label; a step that only one of them has is left out.

    `level` is the error of a regression, one-sided; with 0 there is none.
    """
    steps = matched_steps(base, candidate, level)
    differences = _beyond_order([difference for two in steps for difference in _of_step(two)], steps, base, candidate)
    names = _names(base, candidate)
    return Comparison(
        base=names[0],
        candidate=names[1],
        interleaved=interleaved,
        rounds=(base.rounds_finished, candidate.rounds_finished),
        health=(base.health, candidate.health),
        differences=(*differences, *_first_call_cost(base, candidate)),
        warnings=(*_in_common(base, candidate), *_warnings(base, candidate), *_horizons(steps)),
    )


def matched_steps(base: Section, candidate: Section, level: float) -> list[MatchedStep]:
    """Return the steps that both have, with the level shared out over headlines and steps."""
    others = {step.label: step for step in candidate.steps}
    both = [step for step in base.steps if step.label in others]
    alpha = level / max(len(HEADLINES) * len(both), 1)
    return [MatchedStep(step, others[step.label], alpha) for step in both if step.n or others[step.label].n]


def _beyond_order(
    differences: list[Difference], steps: list[MatchedStep], base: Section, candidate: Section
) -> list[Difference]:
    """Return the differences, without regressions that the order of requests may have brought about.

    It shares failures out between the two calls of a round: then only what both together carry is a regression.
    """
    regressed = any(difference.regression for difference in differences)
    if not regressed or not order_matters(base, candidate):
        return differences
    compared = compared_steps(steps, base.pairs or candidate.pairs)
    if len(compared) < 2:
        return differences
    carried = {quantity for quantity in HEADLINES if _above_0(together(compared, quantity))}
    return [
        difference if difference.quantity in carried else difference.model_copy(update={"regression": False})
        for difference in differences
    ]


def compared_steps(steps: list[MatchedStep], pairs: Pairs | None) -> list[MatchedStep]:
    """Return the two steps that the verdict compares, as far as they are matched."""
    return [step for step in steps if pairs and step.base.label in {pairs.first, pairs.second}]


def order_matters(*sections: Section) -> bool:
    """Return True where the order of requests makes, or may make, calls of one place look worse in any of these."""
    verdicts = [section.verdict for section in sections if section.verdict]
    return any(
        verdict.answer is Answer.ORDER or (verdict.order is not None and verdict.order.could_explain)
        for verdict in verdicts
    )


def _of_step(two: MatchedStep) -> Iterator[Difference]:
    base, candidate = two.base, two.candidate
    for quantity, count in _RATES.items():
        yield _of_rate(two, quantity, count(base), count(candidate))
    yield from _of_durations(two)
    if base.ttft_median and candidate.ttft_median:
        sizes = base.ttft.n, candidate.ttft.n
        yield _of_figures(two, "ttft", base.ttft_median, candidate.ttft_median, sizes)
    if base.phases_source is candidate.phases_source:
        yield from _of_phases(two)
    for outcome in Outcome:
        before, after = _failures(base, outcome), _failures(candidate, outcome)
        if before * candidate.n != after * base.n:
            yield _of_rate(two, f"outcome.{outcome}", before, after)


def _of_phases(two: MatchedStep) -> Iterator[Difference]:
    """Yield the difference of each phase that both have and that took any time, of calls that succeeded."""
    for name, before in two.base.success_phases.items():
        after = two.candidate.success_phases.get(name)
        if after and (before.value or after.value):
            yield _of_estimates(two, f"phase.{name}", Unit.MS, before, after, mover(before, after))


def _of_rate(two: MatchedStep, quantity: str, before: int, after: int) -> Difference:
    sizes = two.base.n, two.candidate.n
    base, candidate = failure_rate(before, sizes[0]), failure_rate(after, sizes[1])
    if base is None or candidate is None:
        return _of_estimates(two, quantity, Unit.SHARE, base, candidate, None)
    between = mover(_wilson(before, sizes[0]), _wilson(after, sizes[1]))
    difference = _of_estimates(two, quantity, Unit.SHARE, base, candidate, between)
    if quantity != "failure_rate":
        return difference
    return difference.model_copy(update={"regression": two.may_differ(quantity) and _above_0(widened(two, quantity))})


def _of_durations(two: MatchedStep) -> Iterator[Difference]:
    base, candidate = two.base.durations, two.candidate.durations
    if base is None or candidate is None:
        return
    means = base.restricted_mean, candidate.restricted_mean
    mean = _of_estimates(two, "mean_wall", Unit.MS, *means, mean_difference(base, candidate))
    worse = two.may_differ("mean_wall") and _above_0(widened(two, "mean_wall"))
    yield mean.model_copy(update={"regression": worse})
    for name in _QUANTILES:
        yield _of_figures(two, f"{name}_wall", base.quantiles[name], candidate.quantiles[name], (base.n, candidate.n))
    for name, before in base.success_quantiles.items():
        after = candidate.success_quantiles.get(name)
        if after and name in _QUANTILES:
            yield _of_figures(two, f"{name}_duration", before, after, (base.successes.n, candidate.successes.n))


def _of_estimates(
    two: MatchedStep,
    quantity: str,
    unit: Unit,
    base: Estimate | None,
    candidate: Estimate | None,
    difference: Estimate | None,
) -> Difference:
    return Difference(
        label=two.base.label,
        quantity=quantity,
        unit=unit,
        base=base,
        candidate=candidate,
        difference=difference,
        judgement=_judge(quantity, difference, enough=two.enough),
    )


def _of_figures(two: MatchedStep, quantity: str, base: Figure, candidate: Figure, sizes: tuple[int, int]) -> Difference:
    """Return the difference of two quantiles, of so many calls each.

    Where one is only a bound, it is judged by intervals that lie apart.
    """
    before, after = _estimate(base, sizes[0]), _estimate(candidate, sizes[1])
    enough = min(sizes) >= LEAST_N
    difference = mover(before, after) if before and after else None
    judgement = _judge(quantity, difference, enough=enough)
    if difference is None and enough:
        if _lies_above(candidate, base):
            judgement = Judgement.WORSE
        elif _lies_above(base, candidate):
            judgement = Judgement.BETTER
    return Difference(
        label=two.base.label,
        quantity=quantity,
        unit=Unit.MS,
        base=base,
        candidate=candidate,
        difference=difference,
        judgement=judgement,
    )


def _first_call_cost(base: Section, candidate: Section) -> Iterator[Difference]:
    before, after = (each.pairs.mean_difference_ms if each.pairs else None for each in (base, candidate))
    if base.pairs and candidate.pairs and before and after:
        difference = mover(before, after)
        yield Difference(
            label=base.pairs.first,
            quantity="first_call_cost",
            unit=Unit.MS,
            base=before,
            candidate=after,
            difference=difference,
            judgement=_judge("first_call_cost", difference, enough=difference.n >= LEAST_N),
        )


def _judge(quantity: str, difference: Estimate | None, *, enough: bool) -> Judgement:
    if difference is None or not enough:
        return Judgement.TOO_FEW
    more, less = (Judgement.BETTER, Judgement.WORSE) if quantity in _GOOD else (Judgement.WORSE, Judgement.BETTER)
    if _above_0(difference):
        return more
    if difference.high is not None and difference.high < 0:
        return less
    return Judgement.TOO_FEW if difference.low is None or difference.high is None else Judgement.NO_DIFFERENCE_SEEN


def _above_0(difference: Estimate) -> bool:
    return difference.low is not None and difference.low > 0


def _failures(step: StepStatistics, outcome: Outcome) -> int:
    return sum(each.n for each in step.outcomes if each.outcome is outcome and not each.expected)


def _wilson(k: int, n: int) -> Estimate:
    low, high = wilson_interval(k, n)
    return Estimate(value=k / n, low=low, high=high, n=n)


def _estimate(figure: Figure, n: int) -> Estimate | None:
    if figure.bound is not Bound.EXACT or figure.value_ms is None:
        return None
    high = figure.high_ms if figure.high_bound is Bound.EXACT else None
    return Estimate(value=figure.value_ms, low=figure.low_ms, high=high, n=n)


def _lies_above(above: Figure, below: Figure) -> bool:
    """Return True where the interval of a quantile lies above that of the second one."""
    if above.low_ms is None or below.high_ms is None or below.high_bound is not Bound.EXACT:
        return False
    return above.low_ms > below.high_ms


def _names(base: Section, candidate: Section) -> tuple[str, str]:
    if base.name != candidate.name:
        return base.name, candidate.name
    first, second = (each.runs[0].run_id if each.runs else each.name for each in (base, candidate))
    return _without_common_end(first, second)


def _without_common_end(first: str, second: str) -> tuple[str, str]:
    """Return the times of two run ids that differ in them, else the ids."""
    short = first.partition("-")[0], second.partition("-")[0]
    return short if short[0] != short[1] else (first, second)


def _in_common(base: Section, candidate: Section) -> Iterator[Note]:
    """Yield a warning where the two have no step in common."""
    before, after = ([step.label for step in each.steps] for each in (base, candidate))
    if before and after and not set(before) & set(after):
        yield Note(code=NoteCode.NO_COMMON_STEP, values={"base": ", ".join(before), "candidate": ", ".join(after)})


def _warnings(base: Section, candidate: Section) -> Iterator[Note]:
    if base.manifest is None or candidate.manifest is None:
        return
    before, after = base.manifest.identity(), candidate.manifest.identity()
    for name, value in before.items():
        if name not in _OF_THE_TARGET and value != after[name]:
            values: dict[str, str | int | float] = {"base": value, "candidate": after[name]}
            if name == "driver" and base.manifest.runs_client and candidate.manifest.runs_client:
                yield Note(code=NoteCode.CLIENT_DRIVER_DIFFERS, values=values)
            elif name in _NOTES:
                yield Note(code=_NOTES[name], values=values)
            else:
                yield Note(code=NoteCode.SETTING_DIFFERS, values={"name": name, **values})


def _horizons(steps: list[MatchedStep]) -> Iterator[Note]:
    """Yield a warning for each step whose restricted means end at different times, so that they cannot be compared."""
    for two in steps:
        base, candidate = two.base.durations, two.candidate.durations
        if base and candidate and not two.like_horizons:
            before, after = (format_duration(each.horizon_ms / 1000) for each in (base, candidate))
            values: dict[str, str | int | float] = {
                "name": f"timeout of {two.base.label}",
                "base": before,
                "candidate": after,
            }
            yield Note(code=NoteCode.SETTING_DIFFERS, values=values)
