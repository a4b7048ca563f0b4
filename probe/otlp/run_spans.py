"""The spans of a scripted run: a trace a round, with its calls, their phases and their attempts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from probe.model.fault_party import FaultParty
from probe.model.outcome import outcome_name
from probe.model.row import PhasesPart, Row
from probe.model.run_manifest import Manifest
from probe.model.wire import PHASES, Phases
from probe.otlp import conventions as names
from probe.otlp.attempt_span import SpanPlace, TracedAttempt, attempt_span, server_values, usage_values
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

SERVICE = "claude-probe"
AGENT = "claude-code"


@dataclass(frozen=True, slots=True)
class TracedCall:
    """A call, who has to act where it failed, and its exchanges; None where nothing was recorded."""

    row: Row
    party: FaultParty | None
    attempts: Sequence[TracedAttempt] | None


def run_resource(run_id: str, manifest: Manifest | None) -> Attributes:
    """Return what holds for all spans of a run; of one without a manifest, its id alone is known."""
    known: dict[str, object] = {names.SERVICE_NAME: SERVICE, names.RUN_ID: run_id}
    if manifest:
        known |= {
            names.SERVICE_VERSION: manifest.probe_version,
            names.HOST_ID: manifest.machine.id,
            names.RUN_CREATED: manifest.created_at.isoformat(),
            names.TARGET: manifest.target.name,
            names.UPSTREAM: manifest.target.kind,
            names.VANTAGE: manifest.vantage,
            names.CLOCK_OFFSET_MS: manifest.clock_offset_ms,
            names.CLOCK_ERROR_MS: manifest.clock_error_ms,
            names.ROLE: manifest.role,
            names.SCENARIO: manifest.scenario.name,
            names.DRIVER: manifest.driver,
            names.CLIENT_VERSION: manifest.client.version if manifest.runs_client else None,
            names.GEN_AI_REQUEST_MODEL: manifest.target.model,
            **server_values(manifest.target.base_url),
        }
    return attributes(known)


class RoundSpans:
    """Builds the spans of the rounds of a run. Ids follow from the run, the round and its attempt alone."""

    def __init__(self, run_id: str, manifest: Manifest | None) -> None:
        self._run_id = run_id
        self._manifest = manifest
        self._key: tuple[str, ...] = ("run", run_id)
        self._name = "round"
        self._values_of_run: dict[str, object] = {names.RUN_ID: run_id}
        if manifest:
            self._key += (manifest.created_at.isoformat(), manifest.machine.id)
            self._name = f"round {manifest.scenario.name}"
            self._values_of_run |= {
                names.TARGET: manifest.target.name,
                names.VANTAGE: manifest.vantage,
                names.SCENARIO: manifest.scenario.name,
            }

    def spans(self, calls: Sequence[TracedCall]) -> Iterator[TraceSpan]:
        """Yield the spans of a round of one call or more: the round's own first, then call by call."""
        first = calls[0].row
        trace = trace_id(*self._key, first.round, first.attempt)
        root = self._round_span(trace, [call.row for call in calls])
        yield root
        for call in calls:
            yield from self._spans_of_call(call, root)

    def _round_span(self, trace: bytes, rows: Sequence[Row]) -> TraceSpan:
        failed = [row for row in rows if not row.as_expected]
        start_ns = min(nanoseconds(row.started_at) for row in rows)
        values = self._values_of_run | {
            names.ROUND: rows[0].round,
            names.ROUND_ATTEMPT: rows[0].attempt,
            names.CALLS: len(rows),
            names.CALLS_FAILED: len(failed),
        }
        return TraceSpan(
            trace_id=trace,
            span_id=span_id(trace, "round"),
            parent_id=NO_PARENT,
            name=self._name,
            kind=TraceSpanKind.INTERNAL,
            start_ns=start_ns,
            end_ns=max(start_ns, *(nanoseconds(row.started_at, row.wall_ms) for row in rows)),
            attributes=attributes(values),
            error=", ".join(f"{row.label}: {row.outcome}" for row in failed) or None,
        )

    def _spans_of_call(self, call: TracedCall, root: TraceSpan) -> Iterator[TraceSpan]:
        row = call.row
        own_id = span_id(root.trace_id, "call", row.step, row.label)
        start_ns = nanoseconds(row.started_at)
        yield TraceSpan(
            trace_id=root.trace_id,
            span_id=own_id,
            parent_id=root.span_id,
            name=row.label,
            kind=TraceSpanKind.INTERNAL,
            start_ns=start_ns,
            end_ns=max(start_ns, nanoseconds(row.started_at, row.wall_ms)),
            attributes=attributes(self._values(call)),
            error=None if row.as_expected else _how(row.outcome, row.diagnosis.cause),
        )
        if row.phases:
            yield from phase_spans(row.phases, SpanPlace(root.trace_id, own_id, own_id, row.started_at))
        base_url = self._manifest.target.base_url if self._manifest else None
        for attempt in call.attempts or ():
            attempt_id = span_id(root.trace_id, own_id.hex(), "attempt", attempt.exchange.sequence)
            yield attempt_span(attempt, SpanPlace(root.trace_id, attempt_id, own_id, row.started_at), base_url)

    def _values(self, call: TracedCall) -> dict[str, object]:
        row, result = call.row, call.row.client.result
        return {
            names.CALL: row.label,
            names.ROUND: row.round,
            names.RUN_ID: self._run_id,
            names.OUTCOME: row.outcome,
            names.EXPECTED_OUTCOME: row.expected_outcome,
            names.RESULT: _result(row),
            names.CAUSE: row.diagnosis.cause,
            names.PARTY: call.party,
            names.FLAGS: row.diagnosis.flags,
            names.ERROR_TYPE: None if row.as_expected else row.outcome,
            names.TIMED_OUT: row.timed_out,
            names.TIMEOUT_MS: row.timeout_ms,
            names.IDLE_BEFORE_MS: row.idle_before_ms,
            names.TTFT_MS: row.ttft_ms,
            names.ATTEMPTS: row.wire.attempts if row.wire else None,
            names.COST_USD: result.cost_usd if result else None,
            **self._values_of_client(call),
        }

    def _values_of_client(self, call: TracedCall) -> Mapping[str, object]:
        """Return what a call of the client has alone; its tokens only where no attempt has them, to count them once."""
        if self._manifest and not self._manifest.runs_client:
            return {}
        row, result = call.row, call.row.client.result
        return {
            names.GEN_AI_OPERATION_NAME: names.INVOKE_AGENT,
            names.GEN_AI_PROVIDER_NAME: names.ANTHROPIC,
            names.GEN_AI_AGENT_NAME: AGENT,
            names.GEN_AI_CONVERSATION_ID: row.served_session_id or row.session_id,
            names.GEN_AI_REQUEST_MODEL: row.model_requested,
            names.GEN_AI_RESPONSE_MODEL: next(iter(row.models_served), None),
            **usage_values(result.usage if result and call.attempts is None else None),
        }


def phase_spans(phases: PhasesPart | Phases, call: SpanPlace) -> Iterator[TraceSpan]:
    """Yield a span for each phase that took any time, one after the other from the call's beginning on."""
    at_ms = 0.0
    for phase in PHASES:
        length_ms: float = getattr(phases, f"{phase}_ms")
        if length_ms <= 0:
            continue
        start_ns = nanoseconds(call.origin, at_ms)
        at_ms += length_ms
        yield TraceSpan(
            trace_id=call.trace_id,
            span_id=span_id(call.trace_id, call.span_id.hex(), "phase", phase),
            parent_id=call.span_id,
            name=phase,
            kind=TraceSpanKind.INTERNAL,
            start_ns=start_ns,
            end_ns=max(start_ns, nanoseconds(call.origin, at_ms)),
            attributes=attributes({names.PHASE: phase, names.PHASE_SOURCE: phases.source}),
        )


def _result(row: Row) -> str:
    if not row.as_expected:
        return "failed"
    return "clean" if row.clean else "recovered"


def _how(outcome: str, cause: str | None) -> str:
    """Return in a few words what a call came to."""
    return short(outcome_name(outcome, cause))
