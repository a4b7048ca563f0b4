"""Health and failure rate of the calls of a day or an hour, from their counts."""

from probe.model.call_trend import TrendPeriod
from probe.model.health import HealthWord
from probe.stats.durations import least_n
from probe.stats.judge_health import least_calls
from probe.stats.rates import failure_rate

_DELTA = 0.15
"""The failure rate that enough calls without a failure rule out, as `--delta` has it by default."""


def counted_health(calls: int, failed: int, recovered: int) -> HealthWord:
    """Return the health of calls by their failures and silent recoveries: the words that need no more than counts."""
    if calls and failed == calls:
        return HealthWord.DOWN
    if failed or recovered:
        return HealthWord.FLAKY
    return HealthWord.OK if calls >= least_calls(_DELTA) else HealthWord.UNKNOWN


def judged(period: TrendPeriod) -> TrendPeriod:
    """Return a period with its health and failure rate, and without a p90 that too few successes stand for."""
    succeeded = period.calls - period.failed
    return period.model_copy(
        update={
            "health": counted_health(period.calls, period.failed, period.recovered),
            "failure_rate": failure_rate(period.failed, period.calls),
            "p90_ms": period.p90_ms if succeeded >= least_n(0.9) else None,
        }
    )


def with_new_versions(days: list[TrendPeriod]) -> tuple[TrendPeriod, ...]:
    """Return days in their order, each with the versions of the client that the day before did not have."""
    before: tuple[str, ...] = ()
    marked = []
    for day in days:
        new = tuple(version for version in day.client_versions if version not in before)
        marked.append(day.model_copy(update={"new_versions": new}))
        before = day.client_versions or before
    return tuple(marked)
