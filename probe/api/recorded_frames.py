"""Data frames of recordings: a row a request, or a row an exchange."""

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from probe.api.columns import ColumnSource, Dtype, FillingColumns
from probe.api.exchanges import exchange_sources
from probe.api.frames import frame_of
from probe.model.client import ModelUsage
from probe.model.exchange import Exchange
from probe.model.recorded_events import RequestFacts
from probe.model.recorded_request import RecordedRequest
from probe.reporting.load_recording import ended_exchanges, load_recording
from probe.stats.request_table import REQUEST_COLUMNS, request_rows

_NO_USAGE = ModelUsage()
_TEXTS = frozenset({"endings", "request_ids", "evidence", "exchanges"})
"""Columns of texts that are different nearly each time."""
_MOMENTS = frozenset({"begun_at", "retry_at"})
_DTYPES = {int: Dtype.NULLABLE_INT, float: Dtype.NULLABLE_FLOAT, bool: Dtype.BOOL, str: Dtype.CATEGORY}


class _RequestItem(NamedTuple):
    request: RecordedRequest
    cells: Mapping[str, Any]


class _RecordedExchange(NamedTuple):
    """An exchange, and the request that it is an attempt at."""

    run_id: str
    request: int
    attempt: int
    outcome: str
    begun_s: float
    facts: RequestFacts
    exchange: Exchange
    usage: ModelUsage


def _request_source(name: str, kind: type) -> ColumnSource[_RequestItem]:
    if name in _MOMENTS:
        moment = attrgetter(f"request.{name}")
        return ColumnSource(Dtype.MOMENT, lambda item: at.timestamp() if (at := moment(item)) else None)
    cell = itemgetter(name)
    dtype = Dtype.TEXT if name in _TEXTS else _DTYPES[kind]
    return ColumnSource(dtype, lambda item: cell(item.cells))


_REQUESTS = {name: _request_source(name, kind) for name, kind in REQUEST_COLUMNS.items()}
_EXCHANGES: Mapping[str, ColumnSource[Any]] = {
    "run_id": ColumnSource(Dtype.CATEGORY, attrgetter("run_id")),
    "request": ColumnSource(Dtype.INT, attrgetter("request")),
    "attempt": ColumnSource(Dtype.INT, attrgetter("attempt")),
    "outcome": ColumnSource(Dtype.CATEGORY, attrgetter("outcome")),
    "begun_at": ColumnSource(Dtype.MOMENT, attrgetter("begun_s")),
    "session_id": ColumnSource(Dtype.CATEGORY, attrgetter("facts.session_id")),
    "agent_type": ColumnSource(Dtype.CATEGORY, attrgetter("facts.agent_type")),
    "user_agent": ColumnSource(Dtype.CATEGORY, attrgetter("facts.user_agent")),
    **exchange_sources(),
}


def requests_frame(paths: Sequence[Path]) -> pd.DataFrame:
    """Return a row for each request of these recordings. See `Runs.requests`."""
    columns = FillingColumns(_REQUESTS)
    for path in paths:
        recording = load_recording(path)
        rows = request_rows(recording.requests, recording.manifest)
        columns.extend([_RequestItem(*item) for item in zip(recording.requests, rows, strict=True)])
    return frame_of(columns.take())


def recorded_exchanges_frame(paths: Sequence[Path]) -> pd.DataFrame:
    """Return a row for each exchange of these recordings. See `Runs.exchanges`."""
    columns = FillingColumns(_EXCHANGES)
    for path in paths:
        columns.extend(list(_exchanges(path)))
    return frame_of(columns.take())


def _exchanges(path: Path) -> Iterator[_RecordedExchange]:
    recording = load_recording(path)
    places = {
        sequence: (request, attempt)
        for request in recording.requests
        for attempt, sequence in enumerate(request.sequences, start=1)
    }
    for event in ended_exchanges(path):
        if event.sequence in places:
            request, attempt = places[event.sequence]
            yield _RecordedExchange(
                run_id=recording.manifest.run_id,
                request=request.number,
                attempt=attempt,
                outcome=request.outcome,
                begun_s=event.begun_at.timestamp(),
                facts=event.facts,
                exchange=event.exchange,
                usage=event.exchange.usage or _NO_USAGE,
            )
