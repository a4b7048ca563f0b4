"""The charts of calls by day or hour: failure rates, durations, and new versions of the client."""

from typing import Any

import pytest

from probe.model.call_trend import TrendPeriod
from probe.model.health import HealthWord
from probe.render.svg import Spec
from probe.render.trend_chart import durations_chart, failures_chart
from probe.stats.rates import failure_rate
from tests.render.drawn_charts import EN, drawn, words


def day(number: int, failed: int = 0, **changes: Any) -> TrendPeriod:
    fields = {
        "name": f"2026-11-{number:02}",
        "calls": 40,
        "failed": failed,
        "recovered": 0,
        "health": HealthWord.OK,
        "failure_rate": failure_rate(failed, 40),
        "p50_ms": 1200.0,
        "p90_ms": 2400.0,
    }
    return TrendPeriod.model_validate(fields | changes)


def values(spec: Spec, layer: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["layer"][layer]["data"]["values"]
    return found


def test_each_day_has_its_rate_with_its_interval_and_a_day_without_calls_has_none() -> None:
    spec = failures_chart([day(1, 4), day(2, calls=0, failure_rate=None)], EN)
    (point,) = values(spec, 1)
    assert (point["name"], point["rate"]) == ("2026-11-01", 0.1)
    assert point["low"] < 0.1 < point["high"]


def test_the_worst_days_are_told_first_and_no_more_than_six() -> None:
    told = failures_chart([day(number, number) for number in range(1, 10)], EN)["description"]
    assert told.index("2026-11-09: 23 %") < told.index("2026-11-08: 20 %") < told.index("2026-11-04")
    assert "2026-11-03" not in told


def test_a_new_version_of_the_client_is_a_line_but_for_the_first_day() -> None:
    days = [day(1, new_versions=("2.1.0",)), day(2), day(3, new_versions=("2.2.0",))]
    for build in (failures_chart, durations_chart):
        assert values(build(days, EN), 0) == [{"name": "2026-11-03"}]
    assert len(failures_chart(days[:2], EN)["layer"]) == 2


def test_durations_have_a_point_for_each_quantile_that_is_known_and_tell_of_the_last_day() -> None:
    spec = durations_chart([day(1), day(2, p90_ms=None)], EN)
    assert [(point["name"], point["ms"]) for point in values(spec, 0)] == [
        ("2026-11-01", 1200.0),
        ("2026-11-02", 1200.0),
        ("2026-11-01", 2400.0),
    ]
    assert "1.20 s" in spec["description"]
    assert "2.40 s" not in spec["description"]


@pytest.mark.parametrize(("names", "shown"), [(("2026-11-21", "2026-11-22"), "11-21"), (("07", "08"), "07")])
def test_days_stand_there_without_their_year_and_hours_as_they_are(names: tuple[str, ...], shown: str) -> None:
    periods = [day(1, 3).model_copy(update={"name": name}) for name in names]
    assert shown in words(drawn(failures_chart(periods, EN)))
