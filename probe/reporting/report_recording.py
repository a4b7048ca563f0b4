"""Build the report of a recording from the store alone."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from probe.diagnose.recorded_requests import exchanges_of
from probe.model.chart import Waterfall
from probe.model.exchange import Exchange
from probe.model.recorded_events import ExchangeEnded
from probe.model.recorded_report import RecordedReport
from probe.model.recorded_request import RecordedRequest
from probe.reporting.load_recording import LoadedRecording, ended_exchanges, load_recording
from probe.stats.recorded_rows import request_row
from probe.stats.summarise_recording import RecordingQuestion, summarise_recording
from probe.stats.waterfall import waterfall

MOST_WATERFALLS = 60
DEFAULT_QUESTION = RecordingQuestion()


def report_of_recording(
    path: Path, asked: RecordingQuestion = DEFAULT_QUESTION, *, waterfalls: bool = False
) -> RecordedReport:
    """Build the report of a recording, with its incidents and slowest requests in detail where that is wanted.

    Raises UsageError and StoreError.
    """
    recording = load_recording(path, asked.stall_ms)
    report = summarise_recording(recording.source, recording.requests, asked)
    if not waterfalls:
        return report
    slowest = [request for request in report.slowest if request.counts]
    shown = {request.number: request for request in (*report.incidents[:MOST_WATERFALLS], *slowest)}
    in_order = sorted(shown.values(), key=lambda request: (request.begun_at, request.number))
    return report.model_copy(update={"waterfalls": _waterfalls(recording, in_order)})


def exchanges_by_request(path: Path, requests: Iterable[RecordedRequest]) -> dict[int, list[Exchange]]:
    """Read the exchanges of these requests, by the requests' numbers; times are from a request's beginning.

    Raises StoreError.
    """
    numbers = {sequence: request.number for request in requests for sequence in request.sequences}
    attempts: dict[int, list[ExchangeEnded]] = {}
    for event in ended_exchanges(path):
        number = numbers.get(event.sequence)
        if number is not None:
            attempts.setdefault(number, []).append(event)
    return {number: exchanges_of(tuple(sorted(found, key=_sequence))) for number, found in attempts.items()}


def _sequence(event: ExchangeEnded) -> int:
    return event.sequence


def _waterfalls(recording: LoadedRecording, requests: Sequence[RecordedRequest]) -> tuple[Waterfall, ...]:
    exchanges = exchanges_by_request(recording.path, requests)
    run_id = recording.manifest.run_id
    return tuple(waterfall(request_row(request), run_id, exchanges.get(request.number)) for request in requests)
