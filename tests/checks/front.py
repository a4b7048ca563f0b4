"""Run a front on loopback: it answers some requests itself, and forwards the others to an embedded upstream."""

import http.client
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from probe.upstream import EmbeddedUpstream, parse_fault

MODEL = "probe-embedded-1"


@dataclass(frozen=True)
class Reply:
    """A fixed answer. Without a `kind` its content type follows from how it begins."""

    body: bytes = b""
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    kind: str | None = None
    reason: str | None = None

    @property
    def content_type(self) -> str:
        if self.kind:
            return self.kind
        kinds = {b"<": "text/html", b"event:": "text/event-stream", b"data:": "text/event-stream"}
        return next((kind for start, kind in kinds.items() if self.body.startswith(start)), "application/json")


@dataclass(frozen=True)
class Rules:
    """The rules of a front, which by default forwards everything. `base` is where the API is.

    `says` holds fixed answers, by path, or for the Messages API by `stream` and `whole`. `refusal` answers a token
    in the wrong header, `lost` what is not there, `elsewhere` all calls of the Messages API that are not at the root.
    `exact`: the addresses of `ends` are taken by the letter.
    `spills` answers each call with an error that says the token back, in status line, headers and body.
    """

    base: str = ""
    auth: Sequence[str] = ("bearer", "x-api-key")
    claude_only: bool = False
    claude_only_status: int = 403
    ends: Sequence[str] = ("/v1/messages", "/v1/messages/count_tokens", "/v1/models", "/chat/completions")
    models: Sequence[str] | None = None
    unlisted: bool = False
    spills: bool = False
    moved_to: str | None = None
    says: Mapping[str, Reply] = field(default_factory=dict)
    refusal: int = 401
    lost: Reply | None = None
    elsewhere: int | None = None
    exact: bool = False
    rewrite: Mapping[bytes, bytes] = field(default_factory=dict)


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"type": "error", "error": {"type": kind, "message": message}}).encode()


class _Front(BaseHTTPRequestHandler):
    rules: Rules
    port: int
    requests: list[tuple[str, str]]
    bodies: list[bytes]

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        rules = self.rules
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = self.path.partition("?")[0]
        self.requests.append((self.command, path))
        self.bodies.append(body)
        answer = self._answer_to_all(path) or self._answer_by_place(path, body) or self._answer_by_right(path, body)
        if answer is None:
            self._forward(path.removeprefix(rules.base), body)
        else:
            self._say(answer)

    def _answer_to_all(self, path: str) -> Reply | None:
        """Return the answer that this front gives to whoever asks."""
        rules = self.rules
        if rules.moved_to:
            return Reply(status=308, headers=[("location", rules.moved_to + path)])
        if self.command == "HEAD":
            return Reply()
        if rules.spills:
            token = self.headers.get("authorization", self.headers.get("x-api-key", "")).removeprefix("Bearer ")
            body = _error("authentication_error", f"bad token {token}")
            return Reply(body, 401, [("x-seen", token), ("request-id", token)], reason=f"no {token}")
        return None

    def _answer_by_place(self, path: str, body: bytes) -> Reply | None:
        """Return the answer that this front gives at a path."""
        rules = self.rules
        if rules.elsewhere and path.endswith("/v1/messages") and path != "/v1/messages":
            return Reply(_error("odd", "no"), rules.elsewhere)
        if self._is_there(path):
            return rules.says.get(self._kind(path, body))
        if rules.lost:
            return replace(rules.lost, kind="application/json")
        return Reply(_error("not_found_error", f"Not found: {self.command} {path}"), 404)

    def _answer_by_right(self, path: str, body: bytes) -> Reply | None:
        """Return the refusal of a client, a token or a model; the list of models, where there is one."""
        rules = self.rules
        if rules.claude_only and "claude-cli" not in self.headers.get("user-agent", ""):
            message = "This address is for Claude Code only"
            return Reply(_error("permission_error", message), rules.claude_only_status)
        used = "bearer" if "authorization" in self.headers else "x-api-key"
        if used not in rules.auth:
            return Reply(_error("odd_error", "no token"), rules.refusal)
        return None if rules.models is None else self._answer_by_model(path, body, rules.models)

    def _answer_by_model(self, path: str, body: bytes, models: Sequence[str]) -> Reply | None:
        if path.endswith("/models"):
            return Reply(json.dumps({"data": [{"id": name} for name in models]}).encode())
        model = json.loads(body).get("model") if body.startswith(b"{") else None
        if self.rules.unlisted or model in models:
            return None
        return Reply(_error("not_found_error", f"model: {model}"), 404)

    def _kind(self, path: str, body: bytes) -> str:
        if not path.endswith("/messages"):
            return path
        return "stream" if json.loads(body or b"{}").get("stream") else "whole"

    def _is_there(self, path: str) -> bool:
        rules = self.rules
        rest = path.removeprefix(rules.base)
        end = rest if rules.exact else rest.replace("/v1/chat/", "/chat/")
        return path.startswith(rules.base) and end in rules.ends

    def _say(self, answer: Reply) -> None:
        self.send_response(answer.status, answer.reason)
        length = str(len(answer.body))
        for name, value in (("content-type", answer.content_type), ("content-length", length), *answer.headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _forward(self, path: str, body: bytes) -> None:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
        try:
            link.request(self.command, path, body or None, headers)
            answer = link.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"transfer-encoding", "content-length", "connection", "server", "date"}:
                    self.send_header(name, value)
            self.send_header("connection", "close")
            self.end_headers()
            while data := answer.read1(65536):
                for old, new in self.rules.rewrite.items():
                    data = data.replace(old, new)
                self.wfile.write(data)
                self.wfile.flush()
        except (ConnectionError, TimeoutError, http.client.HTTPException):
            pass  # whoever asked has gone, or the upstream has
        finally:
            link.close()


@dataclass(frozen=True)
class Front:
    """A front that runs: its address without the base path, and the requests that reached it, with their bodies."""

    url: str
    port: int
    requests: list[tuple[str, str]]
    bodies: list[bytes]


@contextmanager
def front(rules: Rules = Rules(), faults: Sequence[str] = ()) -> Iterator[Front]:
    """Run a front with these rules, before an embedded upstream with these faults."""
    with ExitStack() as stack:
        requests: list[tuple[str, str]] = []
        bodies: list[bytes] = []

        class Handler(_Front):
            pass

        server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        server.daemon_threads = False  # so that they are waited for, once the upstream has gone
        upstream = stack.enter_context(EmbeddedUpstream([parse_fault(text) for text in faults], models=(MODEL,)))
        Handler.rules, Handler.port, Handler.requests, Handler.bodies = rules, upstream.port, requests, bodies
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            port = server.server_address[1]
            yield Front(f"http://127.0.0.1:{port}", port, requests, bodies)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def served_by(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on loopback by this handler; yield the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
