"""Builds frames of calls for tests, and their sections."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from probe.model.call import Call
from probe.model.report_sections import RunSource, Section
from probe.model.row import row_of
from probe.model.run_manifest import Manifest
from probe.model.verdict import Question
from probe.stats.frame import Frame, FrameBuilder
from probe.stats.summarise import Source, summarise

CREATED = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def frame(*runs: Iterable[Call]) -> Frame:
    """Return the calls of these runs, which are named `run-1`, `run-2` and so on."""
    builder = FrameBuilder()
    for number, calls in enumerate(runs, start=1):
        builder.begin_run(f"run-{number}")
        builder.add(map(row_of, calls))
    return builder.build()


def source(
    provenance: Manifest | None = None, rounds: int = 0, run: dict[str, Any] | None = None, **changes: Any
) -> Source:
    """Return a run of so many rounds, finished as planned; `run` changes its RunSource."""
    fields: dict[str, Any] = {"run_id": "run-1", "created_at": CREATED, "rounds_finished": rounds, "end": "completed"}
    run_source = RunSource.model_validate(fields | (run or {}))
    return Source(
        **{"name": "relay", "runs": [run_source], "manifest": provenance, "rounds_planned": rounds, **changes}
    )


def section(calls: Iterable[Call], provenance: Manifest | None = None, rounds: int = 0, **changes: Any) -> Section:
    """Return the section of one run."""
    return summarise(frame(calls), source(provenance, rounds, **changes), Question())
