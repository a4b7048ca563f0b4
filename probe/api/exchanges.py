"""A data frame of HTTP exchanges, whose columns are the fields of `Exchange`."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, get_args

import pandas as pd

from probe.api.columns import AT_A_TIME, ColumnSource, Dtype, FillingColumns
from probe.api.frames import frame_of
from probe.errors import StoreError
from probe.model.client import ModelUsage
from probe.model.exchange import Exchange
from probe.model.row import Row
from probe.model.run_manifest import Manifest
from probe.reporting.find_runs import places
from probe.reporting.load_runs import load_rows
from probe.store import read_exchanges


class _CallExchange(NamedTuple):
    """An exchange, and the call that it belongs to."""

    run_id: str
    manifest: Manifest | None
    row: Row
    exchange: Exchange
    usage: ModelUsage


_NO_USAGE = ModelUsage()
_DTYPES = {
    (float, True): Dtype.NULLABLE_FLOAT,
    (int, True): Dtype.NULLABLE_INT,
    (int, False): Dtype.INT,
    (bool, True): Dtype.NULLABLE_BOOL,
    (bool, False): Dtype.BOOL,
}
"""Type of a field, and whether it may be None -> type of the column; texts and enums are categories."""
_TEXTS = frozenset({"message_id", "error_message", "failure_detail", "location"})
"""Fields of texts that are different nearly each time."""


def _source(name: str, annotation: Any) -> ColumnSource[_CallExchange]:
    """Return where a field's column comes from."""
    types = get_args(annotation) or (annotation,)
    dtype = Dtype.TEXT if name in _TEXTS else _DTYPES.get((types[0], NoneType in types), Dtype.CATEGORY)
    return ColumnSource(dtype, attrgetter(f"exchange.{name}"))


def _manifest_text(name: str) -> ColumnSource[_CallExchange]:
    value = attrgetter(name)
    return ColumnSource(Dtype.CATEGORY, lambda found: value(found.manifest) if found.manifest else None)


def _correlation(found: _CallExchange) -> str | None:
    return ";".join(f"{name}: {value}" for name, value in found.exchange.correlation.items()) or None


def _begun_s(found: _CallExchange) -> float:
    return found.row.started_at.timestamp() + (found.exchange.begun_at_ms or 0.0) / 1000


def exchange_sources() -> dict[str, ColumnSource[Any]]:
    """Return the columns of an exchange's own fields, of items that have an `exchange` and its `usage`."""
    return {
        **{name: _source(name, field.annotation) for name, field in Exchange.model_fields.items() if name != "usage"},
        "retry_at": ColumnSource(
            Dtype.MOMENT, lambda found: at.timestamp() if (at := found.exchange.retry_at) else None
        ),
        "correlation": ColumnSource(Dtype.TEXT, _correlation),
        "good": ColumnSource(Dtype.BOOL, attrgetter("exchange.good")),
        "wait_ms": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter("exchange.wait_ms")),
        "ttft_ms": ColumnSource(Dtype.NULLABLE_FLOAT, attrgetter("exchange.ttft_ms")),
        "input_tokens": ColumnSource(Dtype.NULLABLE_INT, attrgetter("usage.input_tokens")),
        "output_tokens": ColumnSource(Dtype.NULLABLE_INT, attrgetter("usage.output_tokens")),
        "cache_read_tokens": ColumnSource(Dtype.NULLABLE_INT, attrgetter("usage.cache_read_tokens")),
    }


_SOURCES: Mapping[str, ColumnSource[_CallExchange]] = {
    "run_id": ColumnSource(Dtype.CATEGORY, attrgetter("run_id")),
    "target": _manifest_text("target.name"),
    "role": _manifest_text("role"),
    "round": ColumnSource(Dtype.INT, attrgetter("row.round")),
    "attempt": ColumnSource(Dtype.INT, attrgetter("row.attempt")),
    "step": ColumnSource(Dtype.INT, lambda found: found.row.step + 1),
    "label": ColumnSource(Dtype.CATEGORY, attrgetter("row.label")),
    "outcome": ColumnSource(Dtype.CATEGORY, attrgetter("row.diagnosis.outcome")),
    **exchange_sources(),
    "vantage": _manifest_text("vantage"),
    "begun_at": ColumnSource(Dtype.MOMENT, _begun_s),
}


def exchanges_frame(paths: Sequence[Path]) -> pd.DataFrame:
    """Return a row for each exchange of the calls that count. See `Runs.exchanges`.

    `attrs["unreadable"]` counts by run id the calls whose record cannot be read.
    """
    columns = FillingColumns(_SOURCES)
    unreadable: Counter[str] = Counter()
    waiting: list[_CallExchange] = []
    for found in _exchanges(paths, unreadable):
        waiting.append(found)
        if len(waiting) == AT_A_TIME:
            columns.extend(waiting)
            waiting.clear()
    columns.extend(waiting)
    frame = frame_of(columns.take())
    frame.attrs["unreadable"] = dict(unreadable)
    return frame


def _exchanges(paths: Sequence[Path], unreadable: Counter[str]) -> Iterator[_CallExchange]:
    for place in places(paths):
        manifest, run_id, rows, _ = load_rows(place)
        for row in rows:
            try:
                exchanges = read_exchanges(place.path, row) or ()
            except StoreError:
                unreadable[run_id] += 1
                continue
            for exchange in exchanges:
                yield _CallExchange(run_id, manifest, row, exchange, exchange.usage or _NO_USAGE)
