"""Exchanges and calls as tests of spans need them."""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from probe.model.exchange import Exchange
from probe.model.fault_party import FaultParty
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.model.wire import Phases, PhaseSource, WireSummary
from probe.otlp.attempt_span import TracedAttempt
from probe.otlp.json_lines import json_line
from probe.otlp.otlp_protobuf import request_bytes
from probe.otlp.run_spans import RoundSpans, TracedCall
from probe.otlp.trace_span import SpanBatch, TraceSpan
from tests.builders import MODEL, call, main_exchange, manifest

PHASES = Phases(source=PhaseSource.WIRE, boot_ms=700, connect_ms=20, wait_ms=300, stream_ms=400, exit_ms=80)


def exchange(**changes: Any) -> Exchange:
    fields = {
        "model_requested": MODEL,
        "stream_requested": True,
        "request_begun_at_ms": 700.0,
        "request_sent_at_ms": 720.0,
        "first_byte_at_ms": 1020.0,
        "first_event_at_ms": 1030.0,
        "ended_at_ms": 1420.0,
        "status": 200,
    }
    return main_exchange(**(fields | changes))


def spans(*calls: TracedCall, **run: Any) -> list[TraceSpan]:
    return list(RoundSpans("run-1", manifest(**run)).spans(calls))


def traced_call(
    attempts: Sequence[TracedAttempt] | None = (), party: FaultParty | None = None, **changes: Any
) -> TracedCall:
    outcome = changes.pop("outcome", Outcome.OK)
    changes = {"phases": PHASES, "wire": None if attempts is None else WireSummary(attempts=1)} | changes
    return TracedCall(row_of(call(outcome=outcome, **changes)), party, attempts)


def attempt(number: int = 1, ending: str = "good", outcome: Outcome | None = None, **changes: Any) -> TracedAttempt:
    return TracedAttempt(exchange(**changes), number, ending, outcome)


def decoded(batch: SpanBatch) -> tuple[Any, Any]:
    """Return the batch as its protobuf and as its JSON say it; ids in JSON are hex, where protobuf's own has base64."""
    line = json.loads(json_line(batch))
    for span in line["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for name in ("traceId", "spanId", "parentSpanId"):
            if name in span:
                span[name] = b64encode(bytes.fromhex(span[name])).decode()
    return ExportTraceServiceRequest.FromString(request_bytes(batch)), ParseDict(line, ExportTraceServiceRequest())
