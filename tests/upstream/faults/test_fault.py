"""The order in which the faults of one request are applied, and what all faults have."""

import json

from probe.upstream import FAULTS, parse_fault
from probe.upstream.faults.fault import respond, respond_with_count
from probe.upstream.messages import CacheUse
from probe.upstream.request import MessagesRequest
from probe.upstream.script import ResponseHead, body_of
from tests.upstream.support import THINKING, ask, chat_request, request_for, said, upstream


def test_every_fault_has_a_name_and_one_line_of_help() -> None:
    for name, cls in FAULTS.items():
        assert cls.name == name
        assert cls.__doc__ is not None
        assert "\n" not in cls.__doc__


def test_timing_and_content_faults_compose_in_one_order() -> None:
    specs = ("cold_start(delay=100ms)", "slow_drip(gap=10ms)", "truncate(after=1)", "wrong_text(text=abcdef)")
    with upstream(*specs) as up:
        answer = ask(up)
    (served,) = up.served
    assert said(answer.text) == "abc"
    assert served.faults == ("wrong_text", "truncate", "slow_drip", "cold_start")
    assert served.t_first_byte is not None
    assert served.t_first_byte - served.t_received >= 0.1


def test_of_two_deliveries_the_first_wins() -> None:
    with upstream("status(code=429, times=1)", "status(code=529, times=1)") as up:
        assert [ask(up).status_code for _ in range(3)] == [429, 529, 200]


def response(request: MessagesRequest, *specs: str) -> tuple[int | None, bytes, tuple[str, ...]]:
    """Return the status, the body and the faults that changed it."""
    script, applied = respond(request, [parse_fault(spec).fault for spec in specs], 0, CacheUse())
    status = next((action.status for action in script if isinstance(action, ResponseHead)), None)
    return status, body_of(script), applied


def test_only_faults_that_change_something_are_noted() -> None:
    specs = ("drop_field(name=absent)", "refuse_field(name=absent)", "tool_calls", "error_shape", "garbled")
    status, body, applied = response(request_for(), *specs)
    assert (status, applied) == (200, ())
    assert b"HI THERE YOU" in body


def test_what_a_relay_drops_is_not_refused_behind_it() -> None:
    request = request_for(thinking=THINKING)
    assert response(request, "drop_field(name=thinking)", "refuse_field(name=thinking)")[::2] == (200, ("drop_field",))
    assert response(request, "refuse_field(name=thinking)", "drop_field(name=thinking)")[::2] == (
        400,
        ("refuse_field", "drop_field"),
    )


def test_the_first_refusal_is_the_one_that_is_told() -> None:
    request = request_for(thinking=THINKING, metadata={})
    _, body, applied = response(request, "refuse_field(name=metadata)", "refuse_field(name=thinking)")
    assert b"metadata: " in body
    assert applied == ("refuse_field",)


def test_a_refusal_can_be_misreported_and_is_refused_in_the_words_of_its_api() -> None:
    refused = request_for(messages=[])
    assert response(refused, "error_shape(as=500)")[::2] == (500, ("error_shape",))
    assert b'"type": "error"' in response(refused)[1]
    assert b'"type": "error"' not in response(chat_request(max_tokens=999_999))[1]


def test_a_count_is_changed_only_by_faults_of_counting() -> None:
    faults = [parse_fault(spec).fault for spec in ("usage_factor(factor=9)", "count_factor(factor=2)", "hang")]
    script, applied = respond_with_count(request_for(), faults)
    plain, none = respond_with_count(request_for(), [])
    assert (applied, none) == (("count_factor",), ())
    assert json.loads(body_of(script))["input_tokens"] == 2 * json.loads(body_of(plain))["input_tokens"]
