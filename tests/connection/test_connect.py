"""Tests for the steps of a connection: what each of them says, and how each of them ends."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable

import pytest

from probe.connection import connect as connect_module
from probe.connection.connect import connect
from probe.connection.connect_error import ConnectError, ConnectStage
from probe.connection.resolve import Address
from probe.connection.route import UpstreamRoute, route_to
from probe.connection.trace import ConnectTrace
from probe.model.exchange import ConnectFailure
from tests.wire.support import LOOPBACK, RawServer, black_hole, read_until, wait_for_end

REFUSING = socket.AF_INET, (LOOPBACK, 9)


def traced(
    route: UpstreamRoute, limit_s: Callable[[], float] = lambda: 5.0
) -> tuple[ConnectTrace, ConnectError | None]:
    """Connect along a route, and return the steps and the error."""
    trace = ConnectTrace()

    async def run() -> ConnectError | None:
        try:
            transport = await connect(route, asyncio.Protocol, limit_s, trace)
        except ConnectError as error:
            return error
        transport.abort()
        await asyncio.sleep(0.001)
        return None

    return trace, asyncio.run(run())


def stages(trace: ConnectTrace) -> list[str]:
    return [step.stage.value for step in trace.steps]


def test_an_address_needs_no_resolver() -> None:
    with RawServer(wait_for_end) as server:
        trace, error = traced(route_to(server.base_url, {}, None))
    assert (error, stages(trace)) == (None, ["dns", "tcp"])
    assert [step.detail for step in trace.steps] == [LOOPBACK, ""]
    assert [step.where for step in trace.steps] == [LOOPBACK, f"{LOOPBACK}:{server.port}"]
    assert (trace.dns_ms, trace.tls_ms) == (None, None)
    assert trace.tcp_ms is not None
    assert trace.begun is not None
    assert trace.connected is not None
    assert trace.begun < trace.connected


def test_every_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(_host: str, port: int) -> list[Address]:
        return [REFUSING, (socket.AF_INET, (LOOPBACK, port))]

    monkeypatch.setattr(connect_module, "resolve", resolve)
    with RawServer(wait_for_end) as server:
        trace, error = traced(route_to(f"http://several.example:{server.port}", {}, None))
    assert (error, stages(trace)) == (None, ["dns", "tcp"])
    assert trace.dns_ms is not None
    assert trace.steps[0].detail == LOOPBACK  # both stand for one address


def test_the_last_address_tells_why_none_took_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with black_hole() as url:
        hanging = socket.AF_INET, (LOOPBACK, int(url.rpartition(":")[2]))

        async def resolve(_host: str, _port: int) -> list[Address]:
            return [hanging, REFUSING]

        monkeypatch.setattr(connect_module, "resolve", resolve)
        before = time.monotonic()
        trace, error = traced(route_to("http://several.example", {}, None), lambda: 0.4)
    assert error is not None
    assert (error.failure, error.detail) == (ConnectFailure.REFUSED, "tcp: Connect call failed ('127.0.0.1', 9)")
    assert 0.2 <= time.monotonic() - before < 5  # the first address has half of the time
    assert trace.steps[-1].error is error
    assert trace.tcp_ms is None


def test_a_limit_holds_for_each_step() -> None:
    limits = iter([1.0, 2.0, 0.2])
    with RawServer(wait_for_end) as server:
        route = route_to(f"https://{LOOPBACK}:{server.port}", {}, ssl.create_default_context())
        trace, error = traced(route, lambda: next(limits))
    assert error is not None
    assert (error.stage, error.failure, error.timed_out) == (ConnectStage.TLS, ConnectFailure.TIMEOUT, True)
    assert error.detail == "tls: no answer in time"
    assert [step.timeout_s for step in trace.steps] == [1.0, 2.0, 0.2]
    assert trace.steps[-1].ms >= 200


def test_what_fails_on_the_way_to_a_proxy_is_its_failure() -> None:
    route = route_to("https://h.example", {"HTTPS_PROXY": f"http://{LOOPBACK}:9"}, ssl.create_default_context())
    trace, error = traced(route)
    assert error is not None
    assert stages(trace) == ["dns", "tcp"]
    assert (error.failure, error.step_failure) == (ConnectFailure.PROXY, ConnectFailure.REFUSED)
    assert error.detail == "proxy: tcp: Connect call failed ('127.0.0.1', 9)"


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (b"HTTP/1.1 407 Who are you\r\n\r\n", "proxy: CONNECT refused: HTTP/1.1 407 Who are you"),
        (b"", "proxy: no answer to CONNECT"),
        (b"x" * 20_000, "proxy: no answer to CONNECT"),
        (None, "proxy: no answer in time"),
    ],
)
def test_a_proxy_that_opens_no_tunnel(answer: bytes | None, detail: str) -> None:
    def handle(connection: socket.socket) -> None:
        read_until(connection, b"\r\n\r\n")
        if answer is None:
            wait_for_end(connection)
        else:
            connection.sendall(answer)

    with RawServer(handle) as between:
        route = route_to("https://h.example", {"HTTPS_PROXY": between.base_url}, ssl.create_default_context())
        trace, error = traced(route, lambda: 0.3)
    assert error is not None
    assert stages(trace) == ["dns", "tcp", "proxy"]
    assert (error.failure, error.detail) == (ConnectFailure.PROXY, detail)
    assert trace.steps[-1].where == "h.example:443"


def test_a_host_in_chinese_is_asked_for_as_resolvers_know_it() -> None:
    route = route_to("https://中转.example:8443/v1/", {}, None)
    assert (route.host, route.authority) == ("xn--fiqq40n.example", "xn--fiqq40n.example:8443")
