"""Runs and histories of calls for tests."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from probe.model.call import Call
from probe.model.run_manifest import Manifest
from probe.reporting.history_runs import AddedRun, add_runs
from probe.store import RunWriter
from probe.store.parquet.history_database import HistoryDatabase
from tests.builders import START, manifest, round_events

NEXT_MONTH = START + timedelta(days=30)


def write_run(runs: Path, calls: Sequence[Call], **changes: Any) -> Path:
    """Write a run with these calls, and return its directory."""
    what: Manifest = manifest(**changes)
    with RunWriter.create(runs / what.run_id, what) as writer:
        for number in sorted({call.round for call in calls}):
            for event in round_events(*[call for call in calls if call.round == number]):
                writer.on_event(event)
    return runs / what.run_id


def add(history: Path, *runs: Path) -> list[int]:
    """Add runs, and return how many calls of each were added."""
    return [added.calls for added in add_runs(history, runs) if isinstance(added, AddedRun)]


def ask(history: Path, sql: str) -> list[tuple[Any, ...]]:
    with HistoryDatabase(history) as database:
        return list(database.query(sql).rows)
