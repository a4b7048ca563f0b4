"""Stored runs for tests of the public API."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.events import RunFinished, RunStarted
from probe.model.run_manifest import Manifest
from probe.store import RunWriter
from tests.builders import START, manifest, round_events


def write_run(
    folder: Path, rounds: Sequence[Sequence[Call]], provenance: Manifest | None = None, **changes: Any
) -> Path:
    """Write a run with these rounds, in this order, below `folder`. `changes` are those of its manifest."""
    described = provenance or manifest(rounds=len(rounds), **changes)
    path = folder / described.run_id
    with RunWriter.create(path, described) as writer:
        writer.on_event(RunStarted(at=START, rounds_to_do=len(rounds)))
        for calls in rounds:
            for event in round_events(*calls):
                writer.on_event(event)
        writer.on_event(RunFinished(at=START, reason=EndReason.COMPLETED))
    return path
