"""Calls over months, read from a history."""

from pathlib import Path

from probe.model.call_trend import CallTrend, TargetTrend, TrendPeriod
from probe.model.health import HealthWord
from probe.stats.trend_periods import judged, with_new_versions
from probe.store.parquet.history_database import HistoryDatabase

_TARGETS = """
SELECT target, upstream_kind, max(started_at) AS last FROM calls WHERE role = 'target' GROUP BY ALL ORDER BY ALL
"""
_DAYS = """
SELECT DISTINCT started_at::DATE AS day FROM calls
WHERE role = 'target' AND target = $1 AND upstream_kind = $2 ORDER BY day DESC LIMIT $3
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
    FROM calls WHERE role = 'target' AND target = $2 AND upstream_kind = $3 AND started_at >= $4
)
GROUP BY name ORDER BY name
"""
_DAY, _HOUR = "%Y-%m-%d", "%H"


def read_call_trend(folder: Path, last: int) -> CallTrend:
    """Return the calls of each target on its last days. Raises StoreError."""
    with HistoryDatabase(folder) as database:
        names = [(target, kind) for target, kind, _ in database.query(_TARGETS).rows]
        targets = tuple(_target_trend(database, target, kind, last) for target, kind in names)
        return CallTrend(targets=targets, damaged=tuple((str(file.path), file.problem) for file in database.damaged))


def _target_trend(database: HistoryDatabase, target: str, kind: str, last: int) -> TargetTrend:
    *_, (first_day,) = database.query(_DAYS, [target, kind, last]).rows
    days, hours = (
        [judged(_period(*row)) for row in database.query(_PERIODS, [form, target, kind, first_day]).rows]
        for form in (_DAY, _HOUR)
    )
    return TargetTrend(target=target, upstream_kind=kind, days=with_new_versions(days), hours=tuple(hours))


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
