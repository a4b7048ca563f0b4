"""Write the exchanges of runs as a HAR file: a page a call, an entry a request."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from probe.errors import StoreError, UsageError
from probe.model.correlation import best_id
from probe.model.exchange import Exchange
from probe.model.request_kind import RequestKind
from probe.model.row import Row
from probe.model.run_manifest import Manifest
from probe.render.call_words import shown_outcome
from probe.render.har import HarBodies, har_entry, har_file, har_page
from probe.reporting.export_otlp import traced
from probe.reporting.find_runs import Place, places
from probe.reporting.load_runs import load_rows
from probe.store import read_bodies, read_exchanges


class HarExport:
    """A HAR file of runs, made a call at a time. Count `entries` and `corrupt`, by run id and file, once it is read."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.entries = 0
        self.corrupt: Counter[tuple[str, str]] = Counter()
        self._places = places(paths)

    def parts(self) -> Iterator[bytes]:
        """Yield the file in parts. Raises UsageError, before anything else, where no exchange is stored."""
        if not any(self._calls()):
            raise UsageError(
                "no request is stored: nothing stood between the client and its upstream",
                remedy="Name a run that was made with the recorder, without --no-recorder.",
            )
        yield from har_file(self._pages(), self._entries())

    def _calls(self) -> Iterator[tuple[Place, Manifest, str, Row]]:
        """Yield the calls of which exchanges were recorded; a run's calls are held one run at a time."""
        for place in self._places:
            manifest, run_id, rows, corrupt = load_rows(place)
            self.corrupt.update({(run_id, file): count for file, count in corrupt.items()})
            if manifest is not None:
                yield from ((place, manifest, run_id, row) for row in rows if row.wire is not None)

    def _pages(self) -> Iterator[dict[str, Any]]:
        for _, _, run_id, row in self._calls():
            title = f"{run_id} round {row.round} {row.label}: {shown_outcome(row.outcome, row.diagnosis.cause)}"
            yield har_page(_page(run_id, row), title, row.started_at, row.wall_ms)

    def _entries(self) -> Iterator[dict[str, Any]]:
        self.corrupt.clear()
        for place, manifest, run_id, row in self._calls():
            try:
                exchanges = read_exchanges(place.path, row) or ()
            except StoreError as error:
                self.corrupt[run_id, str(error.path)] += 1
                continue
            for exchange, attempt in _with_attempts(exchanges):
                self.entries += 1
                yield har_entry(
                    exchange,
                    row.started_at,
                    manifest.target.base_url,
                    _page(run_id, row),
                    _ours(manifest, run_id, row, exchange, attempt),
                    _bodies(place.path, row, exchange.sequence),
                )


def _page(run_id: str, row: Row) -> str:
    return f"{run_id}/{row.round}/{row.label}"


def _with_attempts(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, int | None]]:
    """Yield exchanges with their numbers among the main requests of their call, from 1; None for another kind."""
    attempts = 0
    for exchange in exchanges:
        is_main = exchange.kind is RequestKind.MAIN
        attempts += is_main
        yield exchange, attempts if is_main else None


def _ours(manifest: Manifest, run_id: str, row: Row, exchange: Exchange, attempt: int | None) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "target": manifest.target.name,
        "role": manifest.role,
        "round": row.round,
        "call": row.label,
        "call_outcome": row.outcome,
        "kind": exchange.kind,
        "attempt": attempt,
        "ended_as": traced(exchange, attempt).ending,
        "request_id": best_id(exchange.correlation),
    }


def _bodies(run: Path, row: Row, sequence: int) -> HarBodies | None:
    """Return the bodies where they were kept: with --record-bodies."""
    kept = read_bodies(run, row, sequence)
    return HarBodies(*kept) if kept else None
