"""Faults of relays that change a request on its way."""

from typing import Any

import pytest

from tests.upstream.support import (
    DIGITS,
    HI,
    answer_text,
    faults_of,
    picture,
    post,
    upstream,
    user,
)


def test_a_field_is_dropped() -> None:
    with upstream("drop_field(name=stop_sequences)") as up:
        answers = [answer_text(post(up, messages=HI, stop_sequences=["THERE"])), answer_text(post(up, messages=HI))]
    assert answers == ["HI THERE YOU"] * 2
    assert faults_of(up) == [("drop_field",), ()]


@pytest.mark.parametrize(("fault", "answers"), [("", ["There is no picture."] * 2), ("(in=tool_result)", ["21", None])])
def test_pictures_are_dropped(fault: str, answers: list[str | None]) -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "echo", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [picture("34")]}
    with upstream(f"drop_pictures{fault}") as up:
        plain = answer_text(post(up, messages=[user([picture("21"), {"type": "text", "text": DIGITS}])]))
        of_tool = answer_text(
            post(up, messages=[user(DIGITS), {"role": "assistant", "content": [call]}, user([result])])
        )
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
        assert answer_text(post(up, messages=[user(question)])) == "There is no code word."
        assert answer_text(post(up, messages=[user("The code word is pear8. What is the code word?")])) == "pear8"
