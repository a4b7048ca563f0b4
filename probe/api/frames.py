"""Data frames of calls, rounds and phases, made from columns."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probe.api import censored_accessor  # noqa: F401 - makes `frame.probe` known
from probe.api.columns import ABSENT, Column, Columns, Dtype
from probe.model.wire import PHASES
from probe.stats.call_table import COLUMNS as CSV_COLUMNS

CALL_COLUMNS = (
    *CSV_COLUMNS,
    "duration_ms",
    "censored",
    "role",
    "requests",
    "requests_before",
    "cached",
    "load",
    "evidence",
)
_KEY = ("run_id", "target", "role", "driver", "scenario", "round", "attempt", "step", "label", "vantage")
_OF_ROUND = (
    "run_id",
    "target",
    "role",
    "driver",
    "scenario",
    "round",
    "attempt",
    "started_at",
    "idle_before_ms",
    "vantage",
)
_OF_STEP = ("outcome", "duration_ms", "censored", "ttft_ms")
_NULLABLE = {
    Dtype.FLOAT: Dtype.NULLABLE_FLOAT,
    Dtype.BOOL: Dtype.NULLABLE_BOOL,
    Dtype.NULLABLE_FLOAT: Dtype.NULLABLE_FLOAT,
}
"""Types of the columns of `_OF_STEP` where a round may lack a step."""


def calls_frame(columns: Columns) -> pd.DataFrame:
    """Return a row a call: the columns of `probe export`, then more. See `Runs.calls`."""
    return frame_of({name: columns[name] for name in CALL_COLUMNS})


def phases_frame(columns: Columns) -> pd.DataFrame:
    """Return a row for each phase of each call whose time could be split. See `Runs.phases`."""
    source = columns["phases_source"]
    known = np.flatnonzero(source.values != ABSENT)
    chosen = np.repeat(known, len(PHASES))
    parts = {name: columns[name].take(chosen) for name in (*_KEY, "outcome", "ok")}
    parts["source"] = source.take(chosen)
    codes = np.tile(np.arange(len(PHASES), dtype=np.int32), len(known))
    parts["phase"] = Column(Dtype.CATEGORY, codes, PHASES)
    times = np.column_stack([columns[f"{phase}_ms"].values[known] for phase in PHASES])
    parts["phase_ms"] = Column(Dtype.FLOAT, times.reshape(-1))
    return frame_of(parts)


def rounds_frame(columns: Columns) -> pd.DataFrame:
    """Return a row a round, the calls of its steps side by side. See `Runs.rounds`."""
    run, number = columns["run"].values, columns["round"].values
    is_first = np.ones(len(run), dtype=np.bool_)
    is_first[1:] = (np.diff(run) != 0) | (np.diff(number) != 0)
    first, place = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    parts = {name: columns[name].take(first) for name in _OF_ROUND}
    parts["calls"] = Column(Dtype.INT, np.bincount(place, minlength=len(first)))
    parts["failed"] = Column(Dtype.INT, np.bincount(place, columns["censored"].values, len(first)))
    parts["cost_usd"] = Column(Dtype.NULLABLE_FLOAT, _sums(columns["cost_usd"].values, place, len(first)))
    label = columns["label"]
    for code, name in enumerate(label.categories):
        calls = np.flatnonzero(label.values == code)
        call_of = np.full(len(first), ABSENT)
        call_of[place[calls]] = calls
        parts |= {f"{name}_{part}": _taken_if_any(columns[part], call_of) for part in _OF_STEP}
    return frame_of(parts)


def frame_of(columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return a frame with these columns."""
    return pd.DataFrame({name: _ARRAYS[column.dtype](column) for name, column in columns.items()}, copy=False)


def _taken_if_any(column: Column, chosen: NDArray[np.intp]) -> Column:
    """Return the chosen values, absent where ABSENT is chosen."""
    if column.dtype is Dtype.CATEGORY:
        return Column(Dtype.CATEGORY, np.where(chosen == ABSENT, ABSENT, column.values[chosen]), column.categories)
    return Column(_NULLABLE[column.dtype], np.where(chosen == ABSENT, np.nan, column.values[chosen]))


def _sums(values: NDArray[np.float64], place: NDArray[np.intp], n: int) -> NDArray[np.float64]:
    """Return the sum of what is known at each place, nan where nothing is."""
    known = ~np.isnan(values)
    sums = np.bincount(place[known], values[known], n).astype(np.float64)
    sums[np.bincount(place[known], minlength=n) == 0] = np.nan
    return sums


def _moments(column: Column) -> pd.DatetimeIndex:
    """Return UTC times to the microsecond, from seconds."""
    absent = np.isnan(column.values)
    microseconds = np.round(np.where(absent, 0.0, column.values) * 1e6).astype("M8[us]")
    microseconds[absent] = np.datetime64("NaT")
    return pd.DatetimeIndex(microseconds, tz="UTC")


def _nullable_bool(column: Column) -> pd.arrays.BooleanArray:
    absent = np.isnan(column.values)
    return pd.arrays.BooleanArray(np.where(absent, 0, column.values).astype(np.bool_), absent)


def _nullable_int(column: Column) -> pd.arrays.IntegerArray:
    absent = np.isnan(column.values)
    return pd.arrays.IntegerArray(np.where(absent, 0, column.values).astype(np.int64), absent)


_ARRAYS: Mapping[Dtype, Callable[[Column], object]] = {
    Dtype.FLOAT: lambda column: column.values,
    Dtype.INT: lambda column: column.values.astype(np.int64, copy=False),
    Dtype.BOOL: lambda column: column.values,
    Dtype.NULLABLE_FLOAT: lambda column: pd.arrays.FloatingArray(column.values, np.isnan(column.values)),
    Dtype.NULLABLE_INT: _nullable_int,
    Dtype.NULLABLE_BOOL: _nullable_bool,
    Dtype.MOMENT: _moments,
    Dtype.CATEGORY: lambda column: pd.Categorical.from_codes(column.values, pd.Index(column.categories, dtype="str")),
    Dtype.TEXT: lambda column: pd.array(column.values, dtype="string"),
}
"""Makes the pandas array of a column."""
