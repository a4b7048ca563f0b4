"""Calls over months, read from a history."""

from pathlib import Path

from probe.model.call_trend import CallTrend, TargetTrend, TrendPeriod
from probe.model.health import HealthWord
from probe.stats.trend_periods import judged, with_new_versions
from probe.store.parquet.history_database import HistoryDatabase

_TARGETS = """
SELECT target, vantage, upstream_kind FROM calls WHERE role = 'target' AND ($1 IS NULL OR vantage = $1)
GROUP BY ALL ORDER BY target, vantage NULLS FIRST, upstream_kind
"""
_DAYS = """
SELECT DISTINCT started_at::DATE AS day FROM calls
WHERE role = 'target' AND target = $1 AND vantage IS NOT DISTINCT FROM $2 AND upstream_kind = $3
ORDER BY day DESC LIMIT $4
"""
_PERIODS = """
SELECT
    strftime(started_at, $1) AS name,
    count(*),
    count(*) FILTER (failed),
    count(*) FILTER (recovered),
    quantile_disc(wall_ms, [0.5, 0.9]) FILTER (NOT failed),
    sum(prompt)::BIGINT,
    sum(output_tokens)::BIGINT,
    sum(cache_read_tokens) FILTER (prompt IS NOT NULL) / nullif(sum(prompt) FILTER (cache_read_tokens IS NOT NULL), 0),
    list_sort(list(DISTINCT client_version) FILTER (client_version IS NOT NULL))
FROM (
    SELECT *, input_tokens + coalesce(cache_read_tokens, 0) + coalesce(cache_creation_tokens, 0) AS prompt
    FROM calls
    WHERE role = 'target' AND target = $2 AND vantage IS NOT DISTINCT FROM $3 AND upstream_kind = $4
        AND started_at >= $5
)
GROUP BY name ORDER BY name
"""
_DAY, _HOUR = "%Y-%m-%d", "%H"


def read_call_trend(folder: Path, last: int, vantage: str | None = None) -> CallTrend:
    """Return the calls of each target and vantage on its last days; of one vantage where it is named.

    Raises StoreError.
    """
    with HistoryDatabase(folder) as database:
        arms = list(database.query(_TARGETS, [vantage]).rows)
        targets = tuple(_target_trend(database, arm, last) for arm in arms)
        return CallTrend(targets=targets, damaged=tuple((str(file.path), file.problem) for file in database.damaged))


def _target_trend(database: HistoryDatabase, arm: tuple[str, str | None, str], last: int) -> TargetTrend:
    """Return the trend of a target, vantage and kind of upstream."""
    *_, (first_day,) = database.query(_DAYS, [*arm, last]).rows
    days, hours = (
        [judged(_period(*row)) for row in database.query(_PERIODS, [form, *arm, first_day]).rows]
        for form in (_DAY, _HOUR)
    )
    target, vantage, kind = arm
    return TargetTrend(
        target=target, vantage=vantage, upstream_kind=kind, days=with_new_versions(days), hours=tuple(hours)
    )


def _period(  # one row of _PERIODS
    name: str,
    calls: int,
    failed: int,
    recovered: int,
    quantiles: list[float] | None,
    prompt_tokens: int | None,
    output_tokens: int | None,
    cache_share: float | None,
    versions: list[str] | None,
) -> TrendPeriod:
    p50_ms, p90_ms = quantiles or (None, None)
    return TrendPeriod(
        name=name,
        calls=calls,
        failed=failed,
        recovered=recovered,
        health=HealthWord.UNKNOWN,
        p50_ms=p50_ms,
        p90_ms=p90_ms,
        prompt_tokens=prompt_tokens,
        output_tokens=output_tokens,
        cache_share=cache_share,
        client_versions=tuple(versions or ()),
    )
