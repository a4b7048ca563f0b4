"""The endpoints, and the records of requests."""

import json
from typing import Any

import httpx
import pytest

from probe.model.request_kind import RequestKind
from probe.upstream import Ended, ServedRequest
from probe.upstream.app import MAX_BODY_BYTES
from tests.upstream.support import (
    AUTH,
    ask,
    body,
    upstream,
)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [({}, {"model": "m", "messages": []}, 401), ({"x-api-key": "k"}, {"messages": []}, 400)],
)
def test_what_is_refused(headers: dict[str, str], body: dict[str, Any], status: int) -> None:
    with upstream() as served_by:
        answer = httpx.post(f"{served_by.base_url}/chat/completions", json=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_an_unknown_path_stays_unknown() -> None:
    with upstream() as served_by:
        for path in ("/v1/completions", "/completions", "/messages", "/v2/chat/completions/x"):
            assert httpx.post(f"{served_by.base_url}{path}", json={}, headers={"x-api-key": "k"}).status_code == 404


def test_other_endpoints() -> None:
    with upstream("hang(requests=all)", models=("a", "b")) as up, httpx.Client(base_url=up.base_url) as client:
        assert client.head("/").status_code == client.head("/r/1/call1").status_code == 200
        assert client.get("/").json() == client.get("/r/1/call1/api/hello").json() == {"ok": True}
        models = client.get("/some/prefix/v1/models", headers=AUTH).json()
        assert [model["id"] for model in models["data"]] == ["a", "b"]
        counted = client.post("/v1/messages/count_tokens", json=body(), headers=AUTH).json()
        assert counted["input_tokens"] > 10
        missing = client.post("/v1/nothing", headers=AUTH)
        assert (missing.status_code, missing.json()["error"]["type"]) == (404, "not_found_error")
    kinds = [served.kind.value for served in up.served]
    assert kinds == ["warmup"] * 4 + ["other"] * 3


def test_bad_requests_are_refused_as_the_api_does() -> None:
    def refusal(**request: Any) -> tuple[int, str]:
        answer = httpx.post(f"{up.base_url}/v1/messages", timeout=20, **request)
        return answer.status_code, answer.json()["error"]["type"]

    with upstream("hang") as up:
        assert refusal(json=body()) == (401, "authentication_error")
        assert refusal(content=b"{", headers=AUTH) == (400, "invalid_request_error")
        assert refusal(content=b"[" * 200_000, headers=AUTH) == (400, "invalid_request_error")
        assert refusal(json={"model": "m"}, headers=AUTH) == (400, "invalid_request_error")
        assert refusal(content=bytes(MAX_BODY_BYTES + 1), headers=AUTH) == (413, "request_too_large")


def test_a_record_says_what_was_asked_and_when() -> None:
    recorded: list[ServedRequest] = []
    session = "11111111-2222-3333-4444-555555555555"
    with upstream(on_request=recorded.append) as up:
        ask(up, "/r/0003/call1", headers={"x-claude-code-session-id": session})
        ask(up, "/any/prefix", request=body(metadata={"user_id": f"user_ab_account__session_{session}"}))
        ask(up, request=body(stream=False, metadata={"user_id": json.dumps({"session_id": session})}))
    first, second, third = up.served
    assert recorded == up.served
    assert (first.sequence, first.method, first.path) == (1, "POST", "/r/0003/call1/v1/messages")
    assert (first.round, first.step, first.kind, first.model) == (3, "call1", RequestKind.MAIN, "some-model")
    assert (first.stream, first.tools, first.status, first.ended) == (True, 2, 200, Ended.COMPLETED)
    assert (second.round, second.step, third.stream) == (None, None, False)
    assert {one.session_id for one in up.served} == {session}
    assert first.t_first_byte is not None
    assert first.t_first_content is not None
    assert first.t_received <= first.t_first_byte <= first.t_first_content <= first.t_end
