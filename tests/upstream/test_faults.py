"""Each fault, by what a client notices on the wire."""

import contextlib
import json
import time

import httpx
import pytest

from probe.upstream import FAULTS, Ended

from .support import ask, body, events, names, open_request, read_all, said, upstream, wait_until

SOUND = "HELLO WORLD, TWICE"


def first_bytes(spec: str, stop: bytes) -> bytes:
    """Return what a fault sends before it goes silent, read until `stop` is in it."""
    with upstream(spec) as up, open_request(up) as connection:
        received = b""
        while stop not in received:
            received += connection.recv(65536)
        connection.settimeout(0.1)
        with contextlib.suppress(TimeoutError):
            received += connection.recv(65536)
    return received


def test_every_fault_has_a_name_and_one_line_of_help() -> None:
    for name, cls in FAULTS.items():
        assert cls.name == name
        assert cls.__doc__ is not None
        assert "\n" not in cls.__doc__


def test_cold_start_delays_the_first_request_of_a_call_only() -> None:
    with upstream("cold_start(delay=200ms, on=call1)") as up:
        answers = [ask(up, "/r/0001/call1"), ask(up, "/r/0001/call1"), ask(up, "/r/0001/call2")]
    first, retry, second = up.served
    assert [said(answer.text) for answer in answers] == [SOUND] * 3
    assert first.t_first_byte is not None
    assert first.t_first_byte - first.t_received >= 0.2
    assert [one.faults for one in (first, retry, second)] == [("cold_start",), (), ()]


def test_cold_start_with_keep_warm_returns_after_idleness() -> None:
    with upstream("cold_start(delay=10ms, keep_warm=400ms)") as up:
        ask(up, "/r/1/call1")
        ask(up, "/r/1/call2")
        wait_until(lambda: len(up.served) == 2)
        time.sleep(0.45)
        ask(up, "/r/2/call1")
    first, second, third = up.served
    idle_s = second.t_received - first.t_end  # on a busy machine it may be long, too
    assert [bool(one.faults) for one in (first, second, third)] == [True, idle_s >= 0.4, True]


def test_hang_sends_nothing_and_notes_that_the_client_left() -> None:
    with upstream("hang") as up:
        with open_request(up) as connection:
            wait_until(lambda: up.in_flight == 1)
            connection.settimeout(0.2)
            with pytest.raises(TimeoutError):
                connection.recv(1)
        wait_until(lambda: bool(up.served))
    (served,) = up.served
    assert (served.ended, served.status, served.t_first_byte) == (Ended.CLIENT_DISCONNECTED, None, None)
    assert served.faults == ("hang",)


def test_stall_stops_after_content_and_stays_open() -> None:
    received = first_bytes("stall(after=2)", b"RLD, TWI")
    assert received.count(b"event: content_block_delta") == 2
    assert b"message_stop" not in received


def test_stall_with_a_pause_goes_on_after_it() -> None:
    with upstream("stall(after=1, pause=200ms)") as up:
        answer = ask(up)
    (served,) = up.served
    assert said(answer.text) == SOUND
    assert served.t_first_content is not None
    assert served.t_end - served.t_first_content >= 0.2


def test_stall_stops_in_the_middle_of_json() -> None:
    with upstream("stall") as up, open_request(up, body(stream=False)) as connection:
        received = connection.recv(65536)
        while b'"type": "message"' not in received:
            received += connection.recv(65536)
    assert b"stop_reason" not in received


def test_ping_only_sends_pings_and_nothing_else() -> None:
    received = first_bytes("ping_only(gap=10ms)", b"ping").partition(b"\r\n\r\n")[2]
    assert b"event: ping" in received
    assert b"message_start" not in received


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "billing_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (429, "rate_limit_error"),
        (500, "api_error"),
        (502, "api_error"),
        (503, "api_error"),
        (504, "api_error"),
        (529, "overloaded_error"),
    ],
)
def test_status_has_the_error_type_of_its_code(code: int, kind: str) -> None:
    with upstream(f"status(code={code})") as up:
        answer = ask(up)
    assert answer.status_code == code
    assert answer.json()["type"] == "error"
    assert answer.json()["error"]["type"] == kind
    assert answer.headers["request-id"].startswith("req_")


def test_status_carries_retry_after_message_and_html() -> None:
    with upstream("status(code=503, body=html, retry_after=1500ms, message=gone fishing)") as up:
        answer = ask(up)
    assert (answer.headers["content-type"], answer.headers["retry-after"]) == ("text/html; charset=utf-8", "2")
    assert "503 gone fishing" in answer.text


@pytest.mark.parametrize(("when", "sent"), [("before", b""), ("headers", b"200 "), ("mid", b"content_block_delta")])
def test_reset_is_a_tcp_reset(when: str, sent: bytes) -> None:
    with upstream(f"reset(when={when})") as up:
        with open_request(up) as connection:
            received, error = read_all(connection)
        wait_until(lambda: bool(up.served))
    assert error is ConnectionResetError
    assert sent in received
    assert (when == "before") == (received == b"")
    assert (when == "mid") == (b"content_block_delta" in received)
    assert up.served[0].ended is Ended.ABORTED_BY_FAULT


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


