"""Tests for a recorder that stays for several calls of one process."""

import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.request_kind import RequestKind
from probe.ports import RecordedCall
from probe.wire import CallTap, WireLimits
from tests.upstream.support import body, upstream, wait_until
from tests.wire.calls import MAIN, ask, tap_of
from tests.wire.support import (
    RawServer,
    answering,
    connect,
    ok,
    post,
    read_all,
    read_request,
    read_until,
    recorder,
    seen,
)

TITLE = {"model": "m", "stream": False, "system": "Write a short title for this session", "messages": []}


def kinds(exchanges: tuple[Exchange, ...]) -> list[RequestKind]:
    return [exchange.kind for exchange in exchanges]


def two_calls(client: socket.socket, tap: CallTap, base_url: str) -> list[RecordedCall]:
    """Make the calls `call1` and `call2` on one connection; the client keeps to the path that it began with."""
    path = urlsplit(tap.base_url).path
    calls = []
    for label in ("call1", "call2"):
        tap.begin_call(f"{base_url}/r/0007/{label}")
        origin_s = time.monotonic()
        ask(client, MAIN, f"{path}/v1/messages?beta=true")
        read_until(client, b"0\r\n\r\n")
        calls.append(tap.end_call(origin_s))
    return calls


def test_calls_on_one_connection_are_told_apart_and_faults_meet_them_by_step() -> None:
    with (
        upstream("wrong_text(on=call2)") as up,
        tap_of(f"{up.base_url}/r/0007/call1") as tap,
        connect(tap.base_url) as client,
    ):
        calls = two_calls(client, tap, up.base_url)
        wait_until(lambda: len(up.served) == 2)
        served = [(request.round, request.step, request.faults) for request in up.served]
    assert served == [(7, "call1", ()), (7, "call2", ("wrong_text",))]
    (first,), (second,) = (call.exchanges for call in calls)
    assert (first.path, second.path) == ("/v1/messages", "/v1/messages")
    assert (first.sequence, first.connection) == (second.sequence, second.connection) == (1, 1)
    assert None not in {first.accepted_at_ms, first.connected_at_ms}
    assert {second.accepted_at_ms, second.connected_at_ms} == {None}, "the connection was there"
    assert 0 <= (second.request_begun_at_ms or -1) < (second.first_byte_at_ms or -1)


def test_each_call_has_its_own_bodies_and_heads() -> None:
    with (
        upstream() as up,
        tap_of(f"{up.base_url}/r/0007/call1", keep_bodies=True) as tap,
        connect(tap.base_url) as client,
    ):
        calls = two_calls(client, tap, up.base_url)
    for call in calls:
        ((number, sent, answer),) = call.bodies
        assert (number, b'"tools"' in sent, b"content" in answer, len(call.heads)) == (1, True, True, 1)


def test_a_request_between_two_calls_belongs_to_the_second() -> None:
    with (
        answering(ok(b"{}"), keep_alive=True) as server,
        tap_of(server.base_url) as tap,
        connect(tap.base_url) as client,
    ):
        tap.begin_call(server.base_url)
        ask(client, MAIN)
        read_until(client, b"{}")
        first = tap.end_call(0.0)
        ask(client, TITLE)
        read_until(client, b"{}")
        tap.begin_call(server.base_url)
        ask(client, MAIN)
        read_until(client, b"{}")
        second = tap.end_call(0.0)
        tap.close()
        assert tap.end_call(0.0).exchanges == ()
    assert kinds(first.exchanges) == [RequestKind.MAIN]
    assert kinds(second.exchanges) == [RequestKind.BACKGROUND, RequestKind.MAIN]
    assert [exchange.sequence for exchange in second.exchanges] == [1, 2]


def slow_titles(answered: threading.Event) -> RawServer:
    """Return a server that answers main requests at once, and titles only when it is told to."""

    def handle(connection: socket.socket) -> None:
        while request := read_request(connection):
            if b"title" in request:
                answered.wait(20)
            connection.sendall(ok(b"{}"))

    return RawServer(handle)


