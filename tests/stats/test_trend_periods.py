"""Health and rates of a day, from its counts alone."""

import pytest

from probe.model.call_trend import TrendPeriod
from probe.model.health import HealthWord
from probe.stats.trend_periods import counted_health, judged, with_new_versions


def day(name: str = "2026-11-21", **values: object) -> TrendPeriod:
    counts = {"calls": 20, "failed": 0, "recovered": 0, "health": HealthWord.UNKNOWN, "p90_ms": 900.0}
    return TrendPeriod.model_validate({"name": name, **counts, **values})


@pytest.mark.parametrize(
    ("calls", "failed", "recovered", "word"),
    [
        (0, 0, 0, "UNKNOWN"),
        (1, 1, 0, "DOWN"),
        (19, 19, 0, "DOWN"),
        (19, 1, 0, "FLAKY"),
        (100, 0, 1, "FLAKY"),
        (18, 0, 0, "UNKNOWN"),
        (19, 0, 0, "OK"),
    ],
)
def test_health_from_counts(calls: int, failed: int, recovered: int, word: str) -> None:
    assert counted_health(calls, failed, recovered) == word


def test_a_p90_that_too_few_successes_stand_for_is_left_out() -> None:
    """Need 36 successes for the upper bound of a p90, however many calls failed beside them."""
    assert judged(day(calls=47, failed=12)).p90_ms is None
    assert judged(day(calls=48, failed=12)).p90_ms == 900.0


def test_the_rate_has_an_interval_and_a_day_without_calls_has_none() -> None:
    rate = judged(day(calls=20, failed=5)).failure_rate
    assert rate is not None
    assert rate.value == 0.25
    assert judged(day(calls=0)).failure_rate is None


def test_a_version_is_new_on_the_day_on_which_the_day_before_lacks_it() -> None:
    versions = [("1",), ("1", "2"), (), ("2",), ("1", "2")]
    days = [day(f"2026-11-2{place}", client_versions=names) for place, names in enumerate(versions)]
    new = [marked.new_versions for marked in with_new_versions(days)]
    assert new == [("1",), ("2",), (), (), ("1",)]
