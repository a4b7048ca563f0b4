"""Servers and clients of raw sockets, and a recorder in front of them."""

import contextlib
import json
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from probe.model.exchange import Exchange
from probe.redact import Redactor
from probe.wire import CallTap, Recorder

LOOPBACK = "127.0.0.1"
NO_LINGER = struct.pack("ii", 1, 0)


def reset(connection: socket.socket) -> None:
    """Close a connection with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    connection.close()


_HANDSHAKE = b"\x16\x03"


def read_request(connection: socket.socket) -> bytes:
    """Return one request with a content-length, as raw bytes; empty when the client is gone, or begins with TLS."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return data
        data += chunk
        if data.startswith(_HANDSHAKE):
            return b""
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(rest) < length:
        chunk = connection.recv(65536)
        if not chunk:
            break
        data += chunk
        rest += chunk
    return data


@dataclass
class RawServer:
    """Runs `handle` for each connection in a thread of its own, and closes the connection afterwards."""

    handle: Callable[[socket.socket], None]
    received: list[bytes] = field(default_factory=list)

    def __enter__(self) -> "RawServer":
        self._listener = socket.create_server((LOOPBACK, 0), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):  # most are closed
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive()
        for connection in self._open:
            connection.close()

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self.handle(connection)
            connection.close()


def answering(*pieces: bytes, gap_s: float = 0.0, keep_alive: bool = False) -> RawServer:
    """Return a server that answers every request with these bytes, and keeps the requests."""

    def handle(connection: socket.socket) -> None:
        while request := read_request(connection):
            server.received.append(request)
            for piece in pieces:
                connection.sendall(piece)
                if gap_s:
                    time.sleep(gap_s)
            if not keep_alive:
                return

    server = RawServer(handle)
    return server


@contextlib.contextmanager
def recorder(redactor: Redactor | None = None, **options: Any) -> Iterator[Recorder]:
    """Yield a running recorder."""
    with Recorder(redactor=redactor or Redactor(), **options) as running:
        yield running


def connect(base_url: str) -> socket.socket:
    """Connect to the port of a base URL."""
    port = int(base_url.rpartition(":")[2].partition("/")[0])
    return socket.create_connection((LOOPBACK, port), timeout=20)


def read_all(connection: socket.socket) -> tuple[bytes, type[Exception] | None]:
    """Return what comes until the end, and the class of the exception that ended it."""
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except OSError as error:
        return received, type(error)
    return received, None


def wait_for_end(connection: socket.socket) -> None:
    """Read until the client is gone, and answer nothing."""
    read_all(connection)


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """Return what comes up to these bytes."""
    received = b""
    while not received.endswith(end):
        chunk = connection.recv(65536)
        assert chunk, received
        received += chunk
    return received


def post(value: object = None, path: str = "/v1/messages?beta=true", extra: bytes = b"") -> bytes:
    """Return the bytes of a request for a message."""
    data = json.dumps(value if value is not None else {"model": "m", "stream": True, "tools": [{}, {}]}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: client.example\r\nX-Api-Key: key\r\nContent-Length: {len(data)}\r\n".encode()
    return head + extra + b"\r\n" + data


def ok(body: bytes, content_type: str = "application/json", extra: bytes = b"") -> bytes:
    """Return the bytes of a 200 with a content-length."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n".encode()
    return head + extra + b"\r\n" + body


def event(name: str, **data: object) -> bytes:
    """Return the bytes of a server-sent event."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


def seen(tap: CallTap, origin_s: float | None = None) -> list[Exchange]:
    """Wait until no exchange is open (ten seconds at most), close the tap, and return the exchanges."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(record.end is None for record in tap._log.records):
        time.sleep(0.005)
    tap.close()
    return list(tap.exchanges(time.monotonic() if origin_s is None else origin_s))


def talk(tap: CallTap, request: bytes) -> tuple[bytes, type[Exception] | None]:
    """Send a request, and read to the end of the connection."""
    with connect(tap.base_url) as client:
        client.sendall(request)
        return read_all(client)


def exchange_of(response: bytes, request: bytes | None = None, **options: Any) -> Exchange:
    """Return the exchange of a response that is followed by the end of the connection."""
    with answering(response) as server, recorder(**options) as running, running.open_call(server.base_url) as tap:
        received, _ = talk(tap, request or post())
        assert received == response
        (exchange,) = seen(tap)
    return exchange


@contextlib.contextmanager
def black_hole() -> Iterator[str]:
    """Yield the URL of a port whose backlog is full, so that no connection is ever accepted."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        assert select.select([listener], [], [], 20)[0], "the backlog is full"
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
