"""The server: what becomes of open connections when it ends, and of clients that leave."""

import select
import socket
import threading
import time

import pytest

from probe.upstream import Ended

from .support import body, open_request, upstream, wait_until


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
