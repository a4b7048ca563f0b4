"""Goes the way to an upstream step by step: name, connection, proxy, TLS; each with its time."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from probe.checks.time_budget import TimeBudget
from probe.model.check import NO_HTTP1, Category, TlsFacts, Way, WayStep
from probe.network import refuses_http1
from probe.sanitise import printable

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME: lets an expired certificate be read."""
_HEAD_BYTES = 16 * 1024
_Address = tuple[socket.AddressFamily, Any]


class ProxyPlace(Protocol):
    """An HTTP proxy; `authorization` is the value of its header."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def place(self) -> str: ...
    @property
    def variable(self) -> str: ...
    @property
    def authorization(self) -> bytes | None: ...


class Route(Protocol):
    """Where an upstream is; `tls` is None for plain HTTP. Its trust may be changed here: it is for this walk only."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> ssl.SSLContext | None: ...
    @property
    def proxy(self) -> ProxyPlace | None: ...


class _FailedError(Exception):
    """A step that failed."""

    def __init__(self, category: Category, detail: str) -> None:
        super().__init__(detail)
        self.category = category
        self.detail = detail


@dataclass
class _Walk:
    """A walk under way: what was seen, and the connection that is open."""

    route: Route
    budget: TimeBudget
    steps: list[WayStep] = field(default_factory=list)
    tls: TlsFacts | None = None

    def step(self, stage: str, where: str, do: Callable[[], str]) -> None:
        """Do one step and note what came of it; `do` returns a detail. Raises _FailedError."""
        begun = time.monotonic()
        category, detail = Category.OK, ""
        try:
            detail = do()
        except _FailedError as error:
            category, detail = error.category, error.detail
            raise
        finally:
            took = round((time.monotonic() - begun) * 1000, 3)
            self.steps.append(
                WayStep(stage=stage, where=where, category=category, ms=took, detail=printable(detail, 200))
            )


def walk(route: Route, budget: TimeBudget) -> Way:
    """The way to an upstream. Whatever goes wrong is in the result; each step ends within its share of the budget."""
    made = _Walk(route, budget)
    with suppress(_FailedError):
        _go(made)
    return Way(
        host=route.host,
        port=route.port,
        proxy=route.proxy.place if route.proxy else None,
        proxy_variable=route.proxy.variable if route.proxy else None,
        steps=tuple(made.steps),
        tls=made.tls,
    )


def _go(made: _Walk) -> None:
    route = made.route
    host, port = (route.proxy.host, route.proxy.port) if route.proxy else (route.host, route.port)
    addresses: list[_Address] = []
    connections: list[socket.socket] = []

    def resolve() -> str:
        addresses.extend(_resolved(host, port, made.budget.next_s))
        return ", ".join(dict.fromkeys(str(address[0]) for _, address in addresses))

    def connect() -> str:
        connections.append(_connected(addresses, made.budget.next_s))
        return ""

    made.step("dns", host, resolve)
    try:
        made.step("tcp", f"{host}:{port}", connect)
        if route.tls is None:
            return
        if route.proxy:
            made.step("proxy", f"{route.host}:{route.port}", lambda: _tunnelled(made, connections[0]))
        made.step("tls", f"{route.host}:{route.port}", lambda: _shaken(made, connections))
    finally:
        for connection in connections:
            connection.close()


