"""A run of two planned rounds, as a runner would have it written."""

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.events import RunFinished, RunStarted
from probe.model.outcome import Outcome
from probe.store import RunWriter
from tests.builders import GOOD_LINE, START, call, lines, manifest, round_events, words

STDOUT = lines({"type": "system", "subtype": "init"}, GOOD_LINE)


def pair(number: int, **changes: Any) -> list[Call]:
    return [call(number, 1, client=words(), **changes), call(number, 2, Outcome.TIMED_OUT, cause="no_first_byte")]


def write_rounds(
    path: Path, rounds: Sequence[Sequence[Call]], *, unfinished: Sequence[Call] = (), end: bool = True
) -> Path:
    """Write a run of two planned rounds as a runner would have it written."""
    with RunWriter.create(path, manifest()) as writer:
        writer.on_event(RunStarted(at=START, rounds_to_do=2))
        for calls in rounds:
            for event in round_events(*calls, stdout=STDOUT):
                writer.on_event(event)
        if unfinished:
            for event in round_events(*unfinished, stdout=STDOUT, finished=False):
                writer.on_event(event)
        if end:
            writer.on_event(RunFinished(at=START, reason=EndReason.COMPLETED))
    return path


def journal(run: Path) -> list[bytes]:
    return (run / "journal.jsonl").read_bytes().splitlines(keepends=True)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
