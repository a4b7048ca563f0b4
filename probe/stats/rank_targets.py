"""Several targets in one table, the worst first."""

from collections.abc import Sequence

from probe.model.choices import Role
from probe.model.health import HealthWord
from probe.model.report_sections import RankedTarget, Section
from probe.stats.rates import ALPHA, sure_rate

_WORST_FIRST = (
    HealthWord.DOWN,
    HealthWord.FLAKY,
    HealthWord.COLD,
    HealthWord.SLOW,
    HealthWord.UNKNOWN,
    HealthWord.OK,
)


def rank_targets(sections: Sequence[Section]) -> tuple[RankedTarget, ...]:
    """Return the targets of these sections, worst first: by health, share of failures, and median of successes.

    The intervals of failure rates are those of Clopper and Pearson at a level shared by Bonferroni's rule, so that all
    of them hold together with 95 % confidence.
    """
    targets = [section for section in sections if section.role is Role.TARGET]
    tail = ALPHA / 2 / max(len(targets), 1)
    return tuple(_ranked(section, rank, tail) for rank, section in enumerate(sorted(targets, key=_badness), 1))


def _badness(section: Section) -> tuple[int, float, float, float]:
    """Return a key by which the worst comes first."""
    health, n = section.health, max(section.health.n, 1)
    median_ms = section.success_median_ms or 0.0
    return _WORST_FIRST.index(health.word), -health.failed / n, -health.recovered / n, -median_ms


def _ranked(section: Section, rank: int, tail: float) -> RankedTarget:
    health = section.health
    return RankedTarget(
        name=section.name,
        rank=rank,
        health=health.word,
        n=health.n,
        failed=health.failed,
        recovered=health.recovered,
        failure_rate=sure_rate(health.failed, health.n, tail) if health.n else None,
        success_median_ms=section.success_median_ms,
        verdict=section.verdict.answer if section.verdict else None,
    )
