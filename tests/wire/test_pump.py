"""Tests for connections on which one side takes nothing, sends too late, or is lost while the other goes on."""

import select
import socket
import ssl
import threading
from pathlib import Path

import pytest
import trustme

from probe.model.exchange import ConnectFailure, ExchangeEnd
from tests.upstream.support import wait_until

from .support import RawServer, connect, ok, post, read_all, read_request, recorder, reset, seen, talk

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
PIECE = bytes(range(256)) * 256
MOST_PIECES = 2000
HALT_S = 0.2


class Sender:
    """A server's side that sends until nobody takes more for a while, and then closes or resets its connection."""

    def __init__(self, *, resets: bool = False) -> None:
        self.sent = 0
        self.is_over = threading.Event()
        self._resets = resets

    def __call__(self, connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(HEAD)
        connection.settimeout(HALT_S)
        with pytest.raises(TimeoutError):
            self._send_on(connection)
        if self._resets:
            reset(connection)
        self.is_over.set()

    def _send_on(self, connection: socket.socket) -> None:
        for _ in range(MOST_PIECES):
            self.sent += connection.send(PIECE[self.sent % len(PIECE) :])


def test_a_client_that_takes_nothing_for_a_while_gets_everything_afterwards() -> None:
    sender = Sender()
    with RawServer(sender) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with connect(tap.base_url) as client:
            client.sendall(post())
            assert sender.is_over.wait(20)
            received, error = read_all(client)
        (exchange,) = seen(tap)
    body = received.removeprefix(HEAD)
    assert (len(body), error) == (sender.sent, None)
    assert body == (PIECE * (sender.sent // len(PIECE) + 1))[: sender.sent]
    assert (exchange.end, exchange.response_bytes) == (ExchangeEnd.COMPLETE, sender.sent)


def test_a_reset_that_is_noticed_while_the_client_takes_nothing_comes_after_what_waits_for_it() -> None:
    """Have the client send on, which is how a recorder that reads no more of the upstream learns of its reset."""
    sender = Sender(resets=True)
    with RawServer(sender) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with connect(tap.base_url) as client:
            client.sendall(post())
            assert sender.is_over.wait(20)
            client.sendall(post())
            wait_until(lambda: all(record.end is ExchangeEnd.RESET for record in tap._log.records))
            received, error = read_all(client)
        exchanges = seen(tap)
    body = received.removeprefix(HEAD)
    assert error is ConnectionResetError
    assert len(body) == exchanges[0].response_bytes > len(PIECE)
    assert body == (PIECE * (len(body) // len(PIECE) + 1))[: len(body)]
    assert [exchange.status for exchange in exchanges] == [200, None]


def test_a_request_after_the_end_of_an_encrypted_upstream_is_reset(tmp_path: Path) -> None:
    """TLS knows no half-close: what a client still sends can reach nobody, and must not wait for an answer."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def answer_and_close(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            read_request(secure)
            secure.sendall(ok(b"{}"))

    with (
        RawServer(answer_and_close) as server,
        recorder(environment={"NODE_EXTRA_CA_CERTS": str(tmp_path / "ca.pem")}) as running,
        running.open_call(f"https://localhost:{server.port}") as tap,
        connect(tap.base_url) as client,
    ):
        client.sendall(post())
        assert read_all(client) == (ok(b"{}"), None)
        client.sendall(post())
        ended = select.poll()
        ended.register(client, 0)
        assert ended.poll(3_000) == [(client.fileno(), select.POLLERR | select.POLLHUP)]
        exchanges = seen(tap)
    assert [exchange.end for exchange in exchanges] == [ExchangeEnd.COMPLETE, ExchangeEnd.RESET]


def test_what_nobody_foresaw_while_connecting_leaves_no_client_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LookupError("of a library")

    monkeypatch.setattr("probe.wire.pump.connect", broken)
    with recorder() as running, running.open_call("http://relay.example") as tap:
        assert talk(tap, post()) == (b"", ConnectionResetError)
        (exchange,) = seen(tap)
    assert (exchange.end, exchange.failure) == (ExchangeEnd.NOT_CONNECTED, ConnectFailure.OTHER)
    assert exchange.failure_detail == "LookupError"
