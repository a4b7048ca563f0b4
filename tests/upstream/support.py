"""A client for the embedded upstream: requests as Claude Code makes them, and raw sockets for what httpx hides."""

import base64
import json
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from probe.digit_picture import draw_digits
from probe.upstream import EmbeddedUpstream, ServedRequest, parse_fault
from probe.upstream.faults.fault import AnswerFault
from probe.upstream.messages import AssistantMessage, TextBlock, answer_to
from probe.upstream.request import MessagesRequest

_CHAT_INPUT = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}
CHAT_BASH = {"type": "function", "function": {"name": "Bash", "parameters": _CHAT_INPUT}}
CHAT_PATHS = ("/v1/chat/completions", "/chat/completions", "/r/0003/call2/v1/chat/completions")

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
ECHO = {"name": "echo", "input_schema": {"type": "object", "properties": {"text": {"type": "string"}}}}
CALL = 'Call the tool echo with {"text": "a \\"b\\" | ü"} and wait.'
THINKING = {"type": "enabled", "budget_tokens": 1024}
DIGITS = "Reply with only the digits in the picture."
SOUND = "HELLO WORLD, TWICE"
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


def post(
    up: EmbeddedUpstream, path: str = "/v1/messages", headers: dict[str, str] | None = None, **body: Any
) -> httpx.Response:
    sent = {"model": "m", "max_tokens": 100, **body}
    return httpx.post(f"{up.base_url}{path}", json=sent, headers={**AUTH, **(headers or {})}, timeout=20)


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


HI = [user("Reply with exactly: HI THERE YOU")]


def picture(digits: str) -> dict[str, Any]:
    data = base64.b64encode(draw_digits(digits)).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 400
    error = answer.json()
    assert (error["type"], error["error"]["type"]) == ("error", "invalid_request_error")
    return str(error["error"]["message"])


def answer_text(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    return str(answer.json()["content"][0]["text"])


def requests_of(up: EmbeddedUpstream) -> list[ServedRequest]:
    """Return the requests of an upstream that may still run: each is noted when it has ended, so that one waits."""
    wait_until(lambda: not up.in_flight)
    return up.served


def faults_of(up: EmbeddedUpstream) -> list[tuple[str, ...]]:
    return [served.faults for served in requests_of(up)]


def ask_chat(
    served_by: EmbeddedUpstream, path: str = CHAT_PATHS[0], key: str = "authorization", **changes: Any
) -> httpx.Response:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Reply exactly: HELLO WORLD"}]
    body = {"model": "some-model", "stream": True, "messages": messages, "tools": [CHAT_BASH], **changes}
    return httpx.post(f"{served_by.base_url}{path}", json=body, headers={key: "Bearer key"}, timeout=20)


def chat_chunks(answer: httpx.Response) -> list[Any]:
    assert answer.headers["content-type"].startswith("text/event-stream")
    data = [block.removeprefix("data: ") for block in answer.text.strip().split("\n\n")]
    return [each if each == "[DONE]" else json.loads(each) for each in data]


def chat_deltas(answer: httpx.Response) -> list[dict[str, Any]]:
    return [choice["delta"] for chunk in chat_chunks(answer)[:-1] for choice in chunk["choices"]]


def request_for(**body: Any) -> MessagesRequest:
    """Return a parsed request, as the upstream has it before it answers."""
    return _parsed("/v1/messages", body)


def chat_request(**body: Any) -> MessagesRequest:
    return _parsed("/v1/chat/completions", body)


def _parsed(path: str, body: Mapping[str, Any]) -> MessagesRequest:
    sent = {"model": "m", "messages": HI, **body}
    return MessagesRequest.of(path, {}, sent, len(json.dumps(sent)))


def answer_under(spec: str, request: MessagesRequest) -> AssistantMessage:
    """Return what a fault makes of the right answer to a request."""
    fault = parse_fault(spec).fault
    assert isinstance(fault, AnswerFault)
    return fault.rewrite(answer_to(request), request)


def said_under(spec: str, text: str) -> str:
    """Return what a fault makes of a text."""
    (block,) = answer_under(spec, request_for(messages=[user(f"Reply with exactly: {text}")])).blocks
    assert isinstance(block, TextBlock)
    return block.text
