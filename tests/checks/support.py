"""An upstream with a mind of its own, on loopback: a front that lets some requests through to the embedded one."""

import http.client
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer

from probe.cli.check import check
from probe.model.check import CheckFinding, CheckReport, Severity
from probe.upstream import EmbeddedUpstream, parse_fault

TOKEN = "sk-probe-check-0123456789abcdef"
MODEL = "probe-embedded-1"
SLACK_MS = 6000.0  # what a noisy machine may add


@dataclass(frozen=True)
class Said:
    """An answer by heart. Its content type follows from how it begins."""

    body: bytes = b""
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()

    @property
    def content_type(self) -> str:
        kinds = {b"<": "text/html", b"event:": "text/event-stream", b"data:": "text/event-stream"}
        return next((kind for start, kind in kinds.items() if self.body.startswith(start)), "application/json")


@dataclass(frozen=True)
class Rules:
    """What a front lets through; by default everything. `base` is where the API is.

    `says` holds answers by heart, by path, or for the Messages API by `stream` and `whole`. `refusal` answers a token
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
    says: Mapping[str, Said] = field(default_factory=dict)
    refusal: int = 401
    lost: Said | None = None
    elsewhere: int | None = None
    exact: bool = False
    rewrite: Mapping[bytes, bytes] = field(default_factory=dict)


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"type": "error", "error": {"type": kind, "message": message}}).encode()


class _Front(BaseHTTPRequestHandler):
    rules: Rules
    port: int
    seen: list[tuple[str, str]]

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
        self.seen.append((self.command, path))
        used = "bearer" if "authorization" in self.headers else "x-api-key"
        token = self.headers.get("authorization", self.headers.get("x-api-key", "")).removeprefix("Bearer ")
        asked = json.loads(body).get("model") if body.startswith(b"{") else None
        if rules.moved_to:
            self._say(308, b"", [("location", rules.moved_to + path)])
        elif self.command == "HEAD":
            self._say(200, b"")
        elif rules.spills:
            spilt = _error("authentication_error", f"bad token {token}")
            self._say(401, spilt, [("x-seen", token), ("request-id", token)], f"no {token}")
        elif rules.elsewhere and path.endswith("/v1/messages") and path != "/v1/messages":
            self._say(rules.elsewhere, _error("odd", "no"))
        elif rules.lost and not self._is_there(path):
            self._say(rules.lost.status, rules.lost.body)
        elif not self._is_there(path):
            self._say(404, _error("not_found_error", f"Not found: {self.command} {path}"))
        elif said := rules.says.get(self._kind(path, body)):
            self._say(said.status, said.body, said.headers, kind=said.content_type)
        elif rules.claude_only and "claude-cli" not in self.headers.get("user-agent", ""):
            self._say(rules.claude_only_status, _error("permission_error", "This address is for Claude Code only"))
        elif used not in rules.auth:
            self._say(rules.refusal, _error("odd_error", "no token"))
        elif path.endswith("/models") and rules.models is not None:
            self._say(200, json.dumps({"data": [{"id": name} for name in rules.models]}).encode())
        elif rules.models is not None and asked not in rules.models and not rules.unlisted:
            self._say(404, _error("not_found_error", f"model: {asked}"))
        else:
            self._forward(path.removeprefix(rules.base), body)

    def _kind(self, path: str, body: bytes) -> str:
        if not path.endswith("/messages"):
            return path
        return "stream" if json.loads(body or b"{}").get("stream") else "whole"

    def _is_there(self, path: str) -> bool:
        rules = self.rules
        rest = path.removeprefix(rules.base)
        end = rest if rules.exact else rest.replace("/v1/chat/", "/chat/")
        return path.startswith(rules.base) and end in rules.ends

    def _say(
        self,
        status: int,
        body: bytes,
        more: Sequence[tuple[str, str]] = (),
        reason: str | None = None,
        kind: str = "application/json",
    ) -> None:
        self.send_response(status, reason)
        for name, value in (("content-type", kind), ("content-length", str(len(body))), *more):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

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
    """A front that runs: its address without the base path, and the requests that it saw."""

    url: str
    port: int
    seen: list[tuple[str, str]]


@contextmanager
def front(rules: Rules = Rules(), faults: Sequence[str] = ()) -> Iterator[Front]:
    """A front with these rules, before an embedded upstream with these faults."""
    with ExitStack() as stack:
        seen: list[tuple[str, str]] = []

        class Handler(_Front):
            pass

        server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        server.daemon_threads = False  # so that they are waited for, once the upstream has gone
        upstream = stack.enter_context(EmbeddedUpstream([parse_fault(text) for text in faults], models=(MODEL,)))
        Handler.rules, Handler.port, Handler.seen = rules, upstream.port, seen
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            port = server.server_address[1]
            yield Front(f"http://127.0.0.1:{port}", port, seen)
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Checked:
    """How a check ended and what it printed."""

    code: int
    report: CheckReport
    out: str
    err: str

    def finding(self, code: str) -> CheckFinding:
        """The finding of this code; there must be one."""
        found = [each for each in self.report.findings if each.code == code]
        assert found, f"no {code} among {self.codes(*Severity)}: {self.out}"
        return found[0]

    def codes(self, *severities: Severity) -> set[str]:
        """The codes of these severities."""
        return {each.code for each in self.report.findings if each.severity in severities}

    @property
    def complaints(self) -> set[str]:
        """The codes of what is wrong or warned of."""
        return self.codes(Severity.WRONG, Severity.WARNING)


@dataclass(frozen=True)
class Checker:
    """Runs checks in this process, in a private folder with a private HOME."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(
        self,
        url: str | None = None,
        *,
        model: str = MODEL,
        faults: Sequence[str] = (),
        env: Sequence[str] = (),
        timeout_s: float = 20.0,
        client: str | None = None,
        target: str | None = None,
    ) -> Checked:
        with pytest.raises(typer.Exit) as ended:
            check(
                targets=target,
                base_url=url,
                model=model if target is None else None,
                env=list(env),
                timeout=timeout_s,
                use_client=bool(client),
                client=client,
                faults=list(faults),
                as_json=True,
            )
        code = ended.value.exit_code
        out, err = self.capture.readouterr()
        assert TOKEN not in out + err
        return Checked(code, CheckReport.model_validate_json(out), out, err)


@pytest.fixture
def checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checker:
    """Checks with the token TOKEN and nothing else of ours in the environment."""
    for name in list(os.environ):
        if name not in {"PATH", "LANG", "TMPDIR"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    return Checker(tmp_path, capsys)
