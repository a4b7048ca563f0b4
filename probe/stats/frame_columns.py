"""Columns of calls as numbers: how each follows from a stored call."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from probe.model.caching import answer_number
from probe.model.outcome import Flag, Outcome
from probe.model.prompt_prefix import prefix_number
from probe.model.row import PhasesPart, Row, UsagePart, WirePart, WordsPart
from probe.model.spending import spending
from probe.model.wire import PHASES, PhaseSource

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Column = Literal[
    "run",
    "round",
    "step",
    "attempt",
    "started_s",
    "wall_ms",
    "timeout_ms",
    "idle_ms",
    "requests_before",
    "requests",
    "message",
    "ttft_ms",
    "load",
    "cpu_ms",
    "memory_bytes",
    "bits",
    "outcome",
    "cause",
    "served",
    "input",
    "output",
    "cache_read",
    "cache_creation",
    "prefix",
    "cost",
    "retry_at_s",
    "phase_source",
    "boot",
    "retries",
    "connect",
    "wait",
    "stream",
    "exit",
    "unsplit",
]
COLUMNS: tuple[Column, ...] = get_args(Column)
INDEX = {name: index for index, name in enumerate(COLUMNS)}
OUTCOMES = tuple(Outcome)
FLAGS = tuple(Flag)
SOURCES = tuple(PhaseSource)
NOTHING = float("nan")

Bit = Literal["failed", "clean", "timed_out", "recorded", "cached", "reused"]
_BITS: tuple[Bit, ...] = get_args(Bit)
BIT = {bit: 1 << place for place, bit in enumerate(_BITS)}
FLAG_BIT = {flag: 1 << place for place, flag in enumerate(FLAGS, start=len(_BITS))}
_FAILED, _CLEAN, _TIMED_OUT, _RECORDED, _CACHED, _REUSED = (BIT[bit] for bit in _BITS)
_ON_THE_WIRE = _RECORDED | _CACHED | _REUSED

_Witness = WirePart | WordsPart
_NO_USAGE = UsagePart()
_SOURCE_NUMBERS = {source: number for number, source in enumerate(SOURCES)}
_NO_PHASES = PhasesPart(SOURCES[0], *[NOTHING] * len(PHASES))


@dataclass(slots=True)
class Codes:
    """Words that stand in columns as numbers, each with its number: step -> label, cause -> code, models -> code."""

    labels: dict[int, str] = field(default_factory=dict)
    causes: dict[str | None, int] = field(default_factory=dict)
    served: dict[tuple[str, ...], int] = field(default_factory=dict)


def columns_of(rows: Sequence[Row], bits: Sequence[int], run: int, codes: Codes) -> Floats:
    """Return the columns of some calls of a run, (COLUMNS, calls); absent is nan.

    `rows` hold whole rounds in the order in which they were made; `bits` are those of `bits_of`. New words get the next
    numbers in `codes`.
    """
    columns = _Columns(len(rows))
    columns["run"] = run
    columns["bits"] = bits
    witnesses = _witnesses(rows)
    _fill_measured(columns, rows, witnesses)
    _fill_resources(columns, rows)
    _fill_codes(columns, rows, codes)
    _fill_requests(columns, rows)
    _fill_spending(columns, rows)
    _fill_phases(columns, [row.phases or _NO_PHASES for row in rows])
    return columns.data


class _Columns:
    """Columns that are filled by name."""

    def __init__(self, n: int) -> None:
        self.data = np.empty((len(COLUMNS), n))

    def __setitem__(self, column: Column, values: float | Sequence[float | None]) -> None:
        self.data[INDEX[column]] = values  # None becomes nan


def _fill_measured(columns: _Columns, rows: Sequence[Row], witnesses: Sequence[_Witness]) -> None:
    columns["round"] = [row.round for row in rows]
    columns["step"] = [row.step for row in rows]
    columns["attempt"] = [row.attempt for row in rows]
    columns["started_s"] = [row.started_at.timestamp() for row in rows]
    columns["wall_ms"] = [row.wall_ms for row in rows]
    columns["timeout_ms"] = [row.timeout_ms for row in rows]
    columns["idle_ms"] = [row.idle_before_ms for row in rows]
    columns["ttft_ms"] = [witness.ttft_ms for witness in witnesses]


def _fill_resources(columns: _Columns, rows: Sequence[Row]) -> None:
    columns["load"] = [row.load for row in rows]
    columns["cpu_ms"] = [row.cpu_ms for row in rows]
    columns["memory_bytes"] = [row.max_rss_bytes for row in rows]


def _fill_codes(columns: _Columns, rows: Sequence[Row], codes: Codes) -> None:
    labels, causes, served = codes.labels, codes.causes, codes.served
    for row in rows:
        labels.setdefault(row.step, row.label)
    columns["outcome"] = [row.diagnosis.outcome.number for row in rows]
    columns["cause"] = [causes.setdefault(row.diagnosis.cause, len(causes)) for row in rows]
    columns["served"] = [served.setdefault(row.models_served, len(served)) for row in rows]


def _fill_requests(columns: _Columns, rows: Sequence[Row]) -> None:
    columns["requests_before"] = [row.requests_before for row in rows]
    columns["requests"] = [row.wire.attempts if row.wire else 1 for row in rows]
    columns["prefix"] = [prefix_number(row.wire.prefix, row.wire.prefix_chars) if row.wire else None for row in rows]
    columns["message"] = [answer_number(row.wire.message_id) if row.wire else None for row in rows]


def _witnesses(rows: Sequence[Row]) -> list[_Witness]:
    """Return what tells of each answer, as `Judged` has it: the record of the wire, else the client.

    Two properties of a million calls would take a second.
    """
    return [row.wire or row.client for row in rows]


def _fill_spending(columns: _Columns, rows: Sequence[Row]) -> None:
    spent = list(spending(rows))
    usages = [usage or _NO_USAGE for usage, _ in spent]
    columns["input"] = [usage.input_tokens for usage in usages]
    columns["output"] = [usage.output_tokens for usage in usages]
    columns["cache_read"] = [usage.cache_read_tokens for usage in usages]
    columns["cache_creation"] = [usage.cache_creation_tokens for usage in usages]
    columns["cost"] = [cost_usd for _, cost_usd in spent]
    columns["retry_at_s"] = [at.timestamp() if (at := row.diagnosis.retry_at) else None for row in rows]


def _fill_phases(columns: _Columns, phases: Sequence[PhasesPart]) -> None:
    columns["phase_source"] = [-1 if part is _NO_PHASES else _SOURCE_NUMBERS[part.source] for part in phases]
    columns["boot"] = [part.boot_ms for part in phases]
    columns["retries"] = [part.retries_ms for part in phases]
    columns["connect"] = [part.connect_ms for part in phases]
    columns["wait"] = [part.wait_ms for part in phases]
    columns["stream"] = [part.stream_ms for part in phases]
    columns["exit"] = [part.exit_ms for part in phases]
    columns["unsplit"] = [part.unsplit_ms for part in phases]


def bits_of(row: Row) -> int:
    """Return the truths of a call, those of Bit and its flags, as bits of one number."""
    bits = 0 if row.wire is None else _bits_of_wire(row.wire)
    diagnosis = row.diagnosis
    if diagnosis.outcome is row.expected_outcome and not diagnosis.flags and not row.timed_out:
        return bits | _CLEAN
    for flag in diagnosis.flags:
        bits |= FLAG_BIT[flag]
    bits |= _CLEAN if row.clean else 0
    bits |= 0 if row.as_expected else _FAILED
    return bits | (_TIMED_OUT if row.timed_out else 0)


def _bits_of_wire(wire: WirePart) -> int:
    return _RECORDED | (_CACHED if wire.cached else 0) | (_REUSED if wire.connection_reused else 0)


def unusual(bits: Sequence[int]) -> list[int]:
    """Return the indices of the calls that are not clean, or have a flag."""
    return np.flatnonzero(np.array(bits) & ~_ON_THE_WIRE != _CLEAN).tolist()
