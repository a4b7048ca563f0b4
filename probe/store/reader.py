"""Read a stored run. Whatever cannot be read is counted and reported."""

import contextlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from probe.errors import StoreError, UsageError
from probe.model.base_models import SCHEMA_VERSION
from probe.model.call import Call
from probe.model.exchange import Exchange
from probe.model.row import Row
from probe.model.run_manifest import Manifest
from probe.store.event_lines import call_of_json, call_of_line
from probe.store.files import GROUP, JOURNAL, MANIFEST, RECORDING, SUMMARY, round_dir
from probe.store.journal import DAMAGED, CallFinishedLine, read_lines
from probe.store.round_files import body_names, exchanges_name
from probe.store.rounds import (
    RoundsReader,
    StoredRun,
    exchanges_in_summary,
    is_plausible,
    read_summary,
    step_labels,
)


def stored_runs(runs: Path) -> list[Path]:
    """Return the runs, groups and recordings in this directory, the oldest first: names begin with the time."""
    marks = (MANIFEST, GROUP, RECORDING)
    return sorted(path for path in runs.glob("*/") if any((path / mark).exists() for mark in marks))


def latest_run(runs: Path, before: int = 0) -> Path:
    """Return the run or group in this directory that was begun last, or so many before it. Raises UsageError."""
    found = stored_runs(runs)
    if not found:
        raise UsageError("no run is stored here", path=runs, remedy="Make one with `probe run`, or name its directory.")
    if before >= len(found):
        raise UsageError(f"there are only {len(found)} runs, so none is {before} before the latest", path=runs)
    return found[-1 - before]


def read_run(path: Path, take: Callable[[Iterable[Row]], None] | None = None) -> StoredRun:
    """Read a run directory. Raises UsageError when it is none.

    Calls go to `take` as soon as their round is known to be finished, in the order in which rounds finished, so that a
    run of any size can be read; without it they are kept in the run.
    """
    run = open_run(path)
    take = take or run.rows.extend
    for rows in iterate_rounds(run):
        take(rows)
    if run.stale:
        run.rows = [row for row in run.rows if (row.round, row.attempt) not in run.stale]
    run.rows.sort(key=lambda row: (row.round, row.step))
    return run


def open_run(path: Path) -> StoredRun:
    """Return a run whose rounds are still to be read, see `iterate_rounds`. Raises UsageError when it is none."""
    if not (path / MANIFEST).exists() and not (path / JOURNAL).exists():
        raise UsageError("is no run directory: it has no manifest.json and no journal.jsonl", path=path)
    run = StoredRun(path)
    run.manifest = _manifest(path, run.corrupt)
    return run


def iterate_rounds(run: StoredRun) -> Iterator[list[Row]]:
    """Yield the calls of each round in the order in which rounds finished, and fill in the run on the way.

    A round may come again, as a later attempt: then `run.stale` has the earlier one.
    """
    return RoundsReader(run).rounds()


def read_calls(path: Path, numbers: Collection[int]) -> list[Call]:
    """Return the whole records of the calls of these rounds, in this order of the rounds: those of the last attempts.

    They are read from the journal, once for all; of a round of which that has not all, from its summary.
    """
    labels = step_labels(read_manifest(path))
    attempts = _journal_calls(path, frozenset(numbers), labels)
    return [call for number in numbers for call in _calls_of_round(path, number, attempts[number], labels)]


def _calls_of_round(
    path: Path, number: int, attempts: Mapping[int, Mapping[int, Call]], labels: Sequence[str] | None
) -> list[Call]:
    """Return the calls of a round in order; `attempts` are those that the journal has of it, by number and step."""
    attempt = max(attempts, default=0)
    calls = attempts.get(attempt, {})
    scripted = range(len(labels) - 1 if labels else 1)
    if not calls.keys() >= set(scripted):
        with contextlib.suppress(OSError, *DAMAGED):
            summarised_attempt, summarised = read_summary(path, number, labels)
            if summarised_attempt >= attempt:
                whole = [call_of_json(stored.raw) for stored in summarised if stored.row.counts]
                calls = {call.step: call for call in whole}
    return [calls[step] for step in sorted(calls)]


def _journal_calls(
    path: Path, numbers: Collection[int], labels: Sequence[str] | None
) -> defaultdict[int, defaultdict[int, dict[int, Call]]]:
    """Return the calls of these rounds that the journal has and that count, by round, attempt and step."""
    found: defaultdict[int, defaultdict[int, dict[int, Call]]] = defaultdict(lambda: defaultdict(dict))
    for line, event in read_lines(path):
        if isinstance(event, CallFinishedLine) and event.call.round in numbers and is_plausible(event.call, labels):
            with contextlib.suppress(*DAMAGED):
                call = call_of_line(line)
                if call.counts:
                    found[call.round][call.attempt][call.step] = call
    return found


def read_exchanges(run: Path, call: Call | Row) -> tuple[Exchange, ...] | None:
    """Read the exchanges of a call; None where nothing was recorded. Raises StoreError for a damaged file.

    They stand in the summary of their round; in a file of their own where the round has not finished, or was stored by
    version 0.1.0.
    """
    if call.wire is None:
        return None
    place = round_dir(run, call.round)
    own, summary = place / exchanges_name(call.label), place / SUMMARY
    path = own if own.exists() else summary
    try:
        lines = own.read_bytes().splitlines() if path == own else exchanges_in_summary(summary, call.label)
        return None if lines is None else tuple(map(Exchange.model_validate_json, lines))
    except FileNotFoundError:
        return None
    except (OSError, *DAMAGED) as error:
        raise StoreError("cannot be read as exchanges", path=path) from error


def read_bodies(run: Path, call: Call | Row, sequence: int) -> tuple[bytes, bytes] | None:
    """Read the bodies of an exchange's request and response; None where they were not kept or cannot be read."""
    place = round_dir(run, call.round)
    try:
        request, response = (place / name for name in body_names(call.label, sequence))
        return request.read_bytes(), response.read_bytes()
    except OSError:
        return None


def read_manifest(path: Path) -> Manifest | None:
    """Read a run's manifest alone; None where it cannot be read."""
    return _manifest(path, Counter())


def _manifest(run: Path, corrupt: Counter[str]) -> Manifest | None:
    path = run / MANIFEST
    try:
        raw = path.read_bytes()
        refuse_newer(path, raw)
        return Manifest.model_validate_json(raw)
    except (FileNotFoundError, NotADirectoryError):
        corrupt[f"{MANIFEST} (missing)"] += 1
        return None
    except (OSError, *DAMAGED):
        corrupt[MANIFEST] += 1
        return None


def refuse_newer(path: Path, raw: bytes) -> None:
    """Raise UsageError for a file of a newer schema, whose other keys may mean anything."""
    try:
        version = json.loads(raw)["schema_version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(
            f"was written by a newer probe (schema {version}; this one knows {SCHEMA_VERSION})",
            path=path,
            remedy="Upgrade probe.",
        )
