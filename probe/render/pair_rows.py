"""The first call of each round against its second, as pairs of name and value, with the tests by name."""

from collections.abc import Iterator

from probe.model.comparison import Unit
from probe.model.report import Section
from probe.model.statistics import Pairs
from probe.model.verdict import Verdict
from probe.render.numbers import count_text, duration_text, estimate_number, points_text
from probe.render.sentences import difference_text
from probe.render.texts import Texts


def pair_rows(section: Section, pairs: Pairs, texts: Texts) -> Iterator[tuple[str, str]]:
    """(name, value) in the reader's language: counts, differences with intervals, tests."""
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
        yield texts("pairs.difference_one_sided"), "; ".join(limits)
    yield texts("pairs.mcnemar"), f"{pairs.mcnemar_mid_p:.3g}; {pairs.mcnemar_exact_p:.3g}"
    slower = "; ".join(map(count_text, (pairs.first_slower, pairs.second_slower, pairs.alike, pairs.slower_unknown)))
    yield texts("pairs.slower", slower_by=duration_text(pairs.slower_by_ms)), slower
    if pairs.mean_difference_ms:
        yield texts("pairs.mean"), difference_text(pairs.mean_difference_ms, Unit.MS, texts)
    if pairs.sign_flip_p is not None:
        yield texts("pairs.sign_flip"), f"{pairs.sign_flip_p:.3g}"
    if pairs.ratio:
        ends = (estimate_number(each, texts) for each in (pairs.ratio.least, pairs.ratio.most))
        yield texts("pairs.ratio"), "; ".join(dict.fromkeys(ends))
    if section.verdict:
        yield from _evidence(section.verdict, texts)


def _evidence(verdict: Verdict, texts: Texts) -> Iterator[tuple[str, str]]:
    logs = (verdict.failures.log_e_worse, verdict.slowness.log_e_worse, verdict.log_e_both)
    yield texts("pairs.evidence"), "; ".join(f"{each:.2f}" for each in logs)
    yield texts("pairs.p", delta=points_text(verdict.delta)), f"{verdict.p:.3g}; {verdict.p_no_effect:.3g}"
    if verdict.control:
        yield texts("pairs.control_own"), difference_text(verdict.control.own, Unit.MS, texts)
        yield texts("pairs.control_left"), difference_text(verdict.control.left, Unit.MS, texts)
