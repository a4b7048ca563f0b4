"""The first call of each round against its second, as pairs of name and value, with the tests by name."""

from collections.abc import Iterator

from probe.model.comparison import Unit
from probe.model.report_sections import Section
from probe.model.statistics import Pairs, StepStatistics
from probe.model.verdict import Verdict
from probe.render.numbers import count_text, duration_text, estimate_ms, estimate_number, number_text, points_text
from probe.render.sentences import difference_text
from probe.texts import Texts


def pair_rows(section: Section, pairs: Pairs, texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield (name, value) in the reader's language: counts, differences with intervals, tests."""
    parts = texts("join.parts")
    yield texts("pairs.n"), count_text(pairs.n)
    yield texts("pairs.only_first"), count_text(pairs.only_first_failed)
    yield texts("pairs.only_second"), count_text(pairs.only_second_failed)
    yield texts("pairs.both"), count_text(pairs.both_failed)
    yield texts("pairs.none"), count_text(pairs.none_failed)
    yield texts("pairs.difference"), difference_text(pairs.failure_difference, Unit.SHARE, texts)
    if section.verdict:
        failures = section.verdict.failures
        yield texts("pairs.difference_valid"), difference_text(failures.difference, Unit.SHARE, texts)
        limits = (texts("points", value=points_text(limit)) for limit in (failures.at_least, failures.at_most))
        yield texts("pairs.difference_one_sided"), parts.join(limits)
    yield texts("pairs.mcnemar"), parts.join(map(number_text, (pairs.mcnemar_mid_p, pairs.mcnemar_exact_p)))
    slower = parts.join(map(count_text, (pairs.first_slower, pairs.second_slower, pairs.alike, pairs.slower_unknown)))
    yield texts("pairs.slower", slower_by=duration_text(pairs.slower_by_ms)), slower
    means = [step.durations.restricted_mean for step in _steps(section, pairs) if step.durations]
    yield texts("pairs.means"), parts.join(estimate_ms(mean, texts) for mean in means)
    yield from _of_times(pairs, texts)
    if section.verdict:
        yield from _evidence(section.verdict, texts)


def _of_times(pairs: Pairs, texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield the mean difference of the times, its test, and their ratio."""
    parts = texts("join.parts")
    if pairs.mean_difference_ms:
        yield texts("pairs.mean"), difference_text(pairs.mean_difference_ms, Unit.MS, texts)
    if pairs.sign_flip_p is not None:
        yield texts("pairs.sign_flip"), number_text(pairs.sign_flip_p)
    if pairs.ratio:
        ends = (estimate_number(each, texts) for each in (pairs.ratio.least, pairs.ratio.most))
        yield texts("pairs.ratio"), parts.join(dict.fromkeys(ends))


def _steps(section: Section, pairs: Pairs) -> list[StepStatistics]:
    by_label = {step.label: step for step in section.steps}
    return [by_label[label] for label in (pairs.first, pairs.second) if label in by_label]


def _evidence(verdict: Verdict, texts: Texts) -> Iterator[tuple[str, str]]:
    logs = (verdict.failures.log_e_worse, verdict.slowness.log_e_worse, verdict.log_e_both)
    parts = texts("join.parts")
    yield texts("pairs.evidence"), parts.join(number_text(each, ".2f") for each in logs)
    p_values = map(number_text, (verdict.p, verdict.p_no_effect))
    yield texts("pairs.p", delta=points_text(verdict.delta)), parts.join(p_values)
    if verdict.control:
        yield texts("pairs.control_own"), difference_text(verdict.control.own, Unit.MS, texts)
        yield texts("pairs.control_left"), difference_text(verdict.control.left, Unit.MS, texts)
