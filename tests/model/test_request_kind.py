"""The kinds of requests."""

from typing import Any

import pytest

from probe.model.request_kind import request_kind

MESSAGES = "/r/0003/call1/v1/messages"


def lean(**changes: Any) -> dict[str, Any]:
    return {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": "hello"}], **changes}


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("HEAD", "/", "warmup"),
        ("HEAD", "/r/0003/call1", "warmup"),
        ("GET", "/", "warmup"),
        ("GET", "/r/0003/call1/", "warmup"),
        ("GET", "/api/hello", "warmup"),
        ("GET", "/v1/models", "other"),
        ("HEAD", "/v1/models", "other"),
        ("POST", "/v1/messages/count_tokens", "other"),
        ("POST", "/", "other"),
        ("POST", MESSAGES, "main"),
    ],
)
def test_kind_by_path(method: str, path: str, kind: str) -> None:
    assert request_kind(method, path, None).value == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (lean(), "main"),
        (lean(tools=[]), "main"),
        (lean(system="You are a careful engineer. Stay on topic."), "main"),
        (lean(tools=[{"name": "Bash"}], output_format={"type": "json_schema"}), "main"),
        (lean(max_tokens=1), "background"),
        (lean(tools=[{"name": "Bash"}], max_tokens=1, messages=[{"role": "user", "content": "count"}]), "background"),
        (lean(tools=[{"name": "Bash"}], messages=[{"role": "user", "content": "Warmup"}]), "background"),
        (lean(tools=[{"name": "Bash"}], messages=[{"role": "user", "content": "Warm up, then answer"}]), "main"),
        (lean(messages=[{"role": "user", "content": "Warmup"}, {"role": "user", "content": "hello"}]), "main"),
        (lean(messages=[{"role": "user", "content": "quota"}]), "background"),
        (lean(messages=[{"role": "user", "content": [{"type": "text", "text": "Warmup"}]}]), "background"),
        (lean(output_format={"type": "json_schema"}), "background"),
        (lean(output_config={"format": {"type": "json_schema"}}), "background"),
        (lean(output_config={"effort": "high"}), "main"),
        (lean(system=[{"type": "text", "text": "Generate a concise, sentence-case title (3-7 words)"}]), "background"),
        (lean(system="Analyze if this message indicates a new conversation topic."), "background"),
        ({"messages": "nonsense", "system": 3}, "main"),
        ({"messages": [1, {"content": None}]}, "main"),
    ],
)
def test_kind_by_body(body: dict[str, Any], kind: str) -> None:
    assert request_kind("POST", MESSAGES, body).value == kind
