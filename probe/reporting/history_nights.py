"""Nights from a history of calls: a baseline where `probe nightly` has kept none."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from probe.model.night import Night, NightStep
from probe.stats.durations import least_n
from probe.stats.night_baseline import judge_night, series_key
from probe.store.parquet.history_database import HistoryDatabase

_STEPS = """
SELECT identity, started_at::DATE AS day, label, min(run_id), min(started_at), count(*), count(*) FILTER (failed),
    quantile_disc(CASE WHEN failed THEN greatest(wall_ms, coalesce(timeout_ms, wall_ms)) ELSE wall_ms END, 0.5),
    quantile_disc(wall_ms, 0.5) FILTER (NOT failed)
FROM calls WHERE role = 'target' AND label <> 'extra' AND NOT list_contains($1, run_id)
GROUP BY identity, day, label ORDER BY day, identity, min(step)
"""


def nights_of_calls(
    folder: Path, known: Sequence[Night], tonight: Sequence[str], ignoring: frozenset[str]
) -> list[Night]:
    """Return the nights that are known, and one for each day of a series of calls of which none is known, oldest first.

    A night that was not kept is judged by those before it. `tonight` are ids of runs that are no earlier night. Raises
    StoreError.
    """
    with HistoryDatabase(folder) as database:
        rows = list(database.query(_STEPS, [list(tonight)]).rows)
    steps: dict[tuple[str, str], list[NightStep]] = defaultdict(list)
    begun: dict[tuple[str, str], tuple[datetime, str]] = {}
    for identity, day, label, run_id, at, n, failed, median_ms, success_median_ms in rows:
        place = (identity, str(day))
        steps[place].append(_step(label, n, failed, median_ms, success_median_ms))
        begun.setdefault(place, (at.replace(tzinfo=UTC), run_id))
    taken = {(series_key(night, ignoring=ignoring), str(night.date.date())) for night in known}
    nights = list(known)
    for (identity, day), of_day in steps.items():
        at, run_id = begun[identity, day]
        settings: dict[str, str] = json.loads(identity)
        night = Night(date=at, run_id=run_id, target=settings["target"], identity=settings, steps=tuple(of_day))
        if (series_key(night, ignoring=ignoring), day) not in taken:
            nights.append(night)
    return _judged(sorted(nights, key=lambda night: night.date), frozenset(night.run_id for night in known), ignoring)


def _step(label: str, n: int, failed: int, median_ms: float, success_median_ms: float | None) -> NightStep:
    """Return a step of a day; its median only where there are enough calls for one, as in nights that were kept."""
    enough = n >= least_n(0.5)
    return NightStep(
        label=label,
        n=n,
        failed=failed,
        median_ms=median_ms if enough else None,
        median_censored=enough and failed * 2 > n,
        success_median_ms=success_median_ms,
    )


def _judged(nights: Sequence[Night], known: frozenset[str], ignoring: frozenset[str]) -> list[Night]:
    judged: list[Night] = []
    for night in nights:
        judged.append(night if night.run_id in known else judge_night(night, judged, ignoring=ignoring))
    return judged
