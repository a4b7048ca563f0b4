"""The columns of the history: their types in a file, and how a query sees them."""

from dataclasses import dataclass
from enum import Enum

HISTORY_VERSION = 1
"""The version in each file's metadata. A new column does not raise it: older files lack the column, and it is null."""
VERSION_KEY = b"probe.history.version"
RUNS_KEY = b"probe.history.runs"
"""The key of the metadata that holds the keys of the runs in a file, joined by commas."""

MOST_MS = 1e12
"""A longer time is no measurement (30 years), and does not fit."""


class ColumnKind(Enum):
    """ColumnKind of a column's values: the type that a query sees; that in a file is in `arrow_schema`.

    Times are kept as whole microseconds, which takes a third of the space of floating-point numbers.
    """

    WORD = "word", "VARCHAR"
    COUNT = "count", "BIGINT"
    TRUTH = "truth", "BOOLEAN"
    MONEY = "money", "DOUBLE"
    MS = "ms", "DOUBLE"
    MOMENT = "moment", "TIMESTAMP"

    def __init__(self, _: str, sql: str) -> None:
        self.sql = sql


@dataclass(frozen=True, slots=True)
class HistoryColumn:
    """A column. Words that nearly every call has of its own are not `repeated`."""

    kind: ColumnKind
    repeated: bool = True


WORD, COUNT, TRUTH, MS = (
    HistoryColumn(kind) for kind in (ColumnKind.WORD, ColumnKind.COUNT, ColumnKind.TRUTH, ColumnKind.MS)
)

COLUMNS: dict[str, HistoryColumn] = {
    "run_key": WORD,
    "run_id": WORD,
    "vantage": WORD,
    "target": WORD,
    "upstream_kind": WORD,
    "role": WORD,
    "way": WORD,
    "driver": WORD,
    "workload": WORD,
    "scenario": WORD,
    "scenario_digest": WORD,
    "identity": WORD,
    "machine": WORD,
    "client_version": WORD,
    "probe_version": WORD,
    "round": COUNT,
    "attempt": COUNT,
    "step": COUNT,
    "label": WORD,
    "session_mode": WORD,
    "started_at": HistoryColumn(ColumnKind.MOMENT),
    "wall_ms": MS,
    "timeout_ms": MS,
    "idle_before_ms": MS,
    "timed_out": TRUTH,
    "outcome": WORD,
    "cause": WORD,
    "party": WORD,
    "failed": TRUTH,
    "clean": TRUTH,
    "recovered": TRUTH,
    "flags": WORD,
    "requests": COUNT,
    "ttft_ms": MS,
    "boot_ms": MS,
    "retries_ms": MS,
    "connect_ms": MS,
    "wait_ms": MS,
    "stream_ms": MS,
    "exit_ms": MS,
    "unsplit_ms": MS,
    "model_requested": WORD,
    "models_served": WORD,
    "input_tokens": COUNT,
    "output_tokens": COUNT,
    "cache_read_tokens": COUNT,
    "cache_creation_tokens": COUNT,
    "cost_usd": HistoryColumn(ColumnKind.MONEY),
    "request_id": HistoryColumn(ColumnKind.WORD, repeated=False),
}
"""The columns in the order of a file; names are those of `probe export` where it has them."""
