"""The healthy upstream: endpoints, records, start and stop."""

import gc
import json
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import httpx
import pytest

from probe.errors import EnvironmentUnusableError
from probe.model.request_kind import RequestKind
from probe.upstream import EmbeddedUpstream, Ended, ServedRequest
from probe.upstream.app import MAX_BODY_BYTES
from probe.upstream.input_tokens import count_input_tokens

from .support import AUTH, ask, background_body, body, events, names, open_request, said, upstream, wait_until


def test_a_stream_is_complete_and_in_order() -> None:
    with upstream() as up:
        answer = ask(up)
    assert names(answer.text) == [
        "message_start",
        "content_block_start",
        "ping",
        *["content_block_delta"] * 3,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    message = events(answer.text)[0][1]["message"]
    assert message["model"] == "some-model"
    assert message["usage"]["input_tokens"] == count_input_tokens(body())
    assert events(answer.text)[-2][1]["usage"] == {"output_tokens": len("HELLO WORLD, TWICE") // 4 + 1}


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("hello", "PROBE_OK"),
        ("Reply with exactly: A  \nand nothing else", "A"),
        ("exactly: ", "PROBE_OK"),
    ],
)
def test_the_prompt_decides_the_text(prompt: str, text: str) -> None:
    with upstream() as up:
        assert said(ask(up, request=body(prompt)).text) == text
        assert ask(up, request=body(prompt, stream=False)).json()["content"] == [{"type": "text", "text": text}]


def test_reminders_before_the_prompt_do_not_hide_it() -> None:
    content = [{"type": "text", "text": "<system-reminder>exactly: no</system-reminder>"}]
    content += [{"type": "text", "text": "Reply exactly: YES"}]
    with upstream() as up:
        assert said(ask(up, request=body(messages=[{"role": "user", "content": content}])).text) == "YES"


def test_a_short_text_comes_in_two_deltas() -> None:
    with upstream() as up:
        assert names(ask(up, request=body("hello")).text).count("content_block_delta") == 2


def test_a_background_request_for_json_gets_a_title() -> None:
    with upstream() as up:
        title = json.loads(said(ask(up, request=background_body()).text))["title"]
    assert isinstance(title, str)
    assert up.served[0].kind is RequestKind.BACKGROUND


def test_other_endpoints() -> None:
    with upstream("hang(requests=all)", models=("a", "b")) as up, httpx.Client(base_url=up.base_url) as client:
        assert client.head("/").status_code == client.head("/r/1/call1").status_code == 200
        assert client.get("/").json() == client.get("/r/1/call1/api/hello").json() == {"ok": True}
        models = client.get("/some/prefix/v1/models", headers=AUTH).json()
        assert [model["id"] for model in models["data"]] == ["a", "b"]
        counted = client.post("/v1/messages/count_tokens", json=body(), headers=AUTH).json()
        assert counted["input_tokens"] > 10
        missing = client.post("/v1/nothing", headers=AUTH)
        assert (missing.status_code, missing.json()["error"]["type"]) == (404, "not_found_error")
    kinds = [served.kind.value for served in up.served]
    assert kinds == ["warmup"] * 4 + ["other"] * 3


def test_bad_requests_are_refused_as_the_api_does() -> None:
    def refusal(**request: Any) -> tuple[int, str]:
        answer = httpx.post(f"{up.base_url}/v1/messages", timeout=20, **request)
        return answer.status_code, answer.json()["error"]["type"]

    with upstream("hang") as up:
        assert refusal(json=body()) == (401, "authentication_error")
        assert refusal(content=b"{", headers=AUTH) == (400, "invalid_request_error")
        assert refusal(content=b"[" * 200_000, headers=AUTH) == (400, "invalid_request_error")
        assert refusal(json={"model": "m"}, headers=AUTH) == (400, "invalid_request_error")
        assert refusal(content=bytes(MAX_BODY_BYTES + 1), headers=AUTH) == (413, "request_too_large")