def test_short_body_promises_more_than_comes() -> None:
    with upstream("short_body(by=77)") as up:
        with open_request(up) as connection:
            received, error = read_all(connection)
        whole = ask(up, request=body(stream=False))
    head, _, sent = received.partition(b"\r\n\r\n")
    assert error is None
    assert b"transfer-encoding" not in head.lower()
    assert b"content-length: %d" % (len(sent) + 77) in head.lower()
    assert b'"type":"message_stop"' in sent.replace(b" ", b"")
    assert whole.json()["type"] == "message"


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


def test_bad_gzip_cannot_be_decompressed() -> None:
    with upstream("bad_gzip") as up, pytest.raises(httpx.DecodingError):
        ask(up)
    with upstream("bad_gzip") as up, open_request(up) as connection:
        assert b"content-encoding: gzip" in connection.recv(4096)


def test_html_200_and_empty_200_are_no_answers() -> None:
    with upstream("html_200(request=1)", "empty_200(request=2)") as up:
        html, empty = ask(up, "/r/1/call1"), ask(up, "/r/1/call1")
    assert html.status_code == empty.status_code == 200
    assert "<html>" in html.text
    assert (empty.content, empty.headers["content-type"]) == (b"", "text/event-stream; charset=utf-8")


def test_fake_stream_bursts_after_a_wait() -> None:
    with upstream("fake_stream(delay=200ms)") as up:
        answer = ask(up)
    (served,) = up.served
    assert names(answer.text)[-1] == "message_stop"
    assert served.t_first_byte is not None
    assert served.t_first_byte - served.t_received >= 0.2


def test_slow_drip_waits_before_each_event() -> None:
    with upstream("slow_drip(gap=20ms)") as up:
        answer = ask(up)
    (served,) = up.served
    assert said(answer.text) == SOUND
    assert served.t_first_byte is not None
    assert served.t_end - served.t_first_byte >= 0.02 * len(events(answer.text))


def test_not_streamed_is_the_same_answer_as_json() -> None:
    with upstream("not_streamed") as up:
        answer = ask(up)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["content"] == [{"type": "text", "text": SOUND}]
    assert up.served[0].stream is True


def test_wrong_model_shows_in_message_start() -> None:
    with upstream("wrong_model(name=cheap-model)") as up:
        answer = ask(up)
    assert events(answer.text)[0][1]["message"]["model"] == "cheap-model"
    assert up.served[0].model == "some-model"


def test_wrong_text_and_empty_text_are_well_formed() -> None:
    with upstream("wrong_text(text='something, else', request=1)", "empty_text(request=2)") as up:
        wrong, empty = ask(up, "/r/1/call1"), ask(up, "/r/1/call1")
    assert said(wrong.text) == "something, else"
    assert said(empty.text) == ""
    assert names(wrong.text)[-1] == names(empty.text)[-1] == "message_stop"


def tool_calls(text: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, str]] = []
    for name, data in events(text):
        if name == "content_block_start" and data["content_block"]["type"] == "tool_use":
            found.append((data["content_block"]["name"], ""))
        elif name == "content_block_delta" and data["delta"]["type"] == "input_json_delta":
            found[-1] = (found[-1][0], found[-1][1] + data["delta"]["partial_json"])
    return [(name, json.loads(text)) for name, text in found]


def test_tool_use_asks_for_the_tool_with_the_input() -> None:
    with upstream('tool_use(name=Bash, input={"command": "echo \\"a, b\\")"})') as up:
        answer = ask(up)
    assert tool_calls(answer.text) == [("Bash", {"command": 'echo "a, b")'})]
    assert events(answer.text)[-2][1]["delta"]["stop_reason"] == "tool_use"


def test_tool_use_of_all_makes_up_inputs_that_touch_the_canary() -> None:
    with upstream("tool_use(name=all, canary='/tmp/the canary')") as up:
        answer = ask(up)
    assert tool_calls(answer.text) == [
        ("Bash", {"command": "touch '/tmp/the canary'"}),
        ("Write", {"file_path": "/tmp/the canary", "content": "probe"}),
    ]


def test_tool_use_answers_a_result_unless_every_turn() -> None:
    turn = body()
    turn["messages"] += [
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "Bash", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "refused"}]},
    ]
    with upstream("tool_use") as up:
        assert said(ask(up, request=turn).text) == SOUND
    assert up.served[0].faults == ()
    with upstream("tool_use(every_turn=true)") as up:
        assert tool_calls(ask(up, request=turn).text)[0][0] == "Bash"


def test_redirect_points_elsewhere() -> None:
    with upstream("redirect(to=http://127.0.0.1:9/v1/messages, code=308)") as up:
        answer = ask(up)
    assert (answer.status_code, answer.headers["location"]) == (308, "http://127.0.0.1:9/v1/messages")


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
