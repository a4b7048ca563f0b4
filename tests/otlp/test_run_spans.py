"""The spans of a round: what an operator finds in a trace, and that nothing stored can spoil it."""

import json
import math
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.fault_party import FaultParty
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.model.row import row_of
from probe.model.wire import Phases, PhaseSource, WireSummary
from probe.otlp.attempt_span import TracedAttempt
from probe.otlp.json_lines import json_line
from probe.otlp.otlp_protobuf import request_bytes
from probe.otlp.run_spans import RoundSpans, TracedCall, run_resource
from probe.otlp.trace_span import SpanBatch, TraceSpan, TraceSpanKind, nanoseconds
from tests.builders import MODEL, START, call, manifest, target_info

PHASES = Phases(source=PhaseSource.WIRE, boot_ms=700, connect_ms=20, wait_ms=300, stream_ms=400, exit_ms=80)
SENT_AT = START + timedelta(minutes=1, seconds=30)
ANY_JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)


def exchange(**changes: Any) -> Exchange:
    fields = {
        "sequence": 1,
        "connection": 1,
        "kind": RequestKind.MAIN,
        "method": "POST",
        "path": "/v1/messages",
        "model_requested": MODEL,
        "stream_requested": True,
        "request_begun_at_ms": 700.0,
        "request_sent_at_ms": 720.0,
        "first_byte_at_ms": 1020.0,
        "first_event_at_ms": 1030.0,
        "ended_at_ms": 1420.0,
        "status": 200,
        "end": ExchangeEnd.COMPLETE,
    }
    return Exchange.model_validate(fields | changes)


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


def test_a_round_is_a_trace_of_calls_with_their_phases_and_attempts() -> None:
    root, of_call, *phases, tried = spans(traced_call([attempt()]))
    assert (root.parent_id, of_call.parent_id, tried.parent_id) == (b"", root.span_id, of_call.span_id)
    assert {phase.parent_id for phase in phases} == {of_call.span_id}
    assert {span.trace_id for span in (root, of_call, *phases, tried)} == {root.trace_id}
    assert (root.name, of_call.name, tried.name) == ("round two-calls", "call1", f"chat {MODEL}")
    assert [phase.name for phase in phases] == ["boot", "connect", "wait", "stream", "exit"]
    assert {span.error for span in (root, of_call, *phases, tried)} == {None}


def test_spans_stand_at_the_times_of_the_calls() -> None:
    _, of_call, *phases, tried = spans(traced_call([attempt()]))
    assert (of_call.start_ns, of_call.end_ns) == (nanoseconds(SENT_AT), nanoseconds(SENT_AT, 1500))
    assert (phases[0].start_ns, phases[-1].end_ns) == (of_call.start_ns, of_call.end_ns)
    assert (tried.start_ns, tried.end_ns) == (nanoseconds(SENT_AT, 700), nanoseconds(SENT_AT, 1420))
    assert [(event.name, event.at_ns) for event in tried.events] == [
        ("request sent", nanoseconds(SENT_AT, 720)),
        ("first byte", nanoseconds(SENT_AT, 1020)),
    ]


def test_a_failure_says_what_it_is_whose_it_is_and_by_which_id_an_operator_finds_it() -> None:
    refused = attempt(
        2,
        "529 overloaded_error",
        Outcome.OVERLOADED,
        status=529,
        error_type="overloaded_error",
        error_message="the whole of a prompt",
        correlation={"request-id": "req_7", "server": "nginx"},
    )
    failed = traced_call([refused], FaultParty.RELAY, outcome=Outcome.OVERLOADED, cause="529", evidence="a prompt")
    root, of_call, *_, tried = spans(failed)
    assert (root.error, of_call.error, tried.error) == (
        "call1: overloaded",
        "overloaded: 529",
        "529 overloaded_error",
    )
    told = of_call.attributes
    assert (told["probe.party"], told["probe.result"], told["error.type"]) == ("relay", "failed", "overloaded")
    told = tried.attributes
    assert tried.kind is TraceSpanKind.CLIENT
    assert (told["http.response.status_code"], told["http.request.resend_count"]) == (529, 1)
    assert (told["http.response.header.request-id"], told["probe.request_id"]) == (("req_7",), "req_7")
    assert (told["server.address"], told["server.port"]) == ("relay.example", 443)
    assert told["url.full"] == "https://relay.example/v1/messages"
    assert "prompt" not in repr((root, of_call, tried))


def test_tokens_are_counted_once_and_caches_are_part_of_the_input() -> None:
    usage = {"input_tokens": 10, "output_tokens": 3, "cache_read_tokens": 900, "cache_creation_tokens": 90}
    *_, tried = spans(traced_call([attempt(usage=usage)]))
    assert tried.attributes["gen_ai.usage.input_tokens"] == 1000
    assert tried.attributes["gen_ai.usage.cache_read.input_tokens"] == 900
    by_span = [
        span for span in spans(traced_call([attempt(usage=usage)])) if "gen_ai.usage.output_tokens" in span.attributes
    ]
    assert by_span == [tried]
    _, unrecorded, *_ = spans(traced_call(None))
    assert unrecorded.attributes["gen_ai.usage.input_tokens"] == 10


