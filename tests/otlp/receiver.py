"""An OTLP receiver over loopback that reads what it is sent with OpenTelemetry's own protobuf messages."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.conftest import Probe

PROTOBUF = "application/x-protobuf"
Answer = tuple[int, dict[str, str], bytes]
TAKEN: Answer = (200, {"Content-Type": PROTOBUF}, b"")


@dataclass
class Receiver:
    """Takes all that comes, once the answers that it is given are used up, or as `judge` says."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    judge: Callable[[Any], Answer] | None = None

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        data = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        request = ExportTraceServiceRequest.FromString(data)
        self.paths.append(path)
        self.headers.append(headers)
        answer = self.answers.pop(0) if self.answers else self.judge(request) if self.judge else TAKEN
        if answer[0] == 200:
            self.requests.append(request)
        return answer

    @property
    def spans(self) -> list[Any]:
        """Return the spans of all requests that were taken."""
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


def partial(rejected: int, message: str) -> Answer:
    """Return the answer of a collector that did not take all of a request."""
    response = ExportTraceServiceResponse()
    response.partial_success.rejected_spans = rejected
    response.partial_success.error_message = message
    return 200, {"Content-Type": PROTOBUF}, response.SerializeToString()


def plain(status: int, text: str = "", **headers: str) -> Answer:
    """Return an answer in plain text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "text/plain", **named}, text.encode()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answered, answer = receiver.take(self.path, headers, body)
            self.send_response(status)
            for name, value in answered.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(probe: Probe, receiver: Receiver, *runs: Path | str, code: int = 0) -> str:
    """Export these runs to a receiver, and return what was said."""
    words = ("export", *map(str, runs), "--format", "otlp", "--endpoint", receiver.url)
    return probe(*words, code=code).err


def values(attributes: Any) -> dict[str, Any]:
    """Return attributes as Python values by name."""
    return {attribute.key: _value(attribute.value) for attribute in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    return [_value(item) for item in value.array_value.values] if kind == "array_value" else getattr(value, kind)
