"""Tests for the connection that a check tries."""

import asyncio
import socket
import ssl

import pytest

from probe.checks.time_budget import TimeBudget
from probe.checks.try_connection import try_connection
from probe.connection.route import route_to
from probe.model.check_report import Category, Way
from probe.texts import Texts
from tests.wire.support import RawServer, read_until, wait_for_end


def way_to(server: RawServer, step_s: float = 5.0) -> Way:
    """Try a connection to a server, by TLS."""
    route = route_to(f"https://127.0.0.1:{server.port}", {}, ssl.create_default_context())
    return try_connection(route, TimeBudget(step_s, 60), Texts())


def test_it_works_where_a_loop_is_running() -> None:
    async def as_in_a_notebook(server: RawServer) -> Way:
        return try_connection(route_to(server.base_url, {}, None), TimeBudget(5.0, 60), Texts())

    with RawServer(wait_for_end) as server:
        way = asyncio.run(as_in_a_notebook(server))
    assert [(step.stage, step.category) for step in way.steps] == [("dns", Category.OK), ("tcp", Category.OK)]
    assert way.failed is None


def test_a_handshake_without_an_end_and_one_that_is_cut() -> None:
    with RawServer(wait_for_end) as server:
        failed = way_to(server, 0.6).failed
    assert failed is not None
    assert (failed.stage, failed.category) == ("tls", Category.SSL)
    assert failed.detail == "the handshake did not end in 1 s"
    with RawServer(lambda connection: connection.close()) as server:
        failed = way_to(server).failed
    assert failed is not None
    assert (failed.stage, failed.category, failed.detail) == (
        "tls", Category.SSL, "the connection was closed during the handshake",
    )  # fmt: skip


def test_a_port_where_nothing_listens() -> None:
    way = try_connection(route_to("http://127.0.0.1:9", {}, None), TimeBudget(5.0, 60), Texts())
    assert way.failed is not None
    assert (way.failed.category, way.failed.detail) == (Category.REFUSED, "Connection refused")


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (b"HTTP/1.1 403 Not for you\r\n\r\n", "the proxy refused: HTTP/1.1 403 Not for you"),
        (b"", "the proxy closed the connection"),
        (None, "the proxy does not answer: timed out"),
    ],
)
def test_a_proxy_is_quoted(answer: bytes | None, detail: str) -> None:
    def handle(connection: socket.socket) -> None:
        read_until(connection, b"\r\n\r\n")
        if answer is None:
            wait_for_end(connection)
        else:
            connection.sendall(answer)

    with RawServer(handle) as between:
        environment = {"HTTPS_PROXY": between.base_url}
        route = route_to("https://h.example", environment, ssl.create_default_context())
        way = try_connection(route, TimeBudget(0.5, 60), Texts())
    assert way.failed is not None
    assert (way.failed.stage, way.failed.category, way.failed.detail) == ("proxy", Category.PROXY, detail)
    assert (way.proxy, way.proxy_variable) == (f"127.0.0.1:{between.port}", "HTTPS_PROXY")
