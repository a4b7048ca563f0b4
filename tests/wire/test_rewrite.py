"""The head of a request is rewritten for the upstream, and nothing else of it."""

import socket

import httpx
import pytest

from probe.model.request_kind import RequestKind
from tests.wire.calls import MAIN, ask, tap_of
from tests.wire.support import (
    LOOPBACK,
    RawServer,
    answering,
    connect,
    ok,
    post,
    read_request,
    read_until,
    recorder,
    seen,
    talk,
)


def test_the_head_changes_in_one_place_only() -> None:
    request = (
        b"POST /some/prefix/v1/messages?beta=true HTTP/1.1\r\naccept:*/*\r\nHOST:  localhost:1\r\nX-Api-Key: k\r\n"
        b"x-ODD:   a b \r\nx-odd: again\r\nContent-Length: 3\r\n\r\nabc"
    )
    with (
        answering(ok(b"{}")) as server,
        recorder() as running,
        running.open_call(server.base_url + "/some/prefix/") as tap,
    ):
        talk(tap, request)
    assert server.received == [request.replace(b"localhost:1", f"127.0.0.1:{server.port}".encode())]


def test_a_redirect_to_a_path_of_the_same_host_leads_where_it_leads_without_the_recorder() -> None:
    """Behind a base URL with a path: `/other` is no path below it."""

    def handle(connection: socket.socket) -> None:
        request = read_request(connection)
        server.received.append(request)
        head = b"Location: /other/v1/messages\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        moved = b"HTTP/1.1 307 X\r\n" + head
        connection.sendall(ok(b"{}") if request.startswith(b"POST /other/") else moved)

    with RawServer(handle) as server, recorder() as running, running.open_call(f"{server.base_url}/old") as tap:
        answer = httpx.post(f"{tap.base_url}/v1/messages", json={"model": "m"}, follow_redirects=True)
        exchanges = seen(tap)
    assert (answer.status_code, len(server.received)) == (200, 2)
    assert [(each.path, each.kind, each.status) for each in exchanges] == [
        ("/v1/messages", RequestKind.MAIN, 307),
        ("/other/v1/messages", RequestKind.MAIN, 200),
    ]


@pytest.mark.parametrize(
    ("line", "passed_on"),
    [
        (b"GET http://127.0.0.1:9/a?b HTTP/1.1", b"GET /a?b HTTP/1.1"),
        (b"GET http://127.0.0.1:9 HTTP/1.1", b"GET / HTTP/1.1"),
        (b"nonsense", b"nonsense"),
    ],
)
def test_a_request_line_of_another_form(line: bytes, passed_on: bytes) -> None:
    """Turn a full URL, as for a proxy, into a path. What is no request line is the upstream's to refuse."""
    with answering(ok(b"{}")) as server, recorder() as running, running.open_call(server.base_url) as tap:
        talk(tap, line + b"\r\nAccept: */*\r\n\r\n")
        seen(tap)
    assert server.received == [passed_on + b"\r\nAccept: */*\r\n\r\n"]


def test_http_goes_through_a_proxy_in_absolute_form() -> None:
    with answering(ok(b"{}")) as between:
        environment = {"http_proxy": f"http://u:p@{LOOPBACK}:{between.port}"}
        with recorder(environment=environment) as running, running.open_call("http://target.example/b") as tap:
            assert talk(tap, post(path="/b/v1/messages")) == (ok(b"{}"), None)
    head = between.received[0]
    assert head.startswith(b"POST http://target.example/b/v1/messages HTTP/1.1\r\n")
    assert b"\r\nHost: target.example\r\n" in head
    assert b"\r\nProxy-Authorization: Basic dTpw\r\n" in head


@pytest.mark.parametrize("path", ["/elsewhere/v1/messages", "/r/0001/call10/v1/messages"])
def test_a_path_that_is_not_below_the_first_calls_stays(path: str) -> None:
    with answering(ok(b"{}")) as server, tap_of(f"{server.base_url}/r/0001/call1") as tap:
        tap.begin_call(f"{server.base_url}/r/0001/call2")
        with connect(tap.base_url) as client:
            ask(client, MAIN, path)
            read_until(client, b"{}")
    assert server.received[0].startswith(f"POST {path} ".encode())
