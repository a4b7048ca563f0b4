"""Connections that a client keeps open, and that are gone when it uses them again."""

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from probe.upstream import EmbeddedUpstream
from tests.upstream.support import AUTH, body, upstream, wait_until

BRIEF_S = 0.3


@contextmanager
def connection_to(served_by: EmbeddedUpstream) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection("127.0.0.1", served_by.port, timeout=20)) as connection:
        yield connection


def ask(connection: http.client.HTTPConnection) -> int:
    """Send a request, and return the status of its whole answer."""
    connection.request("POST", "/v1/messages", json.dumps(body(stream=False)), AUTH)
    response = connection.getresponse()
    response.read()
    return response.status


def test_a_connection_that_was_idle_too_long_is_reset_by_the_next_request() -> None:
    with upstream("close_idle(after=300ms)") as up, connection_to(up) as connection:
        assert ask(connection) == 200
        time.sleep(2 * BRIEF_S)
        with pytest.raises(ConnectionResetError):
            ask(connection)
        connection.close()
        assert ask(connection) == 200, "a new connection is as good as ever"
        wait_until(lambda: len(up.served) == 3)
        assert [request.faults for request in up.served] == [(), ("close_idle",), ()]


def test_a_connection_that_was_used_in_time_stays() -> None:
    faults = ("close_idle(after=20s)", "close_idle(after=20s, how=fin)")
    with upstream(*faults) as up, connection_to(up) as connection:
        assert [ask(connection) for _ in range(3)] == [200] * 3
        assert connection.sock is not None


def test_an_idle_connection_is_closed_in_order() -> None:
    with upstream("close_idle(after=300ms, how=fin)") as up, connection_to(up) as connection:
        assert [ask(connection), ask(connection)] == [200, 200]
        assert connection.sock.recv(1) == b""


def test_a_connection_that_was_dropped_in_silence_never_answers() -> None:
    with upstream("close_idle(after=300ms, how=silence)") as up, connection_to(up) as connection:
        assert ask(connection) == 200
        time.sleep(2 * BRIEF_S)
        connection.sock.settimeout(BRIEF_S)
        with pytest.raises(TimeoutError):
            ask(connection)
        connection.close()
        assert ask(connection) == 200
