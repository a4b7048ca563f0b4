"""Faults in the body of a 200, by what a client notices on the wire."""

import json
from typing import Any

import pytest

from probe.upstream import Ended
from tests.upstream.support import (
    SOUND,
    ask,
    ask_chat,
    body,
    events,
    names,
    open_request,
    read_all,
    said,
    upstream,
    wait_until,
)


def test_truncate_cleanly_ends_the_body_without_message_stop() -> None:
    with upstream("truncate(after=2)") as up:
        answer = ask(up)
    assert names(answer.text)[-1] == "content_block_delta"
    assert said(answer.text) == "HELLO WORLD, TWI"
    assert up.served[0].ended is Ended.COMPLETED


def test_truncate_uncleanly_closes_the_connection_without_a_reset() -> None:
    with upstream("truncate(clean=false)") as up:
        with open_request(up) as connection:
            received, error = read_all(connection)
        wait_until(lambda: bool(up.served))
    assert error is None
    assert b"content_block_delta" in received
    assert not received.endswith(b"0\r\n\r\n")
    assert up.served[0].ended is Ended.ABORTED_BY_FAULT


def test_truncate_of_json_leaves_broken_json() -> None:
    with upstream("truncate") as up:
        answer = ask(up, request=body(stream=False))
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_error_event_ends_a_200_stream() -> None:
    with upstream("error_event(type=api_error, message='it broke', after=1)") as up:
        answer = ask(up)
    assert answer.status_code == 200
    assert names(answer.text)[-2:] == ["content_block_delta", "error"]
    assert events(answer.text)[-1][1]["error"] == {"type": "api_error", "message": "it broke"}


def test_error_event_without_a_stream_is_an_error_object() -> None:
    with upstream("error_event") as up:
        answer = ask(up, request=body(stream=False))
    assert (answer.status_code, answer.json()["error"]["type"]) == (200, "overloaded_error")


@pytest.mark.parametrize("stream", [True, False])
def test_bad_json_does_not_parse(stream: bool) -> None:
    with upstream("bad_json") as up:
        answer = ask(up, request=body(stream=stream))
    with pytest.raises(json.JSONDecodeError):
        events(answer.text) if stream else answer.json()
    assert answer.text.endswith("\n\n") == stream


def test_bad_sse_loses_its_framing() -> None:
    with upstream("bad_sse(after=1)") as up:
        lines = ask(up).text.splitlines()
    broken = [line for line in lines if line.startswith("{")]
    assert json.loads(broken[-1]) == {"type": "message_stop"}
    assert sum(line.startswith("event: content_block_delta") for line in lines) == 1


def test_not_streamed_is_the_same_answer_as_json() -> None:
    with upstream("not_streamed") as up:
        answer = ask(up)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["content"] == [{"type": "text", "text": SOUND}]
    assert up.served[0].stream is True


@pytest.mark.parametrize("stream", [True, False])
def test_an_error_inside_a_200(stream: bool) -> None:
    with upstream("error_event(after=1, type=api_error, message=Broken)") as served_by:
        answer = ask_chat(served_by, stream=stream)
    assert answer.status_code == 200
    last = json.loads(answer.text.strip().rpartition("data: ")[2]) if stream else answer.json()
    assert (last["error"]["type"], last["error"]["message"]) == ("api_error", "Broken")
    assert "event:" not in answer.text
    assert "[DONE]" not in answer.text


def test_a_chunk_that_does_not_parse_has_no_name_either() -> None:
    with upstream("bad_json") as served_by:
        text = ask_chat(served_by).text
    assert "event:" not in text
    assert text.endswith("data: [DONE]\n\n")
    with pytest.raises(json.JSONDecodeError):
        [json.loads(block.removeprefix("data: ")) for block in text.strip().split("\n\n")[:-1]]


@pytest.mark.parametrize(("form", "usage"), [("absent", None), ("empty", {}), ("zero", {"input_tokens": 0})])
def test_an_answer_does_not_say_what_it_used(form: str, usage: dict[str, Any] | None) -> None:
    with upstream(f"no_usage(form={form})") as up:
        whole = ask(up, request=body(stream=False)).json()
        start, end = (data for name, data in events(ask(up).text) if name in ("message_start", "message_delta"))
    for holder in (whole, start["message"], end):
        found = holder.get("usage")
        assert (found is None) == (usage is None)
        assert not any((found or {}).values())
    assert whole["content"] == [{"type": "text", "text": SOUND}]


def test_bad_sse_without_a_stream_is_no_json() -> None:
    with upstream("bad_sse") as up:
        answer = ask(up, request=body(stream=False))
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_stream_may_end_before_its_first_content() -> None:
    with upstream("truncate(after=0)") as up:
        assert names(ask(up).text)[-1] == "ping"
    with upstream("truncate(after=99)") as up:
        text = ask(up).text
    assert said(text) == SOUND
    assert names(text)[-1] == "content_block_delta"
