"""Read scripted runs as OpenTelemetry spans, round by round, so that a run of any size needs little memory."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

from probe.diagnose.exchange_failures import failure_of, main_exchanges
from probe.diagnose.exchange_text import ending_of, endings_of
from probe.diagnose.recorded_requests import classify_by_status
from probe.errors import StoreError
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.model.row import Row
from probe.otlp.attempt_span import TracedAttempt
from probe.otlp.run_spans import RoundSpans, TracedCall, run_resource
from probe.otlp.trace_span import Attributes, SpanBatch, TraceSpan
from probe.reporting.failure_times import FailureTimes
from probe.reporting.find_runs import Place, places
from probe.reporting.load_runs import load_rows, originals_in
from probe.store import StoredRun, iterate_rounds, open_run, read_exchanges

_AT_ONCE = 512
"""Spans of a batch, as OpenTelemetry's own exporters send them."""
_MESSAGES = frozenset({RequestKind.MAIN, RequestKind.BACKGROUND})
_NO_FAILURE = frozenset({Outcome.OK, Outcome.INTERRUPTED})


class RunTraces:
    """The spans of runs. Count `spans` and `corrupt`, by run id and file, once they are read."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.spans = 0
        self.corrupt: Counter[tuple[str, str]] = Counter()
        self._places = places(paths)

    def batches(self) -> Iterator[SpanBatch]:
        """Yield all spans, batch by batch. Raises StoreError and UsageError."""
        for place in self._places:
            run = _PlacedRun(place)
            for batch in in_batches(run_resource(run.run_id, run.stored.manifest), self._spans(run)):
                self.spans += len(batch.spans)
                yield batch
            self.corrupt.update({(run.run_id, file): count for file, count in run.stored.corrupt.items()})

    def _spans(self, run: "_PlacedRun") -> Iterator[TraceSpan]:
        """Read a run twice: who has to act on a failure depends on whether a later call succeeded."""
        failures = FailureTimes()
        for rows in _PlacedRun(run.place).rounds():
            for row in rows:
                failures.note(row.outcome, row.diagnosis.cause, row.started_at, failed=not row.as_expected)
        builder = RoundSpans(run.run_id, run.stored.manifest)
        for rows in run.rounds():
            calls = [self._traced(run, row, failures) for row in rows]
            if calls:
                yield from builder.spans(calls)

    def _traced(self, run: "_PlacedRun", row: Row, failures: FailureTimes) -> TracedCall:
        party = None if row.as_expected else failures.party(row.outcome, row.diagnosis.cause)
        try:
            exchanges = read_exchanges(run.place.path, row)
        except StoreError as error:
            self.corrupt[run.run_id, str(error.path)] += 1
            exchanges = None
        return TracedCall(row, party, None if exchanges is None else list(_attempts(exchanges)))


class _PlacedRun:
    """A run, or what the original script left, whose rounds are read once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._original_rows: list[Row] | None = None
        if originals_in(place.path):
            self.stored = StoredRun(place.path)
            _, self.run_id, self._original_rows, _ = load_rows(place)
        else:
            self.stored = open_run(place.path)
            self.run_id = self.stored.manifest.run_id if self.stored.manifest else place.path.name

    def rounds(self) -> Iterator[list[Row]]:
        """Yield the calls of each round."""
        if self._original_rows is None:
            yield from iterate_rounds(self.stored)
            return
        for _, rows in groupby(self._original_rows, lambda row: row.round):
            yield list(rows)


def in_batches(resource: Attributes, spans: Iterable[TraceSpan]) -> Iterator[SpanBatch]:
    """Yield spans of one resource in batches."""
    left = iter(spans)
    while some := list(islice(left, _AT_ONCE)):
        yield SpanBatch(resource, some)


def traced(exchange: Exchange, attempt: int | None, ending: str | None = None) -> TracedAttempt:
    """Return an exchange with what it came to; of one that asks for no message, the status alone tells."""
    if exchange.kind in _MESSAGES:
        failure = failure_of(exchange)
        return TracedAttempt(exchange, attempt, ending or ending_of(exchange), failure[0] if failure else None)
    outcome = classify_by_status(exchange).outcome
    told = str(exchange.status or exchange.end)
    return TracedAttempt(exchange, attempt, told, None if outcome in _NO_FAILURE else outcome)


def _attempts(exchanges: Sequence[Exchange]) -> Iterator[TracedAttempt]:
    """Yield exchanges; those that ask for the answer with their numbers, from 1."""
    mains = main_exchanges(exchanges)
    endings = endings_of(mains)
    numbers = {exchange.sequence: number for number, exchange in enumerate(mains, start=1)}
    for exchange in exchanges:
        number = numbers.get(exchange.sequence)
        yield traced(exchange, number, endings[number - 1] if number else None)