def _resolved(host: str, port: int, timeout_s: float) -> list[_Address]:
    """getaddrinfo in a daemon thread, since nothing ends one that hangs."""
    answers: queue.Queue[list[_Address] | Exception] = queue.Queue()

    def look_up() -> None:
        try:
            answers.put([(info[0], info[4]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, name="probe-dns", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout_s)
    except queue.Empty:
        raise _FailedError(Category.DNS, f"no answer from the resolver in {timeout_s:.0f} s") from None
    if isinstance(answer, Exception):
        raise _FailedError(Category.DNS, getattr(answer, "strerror", None) or str(answer))
    return answer


def _connected(addresses: list[_Address], timeout_s: float) -> socket.socket:
    """The first address that takes a connection, each with its share of the time."""
    problem: OSError = OSError("no address")
    for family, address in addresses:
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(max(timeout_s / len(addresses), 0.01))
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            problem = error
        except BaseException:
            connection.close()
            raise
        else:
            connection.settimeout(timeout_s)
            return connection
    raise _failure(problem, timeout_s)


def _tunnelled(made: _Walk, connection: socket.socket) -> str:
    """Asks the proxy for a way through."""
    route = made.route
    where = f"[{route.host}]:{route.port}" if ":" in route.host else f"{route.host}:{route.port}"
    head = f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n".encode()
    if route.proxy and route.proxy.authorization:
        head += b"Proxy-Authorization: " + route.proxy.authorization + b"\r\n"
    answer = b""
    ends = time.monotonic() + made.budget.next_s
    try:
        connection.sendall(head + b"\r\n")
        while b"\r\n\r\n" not in answer and len(answer) < _HEAD_BYTES:
            connection.settimeout(max(ends - time.monotonic(), 0.01))
            data = connection.recv(4096)
            if not data:
                raise _FailedError(Category.PROXY, "the proxy closed the connection")
            answer += data
    except OSError as error:
        raise _FailedError(Category.PROXY, f"the proxy does not answer: {error.strerror or error}") from error
    line = answer.partition(b"\r\n")[0].decode("latin-1")
    if not line.startswith(("HTTP/1.1 2", "HTTP/1.0 2")):
        raise _FailedError(Category.PROXY, f"the proxy refused: {line}")
    return line


def _shaken(made: _Walk, connections: list[socket.socket]) -> str:
    """The handshake; `connections` gets what replaces the open one."""
    context = made.route.tls
    assert context is not None  # noqa: S101 - for the type checker
    timeout_s = made.budget.next_s
    connections[0].settimeout(max(timeout_s, 0.01))
    try:
        secured = context.wrap_socket(connections[0], server_hostname=made.route.host)
    except ssl.SSLCertVerificationError as error:
        made.tls = _refused(made, context, error)
        raise _FailedError(Category.SSL, error.verify_message) from error
    except ssl.SSLError as error:
        made.tls = TlsFacts(verified=False, reason=NO_HTTP1 if refuses_http1(error) else error.reason)
        raise _FailedError(Category.SSL, error.reason or str(error)) from error
    except (OSError, ValueError) as error:
        made.tls = TlsFacts(verified=False)
        if isinstance(error, TimeoutError):
            raise _FailedError(Category.SSL, f"the handshake did not end in {timeout_s:.0f} s") from error
        raise _FailedError(Category.SSL, "the connection was closed during the handshake") from error
    connections.append(secured)
    made.tls = _facts(secured, verified=context.verify_mode is ssl.CERT_REQUIRED)
    return made.tls.protocol or ""


def _refused(made: _Walk, context: ssl.SSLContext, error: ssl.SSLCertVerificationError) -> TlsFacts:
    """What a certificate says that was refused for its date or its names; nothing where its issuer is unknown."""
    facts = TlsFacts(verified=False, verify_code=error.verify_code)
    if made.route.proxy:
        return facts
    context.check_hostname = False
    context.verify_flags = ssl.VerifyFlags(context.verify_flags | _NO_CHECK_TIME)
    try:
        with (
            socket.create_connection((made.route.host, made.route.port), timeout=made.budget.next_s or 0.1) as again,
            context.wrap_socket(again, server_hostname=made.route.host) as secured,
        ):
            seen = _facts(secured, verified=False)
    except (OSError, ValueError):
        return facts
    return seen.model_copy(update={"verify_code": error.verify_code})


def _facts(secured: ssl.SSLSocket, *, verified: bool) -> TlsFacts:
    certificate: Any = secured.getpeercert() or {}
    ends = certificate.get("notAfter")
    issuer = {key: value for part in certificate.get("issuer", ()) for key, value in part}
    named = issuer.get("organizationName") or issuer.get("commonName")
    return TlsFacts(
        protocol=secured.version(),
        issuer=printable(named, 60) if named else None,
        names=tuple(printable(name, 80) for _, name in certificate.get("subjectAltName", ()))[:10],
        not_after=datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None,
        verified=verified,
    )


def _failure(error: OSError, timeout_s: float) -> _FailedError:
    words = error.strerror or str(error)
    match error:
        case TimeoutError():
            return _FailedError(Category.TIMEOUT, f"no answer in {timeout_s:.0f} s")
        case ConnectionRefusedError():
            return _FailedError(Category.REFUSED, words)
        case ConnectionResetError():
            return _FailedError(Category.RESET, words)
        case _:
            return _FailedError(Category.OTHER, words)
