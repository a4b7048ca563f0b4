"""The calls of a run as an Arrow table with the columns of the history."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from probe.model.base_models import utc_text
from probe.model.client import Counted
from probe.model.correlation import best_id
from probe.model.fault_party import FaultParty, party_of
from probe.model.outcome import Outcome
from probe.model.row import PhasesPart, Row, UsagePart
from probe.model.run_manifest import Manifest
from probe.model.spending import spending
from probe.model.wire import PHASES
from probe.sanitise import harmless
from probe.store.parquet.arrow_schema import ARROW_TYPES, SCHEMA
from probe.store.parquet.history_schema import COLUMNS, MOST_MS, ColumnKind, HistoryColumn

_AT_A_TIME = 4096
_MOST_COUNT = 2**53
_NO_USAGE = UsagePart()
_NO_PHASES = PhasesPart(None, *[None] * len(PHASES))  # type: ignore[arg-type]


class _CountedRow(NamedTuple):
    """A call with its usage; absent parts are empty ones, so that an attribute path never fails."""

    row: Row
    usage: Counted
    cost_usd: float | None
    phases: PhasesPart


_VALUES: Mapping[str, Callable[[_CountedRow], Any]] = {
    "client_version": attrgetter("row.client.client_version"),
    "round": attrgetter("row.round"),
    "attempt": attrgetter("row.attempt"),
    "step": lambda call: call.row.step + 1,  # people count from 1, as in exports
    "label": attrgetter("row.label"),
    "session_mode": attrgetter("row.session_mode"),
    "started_at": attrgetter("row.started_at"),
    "wall_ms": attrgetter("row.wall_ms"),
    "timeout_ms": attrgetter("row.timeout_ms"),
    "idle_before_ms": attrgetter("row.idle_before_ms"),
    "timed_out": attrgetter("row.timed_out"),
    "outcome": attrgetter("row.diagnosis.outcome"),
    "cause": attrgetter("row.diagnosis.cause"),
    "failed": lambda call: not call.row.as_expected,
    "clean": attrgetter("row.clean"),
    "recovered": attrgetter("row.recovered_silently"),
    "flags": lambda call: ";".join(call.row.diagnosis.flags),
    "requests": lambda call: call.row.wire.attempts if call.row.wire else None,
    "ttft_ms": attrgetter("row.ttft_ms"),
    **{f"{phase}_ms": attrgetter(f"phases.{phase}_ms") for phase in PHASES},
    "model_requested": attrgetter("row.model_requested"),
    "models_served": lambda call: ";".join(call.row.models_served) or None,
    "input_tokens": attrgetter("usage.input_tokens"),
    "output_tokens": attrgetter("usage.output_tokens"),
    "cache_read_tokens": attrgetter("usage.cache_read_tokens"),
    "cache_creation_tokens": attrgetter("usage.cache_creation_tokens"),
    "cost_usd": attrgetter("cost_usd"),
    "request_id": lambda call: _request_id(call.row),
}
"""Takes the value of a column out of a call; the columns of a run are not among them."""


def identity_text(manifest: Manifest) -> str:
    """Return what must be alike for runs to be compared, as JSON."""
    return json.dumps(manifest.identity(), ensure_ascii=False, sort_keys=True)


def run_key(manifest: Manifest) -> str:
    """Return sixteen hex digits that tell a run from others: two machines may use one id in one second."""
    told = "\n".join((manifest.run_id, utc_text(manifest.created_at), manifest.machine.id))
    return sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


class RunTableBuilder:
    """Takes the calls of one run, for `reporting.load_runs.load`, and makes the table of them."""

    def __init__(self) -> None:
        self._waiting: list[Row] = []
        self._batches: list[pa.RecordBatch] = []
        self._stale: set[tuple[int, int]] = set()
        self._last_success: datetime | None = None
        self._first_failures: dict[tuple[Outcome, str | None], datetime] = {}

    def begin_run(self, run_id: str) -> None:
        """Take the calls to come as those of this run, the only one."""

    def add(self, rows: Iterable[Row]) -> None:
        """Take calls of whole rounds that count."""
        self._waiting.extend(rows)
        if len(self._waiting) >= _AT_A_TIME:
            self._convert_waiting()

    def drop(self, stale: Iterable[tuple[int, int]]) -> None:
        """Forget calls, (round, attempt), in whose place a later attempt came."""
        self._stale |= set(stale)

    def build(self, manifest: Manifest) -> pa.Table:
        """Return the table, ordered by round and step."""
        self._convert_waiting()
        table = pa.Table.from_batches(self._batches, _call_schema())
        table = self._without_stale(table).sort_by([("round", "ascending"), ("step", "ascending")])
        shared = _run_columns(manifest)
        parts = {name: _constant(value, len(table)) for name, value in shared.items()}
        parts["party"] = self._parties(table)
        versions = table["client_version"]
        parts["client_version"] = pc.fill_null(versions, _text(manifest.client.version) or pa.scalar(None, pa.string()))
        columns = [parts[name] if name in parts else table[name] for name in COLUMNS]
        return pa.table(columns, schema=SCHEMA)

    def _convert_waiting(self) -> None:
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        calls = [
            _CountedRow(row, usage or _NO_USAGE, cost_usd, row.phases or _NO_PHASES)
            for row, (usage, cost_usd) in zip(rows, spending(rows), strict=True)
        ]
        for row in rows:
            self._note_time(row)
        arrays = [column_array(COLUMNS[name], list(map(value, calls))) for name, value in _VALUES.items()]
        self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=_call_schema()))

    def _note_time(self, row: Row) -> None:
        """Keep when the run last had a success, and when each kind of failure first came."""
        if row.as_expected:
            self._last_success = max(self._last_success or row.started_at, row.started_at)
            return
        kind = row.outcome, row.diagnosis.cause
        self._first_failures[kind] = min(self._first_failures.get(kind, row.started_at), row.started_at)

    def _without_stale(self, table: pa.Table) -> pa.Table:
        if not self._stale:
            return table
        places = zip(table["round"].to_pylist(), table["attempt"].to_pylist(), strict=True)
        return table.filter(pa.array([place not in self._stale for place in places], pa.bool_()))

    def _parties(self, table: pa.Table) -> pa.Array:
        """Return who has to act on each failed call; null for the others."""
        known: dict[tuple[str, str | None], FaultParty] = {}
        for (outcome, cause), first in self._first_failures.items():
            passes = self._last_success is not None and first < self._last_success
            known[outcome.value, _text(cause)] = party_of(outcome, cause, passes=passes)
        kinds = zip(table["outcome"].to_pylist(), table["cause"].to_pylist(), table["failed"].to_pylist(), strict=True)
        return pa.array([known[outcome, cause].value if failed else None for outcome, cause, failed in kinds])


def column_array(column: HistoryColumn, values: list[Any]) -> pa.Array:
    """Return the values as the array of a column; numbers that do not fit are null."""
    match column.kind:
        case ColumnKind.MS:
            return _milliseconds(pa.array(values, pa.float64()))
        case ColumnKind.WORD:
            safe = {word: _text(word) for word in set(values)}
            return pa.array([safe[word] for word in values], pa.string())
        case ColumnKind.COUNT:
            return pa.array([n if n is not None and abs(n) <= _MOST_COUNT else None for n in values], pa.int64())
    return pa.array(values, ARROW_TYPES[column.kind])


def _milliseconds(values: pa.Array) -> pa.Array:
    """Return times in ms as whole microseconds, which is how the type keeps them."""
    fits = pc.less_equal(pc.abs(values), MOST_MS)
    whole = pc.round(pc.multiply(pc.if_else(fits, values, None), 1000.0))
    return pa.Array.from_buffers(ARROW_TYPES[ColumnKind.MS], len(values), pc.cast(whole, pa.int64()).buffers())


def _text(word: str | None) -> str | None:
    return None if word is None else harmless(word).encode("utf-8", "replace").decode()


def _request_id(row: Row) -> str | None:
    """Return the id of the request that counted, the last one."""
    correlation = row.wire.correlation if row.wire else ()
    return best_id(correlation[-1]) if correlation else None


def _constant(value: str | None, n: int) -> pa.Array:
    return pa.repeat(pa.scalar(_text(value), pa.string()), n)


def _call_schema() -> pa.Schema:
    return pa.schema([SCHEMA.field(name) for name in _VALUES])


def _run_columns(manifest: Manifest) -> dict[str, str | None]:
    """Return the columns that are alike in all calls of a run."""
    return {
        "run_key": run_key(manifest),
        "run_id": manifest.run_id,
        "vantage": manifest.vantage,
        "target": manifest.target.name,
        "upstream_kind": manifest.target.kind.value,
        "role": manifest.role.value,
        "way": manifest.way,
        "driver": manifest.driver,
        "workload": manifest.workload.value,
        "scenario": manifest.scenario.name,
        "scenario_digest": manifest.scenario_digest,
        "identity": identity_text(manifest),
        "machine": manifest.machine.id,
        "probe_version": manifest.probe_version,
    }