@pytest.mark.parametrize("ends", [True, False])
def test_a_background_request_that_is_open_at_the_end_of_a_call_goes_with_the_next(ends: bool) -> None:
    may_end = threading.Event()
    with slow_titles(may_end) as server, tap_of(server.base_url, keep_bodies=True) as tap:
        with connect(tap.base_url) as title, connect(tap.base_url) as client:
            tap.begin_call(server.base_url)
            ask(title, TITLE)
            wait_until(lambda: any(record.kind is RequestKind.BACKGROUND for record in tap._log.records))
            ask(client, MAIN)
            read_until(client, b"{}")
            first = tap.end_call(0.0)
            if ends:
                may_end.set()
                read_until(title, b"{}")
            tap.close()
            last = tap.end_call(0.0)
        may_end.set()
    assert [(each.kind, each.sequence) for each in first.exchanges] == [(RequestKind.MAIN, 1)]
    assert [(each.kind, each.sequence) for each in last.exchanges] == [(RequestKind.BACKGROUND, 1)]
    assert last.exchanges[0].end is (ExchangeEnd.COMPLETE if ends else ExchangeEnd.CLIENT_CLOSED)
    assert [number for number, _, _ in last.bodies] == [1]


def test_a_main_request_that_stays_open_belongs_to_its_call_alone() -> None:
    with upstream("body_never_ends") as up, tap_of(up.base_url) as tap, connect(tap.base_url) as client:
        tap.begin_call(up.base_url)
        ask(client, MAIN | {"stream": True})
        read_until(client, b'{"type": "message_stop"}\n\n\r\n')
        (exchange,) = tap.end_call(0.0).exchanges
        tap.close()
        assert tap.end_call(0.0).exchanges == ()
    assert (exchange.message_complete, exchange.end) == (True, ExchangeEnd.CLIENT_CLOSED)


def test_no_request_is_lost_and_none_is_counted_twice() -> None:
    calls, clients, requests = 20, 4, 25

    def ask_often(tap: CallTap) -> None:
        for number in range(requests):
            with connect(tap.base_url) as client:
                ask(client, TITLE if number % 2 else MAIN)
                read_until(client, b"{}")

    with answering(ok(b"{}"), keep_alive=True) as server, tap_of(server.base_url) as tap:
        threads = [threading.Thread(target=ask_often, args=(tap,)) for _ in range(clients)]
        for thread in threads:
            thread.start()
        taken = []
        for _ in range(calls):
            tap.begin_call(server.base_url)
            time.sleep(0.005)
            taken.append(tap.end_call(0.0))
        for thread in threads:
            thread.join()
        tap.close()
        taken.append(tap.end_call(0.0))
    connections = [exchange.connection for call in taken for exchange in call.exchanges]
    assert sorted(connections) == list(range(1, clients * requests + 1))
    assert len(server.received) == clients * requests


def test_closing_ends_hung_exchanges_within_a_second() -> None:  # complexity: radon counts assertions, too
    with upstream("hang") as up, recorder() as running, running.open_call(up.base_url) as tap:
        clients = [connect(tap.base_url) for _ in range(20)]
        for client in clients:
            client.sendall(post(body()))
        wait_until(lambda: sum("request_sent" in record.at for record in tap._log.records) == len(clients))
        before = time.monotonic()
        tap.close()
        tap.close()
        closed = time.monotonic()
        assert closed - before < 1
        exchanges = tap.exchanges(before)
        for client in clients:
            assert read_all(client)[0] == b""
            client.close()
        with pytest.raises(ConnectionRefusedError):
            connect(tap.base_url)
    assert len(exchanges) == 20
    assert {(exchange.end, exchange.first_byte_at_ms) for exchange in exchanges} == {(ExchangeEnd.CLIENT_CLOSED, None)}
    for exchange in exchanges:
        assert exchange.ended_at_ms is not None
        assert 0 <= exchange.ended_at_ms <= (closed - before) * 1000 + 1


def test_too_many_connections_and_exchanges_are_reset_and_counted() -> None:
    limits = WireLimits(max_connections=1, max_exchanges=2)
    with (
        answering(ok(b"{}"), keep_alive=True) as server,
        recorder(limits=limits) as running,
        running.open_call(server.base_url) as tap,
        connect(tap.base_url) as client,
    ):
        for _ in range(2):
            client.sendall(post())
            read_until(client, b"{}")
        # The reset may come before the connection stands in the client's eyes.
        with pytest.raises(ConnectionResetError), connect(tap.base_url) as second:
            second.recv(1)
        client.sendall(post())
        assert read_all(client) == (b"", ConnectionResetError)
        assert len(seen(tap)) == tap.refused == 2
