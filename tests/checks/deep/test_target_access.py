"""Requests of a case are made within its time, and kept as evidence."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from probe.checks.api_result import ApiRequest, ApiResult
from probe.checks.deep.case_ends import ClientUnusable, NotServed, OutOfTime
from probe.checks.deep.target_access import COUNT_TOKENS, PlainReply, TargetAccess
from probe.checks.time_budget import TimeBudget
from probe.model.choices import TokenHeader
from probe.model.client import ModelUsage
from probe.model.outcome import Outcome
from tests.checks.replies import events, message
from tests.checks.results import said, stream


class Sender:
    """Answers with these results, one after the other, and keeps what was asked."""

    def __init__(self, *results: ApiResult) -> None:
        self.requests: list[ApiRequest] = []
        self._results = list(results)

    def __call__(self, request: ApiRequest, timeout_s: float) -> ApiResult:
        self.requests.append(request)
        return self._results[len(self.requests) - 1]


def access_to(send: Sender, total_s: float = 60.0, **options: Any) -> TargetAccess:
    budget = TimeBudget(20.0, total_s)
    return TargetAccess(
        "http://relay.example",
        TokenHeader.X_API_KEY,
        "glm-5",
        send,
        budget,
        SecretStr("t0ken"),
        {"x-a": "1"},
        **options,
    )


def whole(body: bytes = b'{"type":"message","content":[{"type":"text","text":"OK"}]}', **fields: object) -> ApiResult:
    return stream(said(200, body), streamed=False, **fields)


def test_a_request_has_the_model_and_a_limit_unless_it_names_its_own() -> None:
    send = Sender(whole(), whole(), whole())
    access = access_to(send)
    access.post("usual", {"messages": []})
    access.post("own", {"model": "other", "max_tokens": 7}, headers={"x-a": "2"})
    access.post("counted", {"messages": []}, path=COUNT_TOKENS)
    usual, own, counted = (json.loads(request.body or b"") for request in send.requests)
    assert usual == {"model": "glm-5", "max_tokens": 256, "messages": []}
    assert (own["model"], own["max_tokens"]) == ("other", 7)
    assert counted == {"model": "glm-5", "messages": []}
    assert [request.path for request in send.requests] == ["/v1/messages", "/v1/messages", COUNT_TOKENS]
    assert [request.headers["x-a"] for request in send.requests] == ["1", "2", "1"]
    assert send.requests[0].headers["x-api-key"] == "t0ken"


def test_each_request_is_kept_as_evidence() -> None:
    access = access_to(Sender(whole(correlation={"request-id": "req_1", "server": "nginx"}), said(529, b"busy")))
    access.post("first", {})
    access.post("second", {})
    first, second = access.requests
    assert (first.name, first.by, first.status, first.request_id) == ("first", "plain HTTP", 200, "req_1")
    assert "OK" in first.quote
    assert (second.status, second.request_id) == (529, None)


def test_who_answered_is_no_id_of_a_request() -> None:
    access = access_to(Sender(whole(correlation={"server": "nginx", "via": "1.1 edge"}), whole()))
    access.post("answered by somebody", {})
    assert access.requests[0].request_id is None


def test_nothing_is_asked_once_the_time_is_over() -> None:
    send = Sender()
    with pytest.raises(OutOfTime):
        access_to(send, total_s=0.0).post("late", {})
    assert send.requests == []


def test_without_a_client_its_calls_cannot_be_made() -> None:
    access = access_to(Sender())
    assert not access.has_client
    with pytest.raises(ClientUnusable):
        access.call_client("call", "a prompt")
    with pytest.raises(ClientUnusable):
        access.own_request({})


def test_an_upstream_that_gave_no_response_is_told_from_one_that_was_not_asked() -> None:
    nobody = ApiResult(None, None, b"", 5.0, Outcome.TIMED_OUT)
    access = access_to(Sender(nobody, whole()))
    assert not access.is_unanswered
    access.post("first", {})
    assert (access.is_unanswered, access.timeouts) == (True, 1)
    access.post("second", {})
    assert (access.is_unanswered, access.timeouts) == (False, 1)


def test_a_secret_stands_in_no_quote() -> None:
    streamed = said(200, events(*message("t0ken is the key")))
    access = access_to(
        Sender(streamed, whole(b'{"m": "t0ken"}')), redact=lambda text: text.replace("t0ken", "[redacted]")
    )
    access.post("streamed", {})
    access.post("whole", {})
    assert [request.quote.count("[redacted]") for request in access.requests] == [1, 1]
    assert "t0ken" not in repr(access.requests)


def test_a_stream_is_quoted_by_its_content_and_why_it_ended() -> None:
    access = access_to(Sender(said(200, events(*message("a")))))
    access.post("streamed", {})
    assert access.requests[0].quote == "a [end_turn]"


@pytest.mark.parametrize(
    ("result", "code", "found"),
    [
        (whole(b'{"a": 1}'), "HTTP 200", {"a": 1}),
        (whole(b"[1]"), "HTTP 200", {}),
        (whole(b"[" * 100_000), "HTTP 200", {}),
        (ApiResult(None, None, b"", 5.0, Outcome.TIMED_OUT), "ETIMEDOUT", {}),
    ],
)
def test_a_reply_is_told_by_its_code_and_its_json(result: ApiResult, code: str, found: dict[str, int]) -> None:
    reply = PlainReply(result)
    assert (reply.code, reply.json, reply.content.text) == (code, found, "")
    assert reply.usage == ModelUsage()


def test_an_answer_that_a_case_cannot_do_without_is_required() -> None:
    good = PlainReply(whole())
    assert good.required() is good
    for refused, words in ((replace(said(400, b""), outcome=Outcome.BAD_REQUEST, evidence="no"), "no"),
                           (replace(said(529, b""), outcome=Outcome.OVERLOADED), "HTTP 529")):  # fmt: skip
        with pytest.raises(NotServed, match=words):
            PlainReply(refused).required()
