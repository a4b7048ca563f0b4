"""Faults of relays: requests that are changed on the way or refused, and errors and tokens that are misreported."""

from typing import Any

import httpx
import pytest

from probe.upstream import EmbeddedUpstream
from probe.upstream.input_tokens import count_input_tokens
from tests.upstream.support import events, upstream
from tests.upstream.test_abilities import CALL, DIGITS, ECHO, THINKING, picture, post, refusal, user

HI = [user("Reply with exactly: HI THERE YOU")]


def text(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    return str(answer.json()["content"][0]["text"])


def faults_of(up: EmbeddedUpstream) -> list[tuple[str, ...]]:
    return [served.faults for served in up.served]


def test_a_field_is_dropped() -> None:
    with upstream("drop_field(name=stop_sequences)") as up:
        answers = [text(post(up, messages=HI, stop_sequences=["THERE"])), text(post(up, messages=HI))]
    assert answers == ["HI THERE YOU"] * 2
    assert faults_of(up) == [("drop_field",), ()]


@pytest.mark.parametrize(("fault", "answers"), [("", ["There is no picture."] * 2), ("(in=tool_result)", ["21", None])])
def test_pictures_are_dropped(fault: str, answers: list[str | None]) -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "echo", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [picture("34")]}
    with upstream(f"drop_pictures{fault}") as up:
        plain = text(post(up, messages=[user([picture("21"), {"type": "text", "text": DIGITS}])]))
        of_tool = text(post(up, messages=[user(DIGITS), {"role": "assistant", "content": [call]}, user([result])]))
    assert [plain, of_tool] == [answers[0], "There is no picture."]


def test_dropped_thinking_is_not_looked_at() -> None:
    forged = {"type": "thinking", "thinking": "x", "signature": "y"}
    with upstream("drop_thinking") as up:
        post(up, messages=[user("Hi"), {"role": "assistant", "content": [forged]}, *HI]).raise_for_status()


@pytest.mark.parametrize("system", [{}, {"system": "Be brief."}, {"system": [{"type": "text", "text": "Be brief."}]}])
def test_a_hidden_prompt_is_counted(system: dict[str, Any]) -> None:
    with upstream("hidden_prompt(tokens=2000)") as up:
        tokens = post(up, messages=HI, **system).json()["usage"]["input_tokens"]
        count = post(up, "/v1/messages/count_tokens", messages=HI, **system).json()["input_tokens"]
    assert 2000 < tokens - count < 2050


def test_the_beginning_of_a_long_prompt_is_lost() -> None:
    question = f"The code word is apple7. {'word ' * 2000} What is the code word?"
    with upstream("short_context(tokens=1000)") as up:
        assert text(post(up, messages=[user(question)])) == "There is no code word."
        assert text(post(up, messages=[user("The code word is pear8. What is the code word?")])) == "pear8"


@pytest.mark.parametrize(
    ("fault", "request_parts", "words"),
    [
        ("refuse_field(name=thinking)", {"thinking": THINKING}, "thinking: Extra inputs are not permitted"),
        ("refuse_field(name=thinking.type, named=false)", {"thinking": THINKING}, "Invalid request"),
        (
            "refuse_field(name=tools.defer_loading)",
            {"tools": [ECHO, {**ECHO, "defer_loading": True}]},
            "tools.defer_loading: Extra inputs are not permitted",
        ),
        (
            "refuse_beta(name=effort-2025)",
            {"headers": {"anthropic-beta": "a-1,effort-2025-11-24"}},
            "Unexpected value(s) `effort-2025-11-24` for the `anthropic-beta` header.",
        ),
        ("refuse_beta(name=a, named=false)", {"headers": {"anthropic-beta": "a-1"}}, "invalid beta flag"),
        (
            "refuse_system_role(message='no role system')",
            {"messages": [*HI, {"role": "system", "content": "x"}]},
            "no role system",
        ),
    ],
)
def test_a_part_is_refused(fault: str, request_parts: dict[str, Any], words: str) -> None:
    with upstream(fault) as up:
        assert refusal(post(up, **{"messages": HI, **request_parts})) == words
        assert text(post(up, messages=HI, tools=[ECHO])) == "HI THERE YOU"


def test_several_refusals_come_one_after_the_other() -> None:
    parts: dict[str, Any] = {"thinking": THINKING, "metadata": {"user_id": "x"}}
    with upstream("refuse_field(name=metadata)", "refuse_field(name=thinking)") as up:
        assert refusal(post(up, messages=HI, **parts)).startswith("metadata: ")
        assert refusal(post(up, messages=HI, thinking=THINKING)).startswith("thinking: ")
        assert text(post(up, messages=HI)) == "HI THERE YOU"


def test_a_firewall_and_a_limit_on_bodies() -> None:
    with upstream("firewall(text='union SELECT')", "body_limit(bytes=5000)") as up:
        page = post(up, messages=[user("1 UNION select password")])
        large = post(up, messages=[user("x" * 6000)])
        assert text(post(up, messages=HI)) == "HI THERE YOU"
    assert [answer.status_code for answer in (page, large)] == [403, 413]
    assert "<html>" in page.text
    assert "<html>" in large.text


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
        assert text(post(up, messages=HI)) == "HI THERE YOU"
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
