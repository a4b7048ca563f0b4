"""The spans of a round: what an operator finds in a trace, and that nothing stored can spoil it."""

from datetime import timedelta

from probe.model.fault_party import FaultParty
from probe.model.outcome import Outcome
from probe.otlp.run_spans import RoundSpans, run_resource
from probe.otlp.trace_span import TraceSpanKind, nanoseconds
from tests.builders import MODEL, START, manifest
from tests.otlp.traced import attempt, spans, traced_call

SENT_AT = START + timedelta(minutes=1, seconds=30)


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


def test_of_a_vantage_its_clock_is_told_and_times_are_its_own() -> None:
    resource = run_resource("r", manifest(vantage="fra", clock_offset_ms=250.0, clock_error_ms=2.5))
    assert (resource["probe.vantage"], resource["probe.clock.offset_ms"]) == ("fra", 250.0)
