"""OTLP as JSON: a line a batch, as the collector's `otlpjsonfile` receiver reads and its `file` exporter writes."""

import json
from typing import Any

from probe import __version__
from probe.otlp.conventions import SCHEMA_URL, SCOPE
from probe.otlp.trace_span import Attributes, AttributeValue, SpanBatch, TraceSpan

ERROR_STATUS = 2
"""The number that OTLP has for a status of error."""


def json_line(batch: SpanBatch) -> bytes:
    """Return a batch as one line: ids in hex, numbers of 64 bits as text, as OTLP asks for."""
    scope_spans = {
        "scope": {"name": SCOPE, "version": __version__},
        "spans": [_span(span) for span in batch.spans],
        "schemaUrl": SCHEMA_URL,
    }
    resource_spans = {
        "resource": {"attributes": _attributes(batch.resource)},
        "scopeSpans": [scope_spans],
        "schemaUrl": SCHEMA_URL,
    }
    line = json.dumps({"resourceSpans": [resource_spans]}, ensure_ascii=False, separators=(",", ":"))
    return line.encode() + b"\n"


def _span(span: TraceSpan) -> dict[str, Any]:
    parent = {"parentSpanId": span.parent_id.hex()} if span.parent_id else {}
    events = [{"timeUnixNano": str(event.at_ns), "name": event.name} for event in span.events]
    status = {} if span.error is None else {"status": {"message": span.error, "code": ERROR_STATUS}}
    return {
        "traceId": span.trace_id.hex(),
        "spanId": span.span_id.hex(),
        **parent,
        "name": span.name,
        "kind": int(span.kind),
        "startTimeUnixNano": str(span.start_ns),
        "endTimeUnixNano": str(span.end_ns),
        "attributes": _attributes(span.attributes),
        "events": events,
        **status,
    }


def _attributes(values: Attributes) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in values.items()]


def _value(value: AttributeValue) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case _:
            return {"arrayValue": {"values": [{"stringValue": text} for text in value]}}