def test_a_record_says_what_was_asked_and_when() -> None:
    recorded: list[ServedRequest] = []
    session = "11111111-2222-3333-4444-555555555555"
    with upstream(on_request=recorded.append) as up:
        ask(up, "/r/0003/call1", headers={"x-claude-code-session-id": session})
        ask(up, "/any/prefix", request=body(metadata={"user_id": f"user_ab_account__session_{session}"}))
        ask(up, request=body(stream=False, metadata={"user_id": json.dumps({"session_id": session})}))
    first, second, third = up.served
    assert recorded == up.served
    assert (first.sequence, first.method, first.path) == (1, "POST", "/r/0003/call1/v1/messages")
    assert (first.round, first.step, first.kind, first.model) == (3, "call1", RequestKind.MAIN, "some-model")
    assert (first.stream, first.tools, first.status, first.ended) == (True, 2, 200, Ended.COMPLETED)
    assert (second.round, second.step, third.stream) == (None, None, False)
    assert {one.session_id for one in up.served} == {session}
    assert first.t_first_byte is not None
    assert first.t_first_content is not None
    assert first.t_received <= first.t_first_byte <= first.t_first_content <= first.t_end


def test_a_session_id_that_is_deep_is_none() -> None:
    with upstream() as up:
        assert ask(up, request=body(metadata={"user_id": "[" * 200_000})).status_code == 200
    assert up.served[0].session_id is None


def test_only_the_latest_records_are_kept() -> None:
    with upstream() as up, httpx.Client(base_url=up.base_url) as client:
        for _ in range(1005):
            client.head("/")
    assert [one.sequence for one in up.served] == list(range(6, 1006))


def test_leaving_ends_hung_requests_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    with upstream("hang(request=1)", "stall(request=2)", "ping_only(gap=1ms)") as up:
        connections = [open_request(up, body(metadata={"user_id": "x_session_a"})) for _ in range(6)]
        silent = socket.create_connection(("127.0.0.1", up.port))
        half = socket.create_connection(("127.0.0.1", up.port))
        half.sendall(b"POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{")
        wait_until(lambda: up.in_flight == 7)
        left_at = time.monotonic()
    assert time.monotonic() - left_at < 10
    assert [one.ended for one in up.served] == [Ended.SHUTDOWN] * 7
    for connection in (*connections, silent, half):
        connection.close()
    assert not any(thread.name == "probe-upstream" for thread in threading.enumerate())
    assert capfd.readouterr().err == ""


def test_a_client_that_does_not_read_does_not_delay_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    text = "x" * 500_000
    with upstream(f"wrong_text(text={text})", event_gap_s=0) as up, open_request(up) as connection:
        assert select.select([connection], [], [], 20)[0], "the answer has begun"
        time.sleep(0.2)
        left_at = time.monotonic()
        assert up.in_flight == 1
        up.__exit__(None, None, None)
        assert time.monotonic() - left_at < 10
    assert capfd.readouterr().err == ""


def test_clients_that_leave_make_no_noise(capfd: pytest.CaptureFixture[str]) -> None:
    with upstream("slow_drip(gap=1ms, request=1)", "ping_only(gap=1ms)") as up:
        for _ in range(5):
            open_request(up).close()
        with socket.create_connection(("127.0.0.1", up.port)) as connection:
            connection.sendall(b"this is not HTTP\r\n\r\n")
            assert b"400" in connection.recv(4096)
        wait_until(lambda: len(up.served) == 5)
    assert {one.ended for one in up.served} == {Ended.CLIENT_DISCONNECTED}
    assert capfd.readouterr().err == ""


def test_it_can_be_used_twice_in_a_row_and_leaks_nothing() -> None:
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    for _ in range(2):
        with upstream() as up:
            ask(up)
            assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
    gc.collect()


def test_a_taken_port_is_an_error_for_a_person() -> None:
    with upstream() as up, pytest.raises(EnvironmentUnusableError, match=f"cannot listen on 127.0.0.1:{up.port}"):
        EmbeddedUpstream(port=up.port).__enter__()


def test_a_defect_is_raised_on_leaving_not_swallowed() -> None:
    def broken(_: ServedRequest) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), upstream(on_request=broken) as up:
        ask(up)


def test_reading_a_spec_does_not_import_uvicorn() -> None:
    code = "import sys, probe.upstream as u; u.parse_fault('hang'); sys.exit('uvicorn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
