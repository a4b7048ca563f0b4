"""The spans of a recording: a trace a request, with its phases and its attempts."""

from collections.abc import Iterator

from probe.model.fault_party import FaultParty
from probe.model.outcome import Outcome, outcome_name
from probe.model.recorded_manifest import RecordedManifest
from probe.model.recorded_request import RecordedRequest
from probe.otlp import conventions as names
from probe.otlp.attempt_span import SpanPlace, server_values
from probe.otlp.run_spans import SERVICE, phase_spans
from probe.otlp.trace_span import (
    NO_PARENT,
    Attributes,
    TraceSpan,
    TraceSpanKind,
    attributes,
    nanoseconds,
    short,
    span_id,
    trace_id,
)


def recording_resource(manifest: RecordedManifest) -> Attributes:
    """Return what holds for all spans of a recording."""
    return attributes(
        {
            names.SERVICE_NAME: SERVICE,
            names.SERVICE_VERSION: manifest.probe_version,
            names.HOST_ID: manifest.machine.id,
            names.RUN_ID: manifest.run_id,
            names.RUN_CREATED: manifest.created_at.isoformat(),
            names.TARGET: manifest.target,
            names.CLIENT_VERSION: manifest.client.version if manifest.client else None,
            **server_values(manifest.base_url),
        }
    )


def place_of_request(manifest: RecordedManifest, request: RecordedRequest) -> SpanPlace:
    """Return the place of a request's own span, which begins its trace."""
    created = manifest.created_at.isoformat()
    trace = trace_id("recording", manifest.run_id, created, manifest.machine.id, request.number)
    return SpanPlace(trace, span_id(trace, "request"), NO_PARENT, request.begun_at)


def request_spans(request: RecordedRequest, party: FaultParty | None, place: SpanPlace) -> Iterator[TraceSpan]:
    """Yield the span of a request and those of its phases; `party` has to act where it failed."""
    start_ns = nanoseconds(request.begun_at)
    yield TraceSpan(
        trace_id=place.trace_id,
        span_id=place.span_id,
        parent_id=place.parent_id,
        name=f"request {request.kind}",
        kind=TraceSpanKind.INTERNAL,
        start_ns=start_ns,
        end_ns=max(start_ns, nanoseconds(request.begun_at, request.wall_ms)),
        attributes=attributes(_values(request, party)),
        error=_how(request) if request.failed else None,
    )
    yield from phase_spans(request.phases, place)


def _values(request: RecordedRequest, party: FaultParty | None) -> dict[str, object]:
    return {
        names.REQUEST: request.number,
        names.REQUEST_KIND: request.kind,
        names.OUTCOME: request.outcome,
        names.RESULT: _result(request),
        names.CAUSE: request.cause,
        names.PARTY: party,
        names.FLAGS: request.flags,
        names.ERROR_TYPE: request.outcome if request.failed else None,
        names.ATTEMPTS: request.attempts,
        names.IDLE_BEFORE_MS: request.idle_before_ms,
        names.TTFT_MS: request.ttft_ms,
        names.GEN_AI_CONVERSATION_ID: request.session_id,
        names.GEN_AI_AGENT_NAME: request.agent_type,
        names.GEN_AI_REQUEST_MODEL: request.model_requested,
        names.GEN_AI_RESPONSE_MODEL: next(iter(request.models_served), None),
    }


def _result(request: RecordedRequest) -> str:
    if request.outcome is Outcome.INTERRUPTED:
        return "interrupted"
    if request.failed:
        return "failed"
    return "clean" if request.clean else "recovered"


def _how(request: RecordedRequest) -> str:
    return short(outcome_name(request.outcome, request.cause))
