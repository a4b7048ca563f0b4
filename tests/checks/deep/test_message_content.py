"""Tests for the content of an answer, whole or streamed, also where a relay sends what it should not."""

import json

import pytest

from probe.checks.deep.message_content import read_content

TEXT = {"type": "text", "text": "Hello"}
TOOL = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "ls"}}


def test_a_whole_answer_is_read_as_a_streamed_one() -> None:
    body = {"type": "message", "model": "glm", "stop_reason": "tool_use", "content": [TEXT, "odd", TOOL]}
    content = read_content(json.dumps(body).encode())
    assert content is not None
    assert (content.text, content.model, content.stop_reason, content.streamed) == ("Hello", "glm", "tool_use", False)
    (tool,) = content.tools
    assert (tool.id, tool.name, tool.input) == ("toolu_1", "Bash", {"command": "ls"})


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[1]", b'{"type": "error", "error": {}}', b'{"choices": []}', b"[" * 100_000],
    ids=["nothing", "page", "list", "error", "chat", "deep"],
)
def test_what_is_no_answer(body: bytes) -> None:
    assert read_content(body) is None


@pytest.mark.parametrize("content", [None, "Hello", 7, {}])
def test_an_answer_without_blocks_is_empty(content: object) -> None:
    found = read_content(json.dumps({"type": "message", "content": content}).encode())
    assert found is not None
    assert (found.blocks, found.text, found.stop_reason, found.model) == ([], "", None, None)


def test_pieces_that_belong_to_no_block_or_are_of_no_known_kind_are_passed_over() -> None:
    body = events(
        {"type": "message_start", "message": {"model": 7}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "lost"}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hel"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "text": "odd"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "lo"}},
        {"type": "content_block_delta", "index": 9, "delta": {"type": "text_delta", "text": "lost"}},
    )
    content = read_content(body)
    assert content is not None
    assert (content.text, content.model, content.streamed) == ("Hello", None, True)


def events(*data: dict[str, object]) -> bytes:
    """Return a stream of these events."""
    return "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in data).encode()
