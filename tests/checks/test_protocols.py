"""A server that speaks another protocol than the one it was asked in is known."""

import socket
import ssl
from collections.abc import Callable

import pytest
import trustme

from probe.checks.protocols import speaks_http2, speaks_tls
from probe.checks.time_budget import TimeBudget
from probe.connection.route import route_to
from tests.wire.support import RawServer, wait_for_end

SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2"])
    trustme.CA().issue_cert("localhost").configure_cert(context)
    return context


def answers_with(answer: bytes) -> Callable[[socket.socket], None]:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return handle


def test_a_server_of_tls_is_known_whatever_its_certificate(tls: ssl.SSLContext) -> None:
    def handle(connection: socket.socket) -> None:
        with tls.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    with RawServer(handle) as server:
        assert speaks_tls(route_to(server.base_url, {}, None), TimeBudget(5, 5))


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\x15\x03\x01\x00\x02\x02\x28"])
def test_another_server_speaks_no_tls(answer: bytes) -> None:
    with RawServer(answers_with(answer)) as server:
        assert not speaks_tls(route_to(server.base_url, {}, None), TimeBudget(5, 5))


@pytest.mark.parametrize(
    ("answer", "spoken"), [(SETTINGS, True), (b"HTTP/1.1 400 Bad Request\r\n\r\n", False), (b"", False)]
)
def test_a_server_of_http2_is_known_by_its_first_bytes(answer: bytes, spoken: bool) -> None:
    with RawServer(answers_with(answer)) as server:
        assert speaks_http2(route_to(server.base_url, {}, None), TimeBudget(5, 5)) is spoken


def test_http2_within_tls_is_known_too(tls: ssl.SSLContext) -> None:
    def handle(connection: socket.socket) -> None:
        with tls.wrap_socket(connection, server_side=True) as secure:
            answers_with(SETTINGS)(secure)

    with RawServer(handle) as server:
        route = route_to(server.base_url.replace("http", "https"), {}, ssl.create_default_context())
        assert speaks_http2(route, TimeBudget(5, 5))


def test_a_server_that_is_not_there_or_says_nothing_speaks_neither() -> None:
    absent = route_to("http://127.0.0.1:9", {}, None)
    assert not speaks_tls(absent, TimeBudget(5, 5))
    assert not speaks_http2(absent, TimeBudget(5, 5))
    with RawServer(wait_for_end) as server:
        silent = route_to(server.base_url, {}, None)
        assert not speaks_tls(silent, TimeBudget(0.2, 0.2))
        assert not speaks_http2(silent, TimeBudget(0.2, 0.2))
