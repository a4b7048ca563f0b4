"""Faults of upstreams that misreport errors, tokens and signatures."""

import pytest

from probe.upstream.faults.misreporting import UsageFactor
from probe.upstream.input_tokens import count_input_tokens
from probe.upstream.messages import CacheUse, answer_to
from tests.upstream.support import (
    CALL,
    ECHO,
    HI,
    THINKING,
    answer_text,
    events,
    faults_of,
    post,
    refusal,
    request_for,
    upstream,
    user,
)


@pytest.mark.parametrize(
    ("shape", "status", "content_type", "holds"),
    [
        ("openai", 400, "application/json", '{"error": {"message": "messages: at least one'),
        ("detail", 400, "application/json", '{"detail": "messages: at least one'),
        ("text", 400, "text/plain", "messages: at least one"),
        ("html", 400, "text/html", "<h1>400</h1>"),
        ("words", 400, "application/json", '"message": "Upstream request failed"'),
        ("500", 500, "application/json", "messages: at least one"),
        ("200", 200, "application/json", '"success": false'),
    ],
)
def test_errors_in_other_shapes(shape: str, status: int, content_type: str, holds: str) -> None:
    with upstream(f"error_shape(as={shape})") as up:
        answer = post(up, messages=[])
        assert answer_text(post(up, messages=HI)) == "HI THERE YOU"
    assert (answer.status_code, answer.headers["content-type"]) == (status, content_type)
    assert holds in answer.text
    assert faults_of(up) == [("error_shape",), ()]


def test_misreported_tokens() -> None:
    true = count_input_tokens({"messages": HI})
    with upstream("usage_factor(factor=3, in=stream)", "count_factor(factor=0.5)") as up:
        whole = post(up, messages=HI).json()["usage"]["input_tokens"]
        stream = dict(events(post(up, messages=HI, stream=True).text))["message_start"]["message"]["usage"]
        count = post(up, "/v1/messages/count_tokens", messages=HI).json()["input_tokens"]
    assert (whole, stream["input_tokens"], count) == (true, 3 * true, round(true / 2))
    assert faults_of(up) == [(), ("usage_factor",), ("count_factor",)]
    with upstream("count_factor") as up:
        assert post(up, "/v1/messages/count_tokens", messages=HI).status_code == 404
        assert post(up, messages=HI).status_code == 200


@pytest.mark.parametrize("how", ["lost", "changed"])
def test_thinking_with_a_wrong_signature(how: str) -> None:
    with upstream(f"thinking_signature(is={how})") as up:
        block = post(up, messages=[user(CALL)], tools=[ECHO], thinking=THINKING).json()["content"][0]
        turns = [user(CALL), {"role": "assistant", "content": [block]}, user("Go on")]
        assert "Invalid `signature`" in refusal(post(up, messages=turns))
    assert bool(block["signature"]) is (how == "changed")


def test_an_error_may_come_without_an_id_and_an_answer_keeps_its_own() -> None:
    with upstream("error_shape(as=no_id)") as up:
        refused, sound = post(up, messages=[]), post(up, messages=HI)
    assert refusal(refused) == "messages: at least one message is required"
    assert ("request-id" in refused.headers, "request-id" in sound.headers) == (False, True)


@pytest.mark.parametrize(
    ("where", "stream", "times"),
    [
        ("all", True, 3),
        ("all", False, 3),
        ("stream", True, 3),
        ("stream", False, 1),
        ("whole", False, 3),
        ("whole", True, 1),
    ],
)
def test_tokens_are_multiplied_where_the_fault_says(where: str, stream: bool, times: int) -> None:
    answer = answer_to(request_for(stream=stream), CacheUse(2, 1))
    changed = UsageFactor(3.0, where).rewrite(answer, request_for())
    assert changed.input_tokens == times * answer.input_tokens
    assert changed.cache == CacheUse(2 * times, times)
