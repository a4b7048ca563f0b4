"""Runs that a history holds, so that their directories can go."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from probe.errors import UsageError
from probe.reporting.find_runs import Place, places
from probe.reporting.load_runs import load
from probe.store import is_recording
from probe.store.parquet.history_database import HistoryDatabase
from probe.store.parquet.history_listing import damage_of
from probe.store.parquet.run_table import RunTableBuilder, run_key

_COUNTS = "SELECT run_key, count(wall_ms) FROM calls GROUP BY 1"


def prunable_runs(history: Path, runs: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield each run or group, and whether the history holds all of its calls; all arms of a group."""
    with HistoryDatabase(history) as database:
        sound = {key for file in database.listing.files if damage_of(file) is None for key in file.runs}
        counts = {key: n for key, n in database.query(_COUNTS).rows if key in sound}
    for run in runs:
        yield run, not is_recording(run) and _is_held(run, counts)


def _is_held(run: Path, counts: Mapping[str, int]) -> bool:
    try:
        return all(_is_arm_held(place, counts) for place in places([run]))
    except UsageError:
        return False


def _is_arm_held(place: Place, counts: Mapping[str, int]) -> bool:
    """Return True where the history has as many calls of a run as the run has: it may have grown since."""
    builder = RunTableBuilder()
    loaded = load(place, builder)
    if loaded.manifest is None or loaded.corrupt:
        return False
    return len(builder.build(loaded.manifest)) == counts.get(run_key(loaded.manifest))
