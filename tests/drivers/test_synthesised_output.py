"""Answers by plain HTTP, described as the client would."""

from typing import Any

import pytest

from probe.drivers.plain_http import PlainAnswer
from probe.drivers.synthesised_output import synthesise_output
from probe.model.client import ModelUsage
from probe.model.exchange import Exchange
from tests.builders import main_exchange

USAGE = ModelUsage(input_tokens=3, output_tokens=2)


def exchange(**changes: Any) -> Exchange:
    fields: dict[str, Any] = {
        "status": 200,
        "request_begun_at_ms": 5.0,
        "first_event_at_ms": 20.0,
        "first_content_at_ms": 30.0,
        "last_byte_at_ms": 40.0,
        "content_events": 4,
        "message_complete": True,
        "model_served": "m",
        "stop_reason": "end_turn",
        "usage": USAGE,
    }
    return main_exchange(**(fields | changes))


def answer(of: Exchange | None, **changes: Any) -> PlainAnswer:
    fields: dict[str, Any] = {
        "exchange": of,
        "status": of.status if of else None,
        "headers": {},
        "body": b"",
        "wall_ms": 41.23456,
        "timed_out": False,
        "cancelled": False,
        "error": None,
    }
    return PlainAnswer(**(fields | changes))


def test_a_good_answer_is_a_result_of_one_turn() -> None:
    said = synthesise_output(answer(exchange()), "PROBE_OK")
    assert said.result is not None
    assert (said.result.subtype, said.result.is_error, said.result.text) == ("success", False, "PROBE_OK")
    assert (said.result.num_turns, said.result.model_usage, said.result_at_ms) == (1, {"m": USAGE}, 41.235)
    assert (said.requesting_at_ms, said.first_event_at_ms, said.last_event_at_ms) == (5.0, 20.0, 40.0)
    assert (said.attempts_started, said.models_served, said.stream_complete) == (1, ("m",), True)


@pytest.mark.parametrize("how", ["timed_out", "cancelled"])
def test_a_call_that_was_ended_by_us_has_no_result(how: str) -> None:
    said = synthesise_output(answer(exchange(message_complete=False), **{how: True}), "half")
    assert (said.result, said.result_at_ms) == (None, None)
    assert said.content_events == 4, "what came is told all the same"


def test_an_answer_that_never_began_has_no_times_of_one() -> None:
    said = synthesise_output(answer(exchange(first_event_at_ms=None, status=503, message_complete=False)), "")
    assert (said.attempts_started, said.first_content_at_ms, said.last_event_at_ms) == (0, None, None)
    assert said.result is not None
    assert (said.result.is_error, said.result.api_error_status) == (True, 503)


def test_a_broken_answer_of_a_200_is_an_error_without_a_status() -> None:
    said = synthesise_output(answer(exchange(message_complete=False)), "half")
    assert said.result is not None
    assert (said.result.subtype, said.result.api_error_status) == ("error_during_execution", None)
    assert said.result.text is None


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"error_message": "no credit", "failure_detail": "d"}, "e", "no credit"),
        ({"failure_detail": "no such host"}, "e", "no such host"),
        ({}, "ReadError: gone", "ReadError: gone"),
    ],
)
def test_the_reason_of_an_error_is_the_upstream_s_else_the_connection_s(
    changes: dict[str, Any], error: str, text: str
) -> None:
    said = synthesise_output(answer(exchange(status=None, **changes), error=error), "")
    assert said.result is not None
    assert said.result.text == text


def test_without_an_exchange_the_error_alone_is_told() -> None:
    said = synthesise_output(answer(None, error="LocalProtocolError: no"), "")
    assert said.result is not None
    assert (said.result.is_error, said.result.text, said.attempts_started) == (True, "LocalProtocolError: no", 0)


@pytest.mark.parametrize(
    ("tools", "reason", "subtype"),
    [
        (("Bash",), "tool_use", "error_max_turns"),
        (("Bash",), "tool_calls", "error_max_turns"),
        (("Bash",), "end_turn", "success"),
        ((), "tool_use", "success"),
    ],
)
def test_an_answer_that_asks_for_a_tool_ends_as_the_client_s_would(
    tools: tuple[str, ...], reason: str, subtype: str
) -> None:
    said = synthesise_output(answer(exchange(tools_requested=tools, stop_reason=reason)), "")
    assert said.result is not None
    assert said.result.subtype == subtype
    assert said.tools_requested == tools


def test_usage_is_that_of_the_model_only_where_both_are_known() -> None:
    for changes in ({"usage": None}, {"model_served": None}):
        said = synthesise_output(answer(exchange(**changes)), "x")
        assert said.result is not None
        assert said.result.model_usage is None
