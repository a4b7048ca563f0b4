"""Faults of time, by what a client notices on the wire."""

import contextlib
import time

import httpx
import pytest

from probe.upstream import Ended
from tests.upstream.support import CHAT_PATHS, SOUND, ask, body, events, names, open_request, said, upstream, wait_until


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


def test_pings_are_comments() -> None:
    with upstream("ping_only(gap=20ms)") as served_by, httpx.Client() as client:
        url, body = f"{served_by.base_url}{CHAT_PATHS[0]}", {"model": "m", "stream": True, "messages": []}
        with client.stream("POST", url, json=body, headers={"x-api-key": "k"}) as answer:
            lines = [line for line, _ in zip(answer.iter_lines(), range(4), strict=False)]
    assert {line for line in lines if line} == {": keep-alive"}


def test_the_whole_answer_comes_and_the_body_never_ends() -> None:
    received = first_bytes("body_never_ends", b"message_stop")
    assert b"HELLO WO" in received
    assert not received.endswith(b"0\r\n\r\n")
