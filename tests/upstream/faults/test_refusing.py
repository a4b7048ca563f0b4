"""Faults of upstreams that refuse a part of a request."""

from typing import Any

import pytest

from tests.upstream.support import (
    ECHO,
    HI,
    THINKING,
    answer_text,
    post,
    refusal,
    upstream,
    user,
)


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
        assert answer_text(post(up, messages=HI, tools=[ECHO])) == "HI THERE YOU"


def test_several_refusals_come_one_after_the_other() -> None:
    parts: dict[str, Any] = {"thinking": THINKING, "metadata": {"user_id": "x"}}
    with upstream("refuse_field(name=metadata)", "refuse_field(name=thinking)") as up:
        assert refusal(post(up, messages=HI, **parts)).startswith("metadata: ")
        assert refusal(post(up, messages=HI, thinking=THINKING)).startswith("thinking: ")
        assert answer_text(post(up, messages=HI)) == "HI THERE YOU"


def test_a_firewall_and_a_limit_on_bodies() -> None:
    with upstream("firewall(text='union SELECT')", "body_limit(bytes=5000)") as up:
        page = post(up, messages=[user("1 UNION select password")])
        large = post(up, messages=[user("x" * 6000)])
        assert answer_text(post(up, messages=HI)) == "HI THERE YOU"
    assert [answer.status_code for answer in (page, large)] == [403, 413]
    assert "<html>" in page.text
    assert "<html>" in large.text
