"""Calls as typed columns, from which data frames are made: some hundred calls at a time, never row by row."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from probe.api.columns import (
    ABSENT,
    AT_A_TIME,
    Column,
    Columns,
    ColumnSource,
    Dtype,
    FillingColumns,
    as_categories,
)
from probe.model.client import Counted
from probe.model.row import PhasesPart, Row, UsagePart, WirePart
from probe.model.run_manifest import Manifest
from probe.model.spending import spending
from probe.model.wire import PHASES
from probe.stats.durations import Bools, Floats, at_least_ms

Indices = NDArray[np.intp]


class _CountedCall(NamedTuple):
    """A stored call with its usage; absent parts are empty ones, so that an attribute path never fails."""

    row: Row
    usage: Counted
    cost_usd: float | None
    wire: WirePart
    phases: PhasesPart


_NO_USAGE = UsagePart()
_NO_WIRE = WirePart(attempts=None)  # type: ignore[arg-type]
_NO_PHASES = PhasesPart(None, *[None] * len(PHASES))  # type: ignore[arg-type]


_SOURCES: dict[str, ColumnSource[_CountedCall]] = {
    "round": ColumnSource(Dtype.INT, attrgetter("row.round")),
    "attempt": ColumnSource(Dtype.INT, attrgetter("row.attempt")),
    "step": ColumnSource(Dtype.INT, lambda call: call.row.step + 1),  # people count from 1, and so does the CSV
    "label": ColumnSource(Dtype.CATEGORY, attrgetter("row.label")),
    "session_mode": ColumnSource(Dtype.CATEGORY, attrgetter("row.session_mode")),
    "session_id": ColumnSource(Dtype.TEXT, lambda call: call.row.served_session_id or call.row.session_id),
    "started_at": ColumnSource(Dtype.MOMENT, lambda call: call.row.started_at.timestamp()),
    "wall_ms": ColumnSource(Dtype.FLOAT, attrgetter("row.wall_ms")),
    "timeout_ms": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter("row.timeout_ms")),
    "idle_before_ms": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter("row.idle_before_ms")),
    "timed_out": ColumnSource(Dtype.BOOL, attrgetter("row.timed_out")),
    "return_code": ColumnSource(Dtype.NULLABLE_INT, attrgetter("row.return_code")),
    "outcome": ColumnSource(Dtype.CATEGORY, attrgetter("row.diagnosis.outcome")),
    "cause": ColumnSource(Dtype.CATEGORY, attrgetter("row.diagnosis.cause")),
    "flags": ColumnSource(Dtype.CATEGORY, attrgetter("row.diagnosis.flags")),
    "expected_outcome": ColumnSource(Dtype.CATEGORY, attrgetter("row.expected_outcome")),
    "ok": ColumnSource(Dtype.BOOL, attrgetter("row.as_expected")),
    "clean": ColumnSource(Dtype.BOOL, attrgetter("row.clean")),
    "ttft_ms": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter("row.ttft_ms")),
    "model_requested": ColumnSource(Dtype.CATEGORY, attrgetter("row.model_requested")),
    "models_served": ColumnSource(Dtype.CATEGORY, attrgetter("row.models_served")),
    "input_tokens": ColumnSource(Dtype.NULLABLE_INT, attrgetter("usage.input_tokens")),
    "output_tokens": ColumnSource(Dtype.NULLABLE_INT, attrgetter("usage.output_tokens")),
    "cache_read_tokens": ColumnSource(Dtype.NULLABLE_INT, attrgetter("usage.cache_read_tokens")),
    "cache_creation_tokens": ColumnSource(Dtype.NULLABLE_INT, attrgetter("usage.cache_creation_tokens")),
    "cost_usd": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter("cost_usd")),
    "retry_at": ColumnSource(
        Dtype.MOMENT, lambda call: at.timestamp() if (at := call.row.diagnosis.retry_at) else None
    ),
    "cpu_ms": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter("row.cpu_ms")),
    "max_rss_bytes": ColumnSource(Dtype.NULLABLE_INT, attrgetter("row.max_rss_bytes")),
    "client_version": ColumnSource(Dtype.CATEGORY, attrgetter("row.client.client_version")),
    "evidence": ColumnSource(Dtype.TEXT, lambda call: call.row.diagnosis.evidence or None),
    "requests": ColumnSource(Dtype.NULLABLE_INT, attrgetter("wire.attempts")),
    "requests_before": ColumnSource(Dtype.NULLABLE_INT, attrgetter("row.requests_before")),
    "cached": ColumnSource(Dtype.BOOL, attrgetter("wire.cached")),
    "load": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter("row.load")),
    "phases_source": ColumnSource(Dtype.CATEGORY, attrgetter("phases.source")),
    **{f"{phase}_ms": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter(f"phases.{phase}_ms")) for phase in PHASES},
}
_OF_RUN: dict[str, Callable[[Manifest], str | None]] = {
    "driver": lambda manifest: manifest.driver,
    "workload": lambda manifest: manifest.workload,
    "target": lambda manifest: manifest.target.name,
    "upstream_kind": lambda manifest: manifest.target.kind,
    "scenario": lambda manifest: manifest.scenario.name,
    "scenario_digest": lambda manifest: manifest.scenario_digest,
    "machine": lambda manifest: manifest.machine.id,
    "role": lambda manifest: manifest.role,
    "vantage": lambda manifest: manifest.vantage,
}


class ColumnBuilder:
    """Takes the calls of runs, one run after the other, for `reporting.load_runs.load`."""

    def __init__(self) -> None:
        self._filling = FillingColumns(_SOURCES)
        self._waiting: list[Row] = []
        self._run_ids: list[str] = []
        self._ends: list[int] = []
        self._stale: list[tuple[int, int, int]] = []
        self._calls = 0

    def begin_run(self, run_id: str) -> None:
        """Take the calls to come as those of this run."""
        self._end_run()
        self._run_ids.append(run_id)

    def add(self, rows: Iterable[Row]) -> None:
        """Take calls of whole rounds that count."""
        self._waiting.extend(rows)
        if len(self._waiting) >= AT_A_TIME:
            self._fill()

    def drop(self, stale: Iterable[tuple[int, int]]) -> None:
        """Forget calls of the current run, (round, attempt), in whose place a later attempt came."""
        self._stale += [(len(self._run_ids) - 1, number, attempt) for number, attempt in stale]

    def build(self, manifests: Sequence[Manifest | None]) -> dict[str, Column]:
        """Return all columns, of equal length, ordered by run, round and step. `manifests` are those of the runs.

        `run` counts the runs from 0: two machines may begin runs of one id in the same second. The calls are
        handed over: the builder is empty afterwards.
        """
        self._end_run()
        run = np.repeat(np.arange(len(self._ends)), np.diff([0, *self._ends]))
        columns = self._filling.take()
        order = self._order(run, columns)
        if not np.array_equal(order, np.arange(len(run))):
            run = run[order]
            columns = {name: column.take(order) for name, column in columns.items()}
        columns["run"] = Column(Dtype.INT, run)
        columns["run_id"] = Column(Dtype.CATEGORY, *as_categories(run, self._run_ids))
        return columns | _durations(columns, run) | _of_run(manifests, run, columns["client_version"])

    def _order(self, run: Indices, columns: Columns) -> Indices:
        """Return the places of the calls that count, in the order of runs, rounds and steps."""
        number, step, attempt = (columns[name].values for name in ("round", "step", "attempt"))
        order = np.lexsort((step, number, run))
        if self._stale:
            gone = set(self._stale)
            places = np.column_stack([run, number, attempt]).astype(np.int64)[order].tolist()
            order = order[np.array([tuple(place) not in gone for place in places], dtype=np.bool_)]
        return order

    def _end_run(self) -> None:
        self._fill()
        if self._run_ids:
            self._ends.append(self._calls)

    def _fill(self) -> None:
        """Turn the calls that wait into columns."""
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        calls = [
            _CountedCall(row, usage or _NO_USAGE, cost_usd, row.wire or _NO_WIRE, row.phases or _NO_PHASES)
            for row, (usage, cost_usd) in zip(rows, spending(rows), strict=True)
        ]
        self._filling.extend(calls)
        self._calls += len(rows)


def _of_run(manifests: Sequence[Manifest | None], run: Indices, versions: Column) -> dict[str, Column]:
    """Return the columns that are alike in all calls of a run, and the client's version where a call did not say it."""
    columns = {}
    for name, value in _OF_RUN.items():
        texts = [value(manifest) if manifest else None for manifest in manifests]
        columns[name] = Column(Dtype.CATEGORY, *as_categories(run, texts))
    codes = np.where(versions.values == ABSENT, run + len(versions.categories), versions.values)
    of_runs = [manifest.client.version if manifest else None for manifest in manifests]
    columns["client_version"] = Column(Dtype.CATEGORY, *as_categories(codes, [*versions.categories, *of_runs]))
    return columns


def _durations(columns: Columns, run: Indices) -> dict[str, Column]:
    """Return what calls took at least, and of which calls no more than that is known."""
    wall_ms: Floats = columns["wall_ms"].values
    failed: Bools = ~columns["ok"].values
    timeout_ms = _with_timeouts(wall_ms, columns["timeout_ms"].values, failed, run)
    return {
        "duration_ms": Column(Dtype.FLOAT, at_least_ms(wall_ms, timeout_ms, failed)),
        "censored": Column(Dtype.BOOL, failed),
    }


def _with_timeouts(wall_ms: Floats, timeout_ms: Floats, failed: Bools, run: Indices) -> Floats:
    """Return timeouts in which a failed call without one, as in the original script, has its run's longest time.

    By the time of a quick error it would count as a quick call.
    """
    endless = failed & np.isnan(timeout_ms)
    filled = timeout_ms.copy()
    for number in np.unique(run[endless]):
        of_run = run == number
        filled[endless & of_run] = np.nanmax([wall_ms[of_run], timeout_ms[of_run]])
    return filled
