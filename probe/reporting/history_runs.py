"""Add stored runs to a history of calls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.errors import StoreError, UsageError
from probe.reporting.find_runs import Place, places
from probe.reporting.load_runs import load
from probe.store import is_recording
from probe.store.parquet.history_files import write_run
from probe.store.parquet.run_table import RunTableBuilder


@dataclass(frozen=True, slots=True)
class AddedRun:
    """A run that was added: how many calls of it, and by file what could not be read."""

    run_id: str
    calls: int
    corrupt: dict[str, int]


@dataclass(frozen=True, slots=True)
class NotAdded:
    """A run that cannot be added, and why."""

    path: Path
    why: UsageError


def add_runs(history: Path, paths: Sequence[Path]) -> Iterator[AddedRun | NotAdded]:
    """Add these runs, and all arms of these groups, each in the place of what the history had of it.

    A run that cannot be added keeps no other from it. Raises StoreError where the history cannot be written.
    """
    recordings = [path for path in paths if is_recording(path)]
    for path in recordings:
        yield NotAdded(path, UsageError("is a recording of real work, and no scripted run", path=path))
    for place in places([path for path in paths if path not in recordings]):
        try:
            yield _add_run(history, place)
        except UsageError as why:
            yield NotAdded(place.path, why)


def _add_run(history: Path, place: Place) -> AddedRun:
    builder = RunTableBuilder()
    loaded = load(place, builder)
    if loaded.manifest is None:
        raise UsageError("has no manifest that can be read, so nobody knows what was measured", path=place.path)
    table = builder.build(loaded.manifest)
    if len(table) == 0:
        raise UsageError("holds no finished round", path=place.path)
    try:
        write_run(history, loaded.manifest, table)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=history) from error
    return AddedRun(loaded.run_id, len(table), loaded.corrupt)
