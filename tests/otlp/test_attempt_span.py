"""An exchange as a span: its name, times, attributes and error."""

from typing import Any

import pytest

from probe.model.outcome import Outcome
from probe.otlp.attempt_span import SpanPlace, TracedAttempt, attempt_span
from probe.otlp.trace_span import Attributes, TraceSpan, nanoseconds
from tests.builders import MODEL, START, target_info
from tests.otlp.traced import attempt, exchange, spans, traced_call


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


def test_an_address_that_cannot_be_read_leaves_the_server_out() -> None:
    *_, tried = spans(traced_call([attempt()]), target=target_info(base_url="http://[::1"))
    assert "server.address" not in tried.attributes


PLACE = SpanPlace(b"t" * 16, b"s" * 8, b"p" * 8, START)


def span_of(
    number: int | None = 1,
    ending: str = "good",
    outcome: Outcome | None = None,
    base_url: str | None = None,
    **fields: Any,
) -> TraceSpan:
    return attempt_span(TracedAttempt(exchange(**fields), number, ending, outcome), PLACE, base_url)


def told(**fields: Any) -> Attributes:
    return span_of(**fields).attributes


def test_an_answer_and_what_its_client_left_are_no_errors() -> None:
    assert span_of().error is None
    assert span_of(ending="client closed", outcome=None, status=None).error is None
    refused = span_of(ending="529 overloaded_error", outcome=Outcome.OVERLOADED, status=529)
    assert (refused.error, refused.attributes["error.type"]) == ("529 overloaded_error", "overloaded")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, f"chat {MODEL}"),
        ({"kind": "background", "model_requested": "small"}, "chat small"),
        ({"model_requested": None}, "chat"),
        ({"kind": "warmup", "method": "HEAD", "path": "/"}, "HEAD"),
        ({"kind": "other", "method": "BREW"}, "_OTHER"),
    ],
)
def test_a_span_is_named_after_what_was_asked(fields: dict[str, Any], name: str) -> None:
    assert span_of(**fields).name == name


def test_a_method_that_nobody_knows_is_kept_beside_its_name() -> None:
    assert told(method="BREW")["http.request.method_original"] == "BREW"
    assert "http.request.method_original" not in told(method="GET")


@pytest.mark.parametrize(
    ("fields", "begun_ms", "ended_ms"),
    [
        ({}, 700.0, 1420.0),
        ({"ended_at_ms": None, "last_byte_at_ms": 1400.0}, 700.0, 1400.0),
        ({"ended_at_ms": None}, 700.0, 1020.0),
        ({"ended_at_ms": None, "first_byte_at_ms": None}, 700.0, 720.0),
        ({"request_begun_at_ms": None, "accepted_at_ms": 690.0}, 690.0, 1420.0),
        (
            {"request_begun_at_ms": None, "request_sent_at_ms": None, "first_byte_at_ms": None, "ended_at_ms": None},
            0,
            0,
        ),
        ({"request_begun_at_ms": 0.0, "accepted_at_ms": 690.0}, 0.0, 1420.0),
        ({"ended_at_ms": 1.0}, 700.0, 700.0),
    ],
)
def test_it_lasts_from_the_first_moment_that_is_known_to_the_last(
    fields: dict[str, Any], begun_ms: float, ended_ms: float
) -> None:
    span = span_of(**fields)
    assert (span.start_ns, span.end_ns) == (nanoseconds(START, begun_ms), nanoseconds(START, ended_ms))


def test_moments_within_it_are_events_and_unknown_ones_are_none() -> None:
    events = span_of(connected_at_ms=705.0, first_byte_at_ms=None, first_content_at_ms=1100.0).events
    assert [(event.name, event.at_ns) for event in events] == [
        ("connected", nanoseconds(START, 705)),
        ("request sent", nanoseconds(START, 720)),
        ("first content", nanoseconds(START, 1100)),
    ]


@pytest.mark.parametrize(("number", "resent"), [(1, None), (3, 2), (None, None)])
def test_attempts_after_the_first_are_resent(number: int | None, resent: int | None) -> None:
    assert told(number=number).get("http.request.resend_count") == resent


def test_a_connection_that_was_open_is_told_from_a_new_one() -> None:
    assert told()["probe.connection.reused"] is True
    assert told(connect_begun_at_ms=690.0)["probe.connection.reused"] is False


def test_without_an_answer_nothing_is_said_of_its_size() -> None:
    assert told(response_bytes=81)["http.response.body.size"] == 81
    assert "http.response.body.size" not in told(status=None, response_bytes=0)


@pytest.mark.parametrize(
    ("base_url", "server"),
    [
        ("https://relay.example/api/", ("relay.example", 443, "https://relay.example/api/v1/messages")),
        ("http://relay.example:8080", ("relay.example", 8080, "http://relay.example:8080/v1/messages")),
        (None, (None, None, None)),
        ("ftp://relay.example", (None, None, "ftp://relay.example/v1/messages")),
    ],
)
def test_the_address_is_the_upstream_s(base_url: str | None, server: tuple[object, ...]) -> None:
    values = told(base_url=base_url)
    assert tuple(values.get(name) for name in ("server.address", "server.port", "url.full")) == server


def test_only_what_asks_a_model_tells_of_one() -> None:
    asked = told(stop_reason="end_turn", message_id="msg_1", model_served="glm-4.7")
    assert asked["gen_ai.operation.name"] == "chat"
    assert asked["gen_ai.provider.name"] == "anthropic"
    assert asked["gen_ai.response.finish_reasons"] == ("end_turn",)
    assert asked["gen_ai.response.time_to_first_chunk"] == 0.33
    assert not [name for name in told(kind="warmup") if name.startswith("gen_ai.")]
    assert "gen_ai.response.finish_reasons" not in told()
    assert "gen_ai.request.stream" not in told(stream_requested=False)
    assert "gen_ai.response.time_to_first_chunk" not in told(first_event_at_ms=None)


def test_tokens_that_nobody_counted_are_not_made_up() -> None:
    usage = {"output_tokens": 3, "cache_read_tokens": 900}
    values = told(usage=usage)
    assert values["gen_ai.usage.output_tokens"] == 3
    assert "gen_ai.usage.input_tokens" not in values
