"""OTLP as protobuf: what collectors take over HTTP. The extra `otel` is needed, and imported here alone."""

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from probe import __version__
from probe.otlp.conventions import SCHEMA_URL, SCOPE
from probe.otlp.trace_span import Attributes, AttributeValue, SpanBatch, TraceSpan


def request_bytes(batch: SpanBatch) -> bytes:
    """Return the body of the request that exports a batch."""
    scope_spans = ScopeSpans(
        scope=InstrumentationScope(name=SCOPE, version=__version__),
        spans=[_span(span) for span in batch.spans],
        schema_url=SCHEMA_URL,
    )
    resource_spans = ResourceSpans(
        resource=Resource(attributes=_attributes(batch.resource)), scope_spans=[scope_spans], schema_url=SCHEMA_URL
    )
    body: bytes = ExportTraceServiceRequest(resource_spans=[resource_spans]).SerializeToString()
    return body


def rejected_spans(body: bytes) -> tuple[int, str]:
    """Return how many spans a collector did not take though it answered with success, and why it says so.

    Raises ValueError for what is no such answer.
    """
    try:
        partial = ExportTraceServiceResponse.FromString(body).partial_success
    except DecodeError as error:
        raise ValueError("no answer of a collector") from error
    return partial.rejected_spans, partial.error_message


def refusal_message(body: bytes) -> str:
    """Return the message of a refusal, a google.rpc.Status; empty where it is none.

    Its fields, a number and a text, are those of ExportTracePartialSuccess, so that one message reads both.
    """
    try:
        message: str = ExportTracePartialSuccess.FromString(body).error_message
    except DecodeError:
        return ""
    return message


def _span(span: TraceSpan) -> Span:
    return Span(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_span_id=span.parent_id,
        name=span.name,
        kind=span.kind,
        start_time_unix_nano=span.start_ns,
        end_time_unix_nano=span.end_ns,
        attributes=_attributes(span.attributes),
        events=[Span.Event(time_unix_nano=event.at_ns, name=event.name) for event in span.events],
        status=None if span.error is None else Status(code=Status.STATUS_CODE_ERROR, message=span.error),
    )


def _attributes(values: Attributes) -> list[KeyValue]:
    return [KeyValue(key=name, value=_value(value)) for name, value in values.items()]


def _value(value: AttributeValue) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
        case _:
            return AnyValue(array_value=ArrayValue(values=[AnyValue(string_value=text) for text in value]))
