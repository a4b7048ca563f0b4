"""A client for the embedded upstream: requests as Claude Code makes them, and raw sockets for what httpx hides."""

import json
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from probe.upstream import EmbeddedUpstream, parse_fault

BASH = {
    "name": "Bash",
    "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]},
}
WRITE = {
    "name": "Write",
    "input_schema": {
        "type": "object",
        "properties": {"file_path": {"type": "string"}, "content": {"type": "string"}},
        "required": ["file_path", "content"],
    },
}
AUTH = {"x-api-key": "key"}


def upstream(*specs: str, **options: Any) -> EmbeddedUpstream:
    return EmbeddedUpstream([parse_fault(spec) for spec in specs], **options)


def body(prompt: str = "Reply exactly: HELLO WORLD, TWICE", **changes: Any) -> dict[str, Any]:
    return {
        "model": "some-model",
        "max_tokens": 100,
        "stream": True,
        "messages": [{"role": "user", "content": prompt}],
        "tools": [BASH, WRITE],
        **changes,
    }


def background_body() -> dict[str, Any]:
    return body(tools=[], output_config={"format": {"type": "json_schema", "schema": {"type": "object"}}})


def ask(
    served_by: EmbeddedUpstream,
    prefix: str = "",
    *,
    request: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    return httpx.post(
        f"{served_by.base_url}{prefix}/v1/messages?beta=true",
        json=request or body(),
        headers={**AUTH, **(headers or {})},
        timeout=20,
    )


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def names(text: str) -> list[str]:
    return [name for name, _ in events(text)]


def said(text: str) -> str:
    return "".join(data["delta"].get("text", "") for name, data in events(text) if name == "content_block_delta")


def open_request(served_by: EmbeddedUpstream, request: Mapping[str, Any] | None = None) -> socket.socket:
    """Return a socket on which a whole request has been sent."""
    address = urlsplit(served_by.base_url)
    payload = json.dumps(request or body()).encode()
    connection = socket.create_connection((address.hostname, address.port), timeout=20)
    connection.sendall(
        b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: k\r\ncontent-length: %d\r\n\r\n%b"
        % (len(payload), payload)
    )
    return connection


def read_all(connection: socket.socket) -> tuple[bytes, type[Exception] | None]:
    """Return what comes until the end of the connection, and the exception that it ended with."""
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except OSError as error:
        return received, type(error)
    return received, None


def wait_until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
