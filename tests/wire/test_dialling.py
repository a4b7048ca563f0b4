"""Tests for the recorder's connections to upstreams, and for those that do not come about."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import trustme

from probe.connection.proxies import NODE
from probe.connection.route import Router
from probe.errors import UsageError
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.redact import Redactor
from probe.wire import WireLimits
from tests.upstream.support import wait_until
from tests.wire.support import (
    LOOPBACK,
    RawServer,
    answering,
    black_hole,
    connect,
    ok,
    post,
    read_all,
    read_request,
    read_until,
    recorder,
    reset,
    seen,
    talk,
)

PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)

NO_LABEL = "x" * 64
"""Too long for a name: the resolver refuses it itself, so that no question leaves this machine."""


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusting(ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return {"NODE_EXTRA_CA_CERTS": str(path)}


def tls_server(certificate: trustme.LeafCert, response: bytes = ok(b"{}")) -> RawServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            server.received.append(read_request(secure))
            secure.sendall(response)
            read_all(secure)

    server = RawServer(handle)
    return server


def failed(url: str, limits: WireLimits | None = None, environment: Mapping[str, str] | None = None) -> Exchange:
    """Return the exchange of a request that reaches nobody; the client must see a reset without an answer."""
    with (
        recorder(limits=limits or WireLimits(), environment=environment or {}) as running,
        running.open_call(url) as tap,
    ):
        assert talk(tap, post()) == (b"", ConnectionResetError)
        (exchange,) = seen(tap)
    assert (exchange.end, exchange.status) == (ExchangeEnd.NOT_CONNECTED, None)
    assert exchange.connect_begun_at_ms is not None
    assert exchange.connected_at_ms is None
    return exchange


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind((LOOPBACK, 0))
        yield bound.getsockname()[1]


def test_refused(closed_port: int) -> None:
    exchange = failed(f"http://{LOOPBACK}:{closed_port}")
    assert exchange.failure is ConnectFailure.REFUSED
    assert exchange.dns_ms is None


def test_an_unknown_host() -> None:
    exchange = failed(f"http://nonexistent.{NO_LABEL}")
    assert exchange.failure is ConnectFailure.DNS
    assert "nonexistent." in (exchange.failure_detail or "")


def test_a_black_hole() -> None:
    with black_hole() as url:
        before = time.monotonic()
        assert failed(url, WireLimits(connect_timeout_s=0.3)).failure is ConnectFailure.TIMEOUT
        assert 0.3 <= time.monotonic() - before < 5
        with recorder() as running, running.open_call(url) as tap:
            with connect(tap.base_url) as client:
                client.sendall(post())
                wait_until(lambda: any(record.trace and record.trace.begun for record in tap._log.records))
            time.sleep(0.1)
            tap.close()
            (exchange,) = tap.exchanges(before)
        assert (exchange.end, exchange.failure) == (ExchangeEnd.CLIENT_CLOSED, None)
        assert exchange.connected_at_ms is None


def test_a_sound_certificate(ca: trustme.CA, trusting: Mapping[str, str]) -> None:
    before = time.monotonic()
    with (
        tls_server(ca.issue_cert("localhost")) as server,
        recorder(environment=trusting) as running,
        running.open_call(f"https://localhost:{server.port}/base") as tap,
        connect(tap.base_url) as client,
    ):
        client.sendall(post(path="/base/v1/messages"))
        assert read_until(client, b"{}") == ok(b"{}")
        (exchange,) = seen(tap)
        took_ms = (time.monotonic() - before) * 1000
    assert server.received[0].startswith(b"POST /base/v1/messages HTTP/1.1\r\nHost: localhost:")
    assert exchange.end is ExchangeEnd.COMPLETE
    for duration in (exchange.dns_ms, exchange.tcp_ms, exchange.tls_ms):
        assert duration is not None
        assert 0 < duration < took_ms
    moments = (
        exchange.request_begun_at_ms,
        exchange.connect_begun_at_ms,
        exchange.connected_at_ms,
        exchange.request_sent_at_ms,
        exchange.first_byte_at_ms,
        exchange.ended_at_ms,
    )
    assert None not in moments
    assert list(moments) == sorted(moments, key=lambda moment: moment or 0)


@pytest.mark.parametrize("rudely", [False, True])
def test_over_tls_an_end_is_an_end_and_a_reset_a_reset(
    ca: trustme.CA, trusting: Mapping[str, str], rudely: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    part = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"

    def handle(connection: socket.socket) -> None:
        secure = context.wrap_socket(connection, server_side=True)
        read_request(secure)
        secure.sendall(part)
        time.sleep(0.05)
        reset(secure) if rudely else secure.close()

    with (
        RawServer(handle) as server,
        recorder(environment=trusting) as running,
        running.open_call(f"https://localhost:{server.port}") as tap,
    ):
        assert talk(tap, post()) == (part, ConnectionResetError if rudely else None)
        (exchange,) = seen(tap)
    assert exchange.end is (ExchangeEnd.RESET if rudely else ExchangeEnd.TRUNCATED)


def test_an_end_over_tls_is_no_warning_of_a_library(
    ca: trustme.CA, trusting: Mapping[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    part = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"

    def handle(connection: socket.socket) -> None:
        secure = context.wrap_socket(connection, server_side=True)
        read_request(secure)
        secure.sendall(part)
        secure.unwrap().close()  # as servers do that end in order

    with (
        RawServer(handle) as server,
        recorder(environment=trusting) as running,
        running.open_call(f"https://localhost:{server.port}") as tap,
    ):
        assert talk(tap, post())[0] == part
        (exchange,) = seen(tap)
    assert exchange.end is ExchangeEnd.TRUNCATED
    assert caplog.records == []


def test_certificates_that_do_not_hold(ca: trustme.CA, trusting: Mapping[str, str]) -> None:
    expired = ca.issue_cert("localhost", not_before=PAST - datetime.timedelta(days=9), not_after=PAST)
    for certificate, environment, words in (
        (expired, trusting, "expired"),
        (ca.issue_cert("other.example"), trusting, "mismatch"),
        (ca.issue_cert("localhost"), {}, "unable to get local issuer"),
    ):
        with tls_server(certificate) as server:
            exchange = failed(f"https://localhost:{server.port}", environment=environment)
        assert exchange.failure is ConnectFailure.TLS
        assert words in (exchange.failure_detail or "")


def test_a_client_told_not_to_verify_is_not_stopped(ca: trustme.CA) -> None:
    with (
        tls_server(ca.issue_cert("x.example")) as server,
        recorder(environment={"NODE_TLS_REJECT_UNAUTHORIZED": "0"}) as running,
        running.open_call(f"https://localhost:{server.port}") as tap,
        connect(tap.base_url) as client,
    ):
        client.sendall(post())
        assert read_until(client, b"{}") == ok(b"{}")


def test_what_is_no_tls_is_a_failure_of_tls() -> None:
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        server.handle = lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        assert failed(f"https://localhost:{server.port}").failure is ConnectFailure.TLS
    with RawServer(lambda connection: None) as server:
        assert failed(f"https://localhost:{server.port}").failure in {ConnectFailure.TLS, ConnectFailure.RESET}


def test_a_handshake_that_hangs_times_out() -> None:
    gone = threading.Event()

    def handle(connection: socket.socket) -> None:
        read_all(connection)
        gone.set()

    with RawServer(handle) as server:
        exchange = failed(f"https://{LOOPBACK}:{server.port}", WireLimits(connect_timeout_s=0.2))
        assert gone.wait(20)
    assert exchange.failure is ConnectFailure.TIMEOUT


def test_certificate_files_that_cannot_be_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for path in (empty, tmp_path / "absent.pem"):
        with recorder(environment={"SSL_CERT_FILE": str(path)}) as running, pytest.raises(UsageError):
            running.open_call("https://h")


def proxy(refuse: bool = False) -> RawServer:
    """Return a CONNECT proxy that leads everywhere to the port that was asked for, on loopback."""

    def handle(connection: socket.socket) -> None:
        head = read_until(connection, b"\r\n\r\n")
        server.received.append(head)
        if refuse:
            connection.sendall(b"HTTP/1.1 407 Who are you\r\n\r\n")
            return
        port = int(head.split()[1].rpartition(b":")[2])
        with socket.create_connection((LOOPBACK, port)) as onward:
            connection.sendall(b"HTTP/1.1 200 Fine\r\n\r\n")
            back = threading.Thread(target=_copy, args=(onward, connection))
            back.start()
            _copy(connection, onward)
            back.join()

    server = RawServer(handle)
    return server


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_https_goes_through_a_proxy(ca: trustme.CA, trusting: Mapping[str, str]) -> None:
    with tls_server(ca.issue_cert("target.example")) as server, proxy() as between:
        environment = {**trusting, "HTTPS_PROXY": f"http://user:p%40ss@{LOOPBACK}:{between.port}"}
        with (
            recorder(environment=environment) as running,
            running.open_call(f"https://target.example:{server.port}") as tap,
            connect(tap.base_url) as client,
        ):
            client.sendall(post())
            assert read_until(client, b"{}") == ok(b"{}")
            (exchange,) = seen(tap)
    assert between.received[0].startswith(f"CONNECT target.example:{server.port} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic dXNlcjpwQHNz\r\n" in between.received[0]
    assert exchange.end is ExchangeEnd.COMPLETE


def test_http_goes_through_a_tunnel_where_the_client_takes_one() -> None:
    with answering(ok(b"{}")) as server, proxy() as between:
        environment = {"HTTPS_PROXY": f"http://u:p@{LOOPBACK}:{between.port}"}
        with (
            recorder() as running,
            running.open_call(f"http://target.example:{server.port}/b", Router(environment, NODE)) as tap,
            connect(tap.base_url) as client,
        ):
            client.sendall(post(path="/b/v1/messages"))
            assert read_until(client, b"{}") == ok(b"{}")
            seen(tap)
    assert between.received[0].startswith(f"CONNECT target.example:{server.port} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic dTpw\r\n" in between.received[0]
    assert server.received[0].startswith(b"POST /b/v1/messages HTTP/1.1\r\n")
    assert b"Proxy-Authorization" not in server.received[0]


def test_each_call_goes_the_way_of_its_own_target() -> None:
    with answering(ok(b"{}")) as first, answering(ok(b"{}")) as second, recorder() as running:
        for between in (first, second):
            router = Router({"HTTP_PROXY": between.base_url})
            with running.open_call("http://target.example", router) as tap:
                talk(tap, post())
    assert (len(first.received), len(second.received)) == (1, 1)


def test_a_server_that_takes_http2_only(ca: trustme.CA, trusting: Mapping[str, str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2"])
    ca.issue_cert("localhost").configure_cert(context)
    refused = []

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            refused.append(secure.selected_alpn_protocol())
            secure.sendall(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")
            secure.recv(65536)

    with (
        RawServer(handle) as server,
        recorder(environment=trusting) as running,
        running.open_call(f"https://localhost:{server.port}") as tap,
    ):
        talk(tap, post())
        (exchange,) = seen(tap)
    assert refused == [None]  # Python's server goes on where others end the handshake with an alert
    assert exchange.unreadable == "http/2 only"


def test_a_handshake_that_fails_since_only_http2_is_taken() -> None:
    alert = b"\x15\x03\x03\x00\x02\x02\x78"  # fatal, no_application_protocol

    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(alert)
        read_all(connection)

    with RawServer(handle) as server:
        exchange = failed(f"https://localhost:{server.port}")
    assert exchange.failure is ConnectFailure.TLS
    assert "http/2 only" in (exchange.failure_detail or "")


def test_a_proxy_that_refuses_or_is_not_there(closed_port: int) -> None:
    with proxy(refuse=True) as between:
        exchange = failed("https://h.example", environment={"https_proxy": f"http://{LOOPBACK}:{between.port}"})
    assert exchange.failure is ConnectFailure.PROXY
    assert "407 Who are you" in (exchange.failure_detail or "")
    exchange = failed("https://h.example", environment={"https_proxy": f"http://{LOOPBACK}:{closed_port}"})
    assert exchange.failure is ConnectFailure.PROXY


def test_details_hold_no_secrets() -> None:
    secret = "a-secret-host-name"
    with recorder(Redactor([secret])) as running, running.open_call(f"http://{secret}.{NO_LABEL}") as tap:
        talk(tap, post())
        (exchange,) = seen(tap)
    assert exchange.failure is ConnectFailure.DNS
    assert secret not in exchange.model_dump_json()
