"""Read a recording as OpenTelemetry spans: its requests first, and then their attempts as they were recorded."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from probe.model.recorded_request import RecordedRequest
from probe.otlp.attempt_span import SpanPlace, attempt_span
from probe.otlp.recorded_spans import place_of_request, recording_resource, request_spans
from probe.otlp.trace_span import SpanBatch, TraceSpan, span_id
from probe.reporting.export_otlp import in_batches, traced
from probe.reporting.failure_times import FailureTimes
from probe.reporting.load_recording import ended_exchanges, load_recording


class RecordedTraces:
    """The spans of a recording. Count `spans` and `corrupt`, by run id and file, once they are read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._recording = load_recording(path)
        self.spans = 0
        run_id, losses = self._recording.manifest.run_id, self._recording.source.losses
        self.corrupt = Counter({(run_id, file): count for file, count in losses.corrupt.items()})

    def batches(self) -> Iterator[SpanBatch]:
        """Yield all spans, batch by batch. Raises StoreError."""
        resource = recording_resource(self._recording.manifest)
        for batch in in_batches(resource, chain(self._requests(), self._attempts())):
            self.spans += len(batch.spans)
            yield batch

    def _requests(self) -> Iterator[TraceSpan]:
        manifest, requests = self._recording.manifest, self._recording.requests
        failures = FailureTimes()
        for request in filter(lambda request: request.counts, requests):
            failures.note(request.outcome, request.cause, request.begun_at, failed=request.failed)
        for request in requests:
            party = failures.party(request.outcome, request.cause) if request.failed else None
            yield from request_spans(request, party, place_of_request(manifest, request))

    def _attempts(self) -> Iterator[TraceSpan]:
        manifest = self._recording.manifest
        requests = {
            sequence: (request, number)
            for request in self._recording.requests
            for number, sequence in enumerate(request.sequences, start=1)
        }
        for event in ended_exchanges(self._path):
            found = requests.get(event.sequence)
            if found is None:  # it ended since the requests were read
                continue
            request, number = found
            parent = place_of_request(manifest, request)
            own_id = span_id(parent.trace_id, "attempt", event.sequence)
            place = SpanPlace(parent.trace_id, own_id, parent.span_id, event.begun_at)
            yield attempt_span(traced(event.exchange, number, _ending(request, number)), place, manifest.base_url)


def _ending(request: RecordedRequest, number: int) -> str | None:
    """Return what an attempt came to among the others, where each has an ending of its own."""
    return request.endings[number - 1] if len(request.endings) == len(request.sequences) else None