def test_a_call_by_plain_http_is_no_agent_s_so_that_its_model_is_told_once() -> None:
    _, of_call, *_, tried = spans(traced_call([attempt(path="/v1/chat/completions")]), driver="chat-completions")
    assert not any(name.startswith("gen_ai.") for name in of_call.attributes)
    assert tried.attributes["gen_ai.provider.name"] == "openai"


def test_ids_are_the_same_each_time_and_differ_by_run_round_and_attempt() -> None:
    assert spans(traced_call([attempt()])) == spans(traced_call([attempt()]))
    traces = [
        spans(traced_call(round=2)),
        spans(traced_call(attempt=2)),
        spans(traced_call(), created_at=START + timedelta(milliseconds=1)),
        list(RoundSpans("run-2", manifest()).spans([traced_call()])),
        list(RoundSpans("run-1", None).spans([traced_call()])),
        spans(traced_call()),
    ]
    assert len({trace[0].trace_id for trace in traces}) == len(traces)
    assert all(len({span.span_id for span in trace}) == len(trace) for trace in traces)


def test_where_clocks_jumped_nothing_ends_before_it_begins_and_the_round_covers_its_calls() -> None:
    later = traced_call([attempt(request_begun_at_ms=5000.0, ended_at_ms=1.0)], position=2)
    earlier = traced_call([], started_at=START - timedelta(days=1))
    whole = spans(later, earlier)
    assert all(span.start_ns <= span.end_ns for span in whole)
    root, *rest = whole
    calls = [span for span in rest if span.parent_id == root.span_id]
    assert root.start_ns == min(span.start_ns for span in calls)
    assert root.end_ns == max(span.end_ns for span in calls)


@pytest.mark.parametrize("ms", [1e308, -1e308, math.inf, -math.inf, math.nan])
def test_a_time_that_no_clock_has_stays_within_what_collectors_hold(ms: float) -> None:
    assert 0 <= nanoseconds(START, ms) < 2**63
    assert 0 <= nanoseconds(datetime.max.replace(tzinfo=UTC), ms) < 2**63


def test_of_a_vantage_its_clock_is_told_and_times_are_its_own() -> None:
    resource = run_resource("r", manifest(vantage="fra", clock_offset_ms=250.0, clock_error_ms=2.5))
    assert (resource["probe.vantage"], resource["probe.clock.offset_ms"]) == ("fra", 250.0)


def decoded(batch: SpanBatch) -> tuple[Any, Any]:
    """Return the batch as its protobuf and as its JSON say it; ids in JSON are hex, where protobuf's own has base64."""
    line = json.loads(json_line(batch))
    for span in line["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for name in ("traceId", "spanId", "parentSpanId"):
            if name in span:
                span[name] = b64encode(bytes.fromhex(span[name])).decode()
    return ExportTraceServiceRequest.FromString(request_bytes(batch)), ParseDict(line, ExportTraceServiceRequest())


@given(
    st.dictionaries(
        st.sampled_from(sorted(Exchange.model_fields.keys() - {"kind", "end", "failure", "usage", "tools_requested"})),
        ANY_JSON,
        max_size=8,
    ),
    st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3),
)
def test_whatever_an_upstream_sent_both_forms_say_the_same(fields: dict[str, Any], headers: dict[str, str]) -> None:
    try:
        hostile = exchange(**fields, **({} if "correlation" in fields else {"correlation": headers}))
    except ValueError:
        return
    trace = spans(traced_call([TracedAttempt(hostile, 1, hostile.error_type or "good", None)]))
    by_protobuf, by_json = decoded(SpanBatch(run_resource("r", manifest()), trace))
    assert by_protobuf == by_json


def test_a_megabyte_of_control_characters_becomes_a_short_line() -> None:
    flood = "\x1b[31m\u202e\0" * 200_000
    hostile = attempt(ending=flood, outcome=Outcome.API_ERROR, error_type=flood, correlation={"request-id": flood})
    batch = SpanBatch(run_resource(flood, None), spans(traced_call([hostile], cause=flood, outcome=Outcome.API_ERROR)))
    line = json_line(batch)
    assert len(line) < 50_000
    assert b"\x1b" not in line
    by_protobuf, by_json = decoded(batch)
    assert by_protobuf == by_json


def test_an_address_that_cannot_be_read_leaves_the_server_out() -> None:
    *_, tried = spans(traced_call([attempt()]), target=target_info(base_url="http://[::1"))
    assert "server.address" not in tried.attributes
