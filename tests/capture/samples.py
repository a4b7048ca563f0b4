"""Requests as captured, and captures of them."""

from datetime import date
from typing import Any

from probe.model.captured_requests import Capture, CapturedRequest
from probe.model.request_kind import RequestKind

SESSION = "9cba27ff-4277-4a43-8778-91125e7c0af7"
PLACE = "/tmp/probe-abc/0/r0001-x_y/s"
DAY = date(2026, 11, 21)
BODY: dict[str, Any] = {
    "model": "m",
    "system": [{"type": "text", "text": "You help.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "tools": [{"name": "Bash", "description": "runs", "input_schema": {"type": "object"}}, {"name": "Read"}],
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "image"}]}],
    "metadata": {"user_id": "user_<probe:device-id>_account__session_<probe:session-id>"},
    "thinking": {"type": "adaptive"},
}
HEADERS = (("anthropic-beta", "one,two"), ("User-Agent", "x/1"), ("Accept", "a"), ("Accept", "b"))


def request(
    body: dict[str, Any] | None = None, headers: tuple[tuple[str, str], ...] = HEADERS, call: str = "call1"
) -> CapturedRequest:
    return CapturedRequest(
        call=call,
        kind=RequestKind.MAIN,
        method="POST",
        path="/v1/messages",
        headers=headers,
        body=BODY if body is None else body,
        body_bytes=500,
    )


def capture(*requests: CapturedRequest, **changes: Any) -> Capture:
    return Capture(**({"client_version": "1.2.3", "model": "m", "requests": requests or (request(),)} | changes))
