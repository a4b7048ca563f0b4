"""The two endpoints: their requests, and the text of their answers."""

import json
from typing import Any

import pytest

from probe.drivers.plain_apis import SessionTurn, answer_text
from tests.drivers.support import PLAIN_APIS


def test_a_text_is_read_from_any_stream_that_the_standard_allows() -> None:
    body = b'data: {"choices":\r\ndata: [{"delta": {"content": "PROBE"}}]}\r\n\r\n: still here\r\n\r\n'
    more = b'event:x\rdata:{"choices": [{"delta": {"content": "_OK"}}]}\r\rdata: [DONE]\r\r'
    assert answer_text(PLAIN_APIS["chat-completions"](), body + more) == "PROBE_OK"
    assert answer_text(PLAIN_APIS["messages"](), b'{\n"content": [{"text": "PROBE_OK"}]\n}') == "PROBE_OK"


@pytest.mark.parametrize("name", sorted(PLAIN_APIS))
def test_earlier_turns_come_before_the_prompt(name: str) -> None:
    body = PLAIN_APIS[name]().body("m", [SessionTurn("a", "b"), SessionTurn("c", "d")], "e")
    assert [(turn["role"], turn["content"]) for turn in body["messages"]] == [
        ("user", "a"),
        ("assistant", "b"),
        ("user", "c"),
        ("assistant", "d"),
        ("user", "e"),
    ]
    assert (body["model"], body["stream"]) == ("m", True)


@pytest.mark.parametrize(
    ("name", "whole", "text"),
    [
        ("messages", {"content": [{"text": "a"}, {"thinking": "no"}, {"text": "b"}]}, "ab"),
        ("messages", {"type": "content_block_delta", "delta": {"text": "a"}, "content": [{"text": "b"}]}, "a"),
        ("messages", {"type": "content_block_delta", "delta": "hostile"}, ""),
        ("messages", {"content": "hostile"}, ""),
        ("messages", {"content": ["hostile", {"text": 3}]}, ""),
        ("chat-completions", {"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}, "a"),
        ("chat-completions", {"choices": [{"delta": {"content": "a"}}]}, "a"),
        ("chat-completions", {"choices": [{"delta": {"content": None}}]}, ""),
        ("chat-completions", {"choices": []}, ""),
        ("chat-completions", {"choices": "hostile"}, ""),
        ("chat-completions", {"choices": [{"message": ["hostile"]}]}, ""),
        ("chat-completions", {}, ""),
    ],
)
def test_the_text_of_an_answer(name: str, whole: dict[str, Any], text: str) -> None:
    assert answer_text(PLAIN_APIS[name](), json.dumps(whole).encode()) == text


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"3", b"[" * 100_000, b"\xff\xfe", b'data: {"a":\n\n'])
def test_what_is_no_answer_has_no_text(body: bytes) -> None:
    assert [answer_text(api(), body) for api in PLAIN_APIS.values()] == ["", ""]
