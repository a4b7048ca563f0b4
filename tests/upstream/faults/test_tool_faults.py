"""Faults of relays that mangle calls of tools, lose them, or send their arguments in pieces that nobody can join."""

import json
from typing import Any

import pytest

from probe.upstream.messages import TextBlock, ToolUseBlock
from tests.upstream.support import BASH, ECHO, answer_under, events, post, request_for, upstream, user

TWO_CALLS = 'Call the tool echo with {"text": "one"} and call the tool Bash with {"command": "two"}.'
TOOLS = [ECHO, BASH]


def calls_under(spec: str, prompt: str = TWO_CALLS) -> list[tuple[str, Any]]:
    """Return the calls of tools that are left under a fault."""
    answer = answer_under(spec, request_for(messages=[user(prompt)], tools=TOOLS))
    return [(block.name, block.input) for block in answer.blocks if isinstance(block, ToolUseBlock)]


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("mojibake", 'a "b" | Ã¼<'),
        ("lost_letters", 'a "b" | ?<'),
        ("html", "a &quot;b&quot; | ü&lt;"),
        ("escaped", r"a \"b\" | \u00fc<"),
        ("no_quotes", "a b | ü<"),
        ("no_pipes", 'a "b"  ü<'),
        ("cut", 'a "b"'),
    ],
)
def test_texts_in_arguments_are_mangled_also_within_objects_and_all_else_stays(how: str, text: str) -> None:
    prompt = 'Call the tool echo with {"deep": {"text": "a \\"b\\" | ü<"}, "count": 3}'
    assert calls_under(f"tool_arguments(as={how})", prompt) == [("echo", {"deep": {"text": text}, "count": 3})]


@pytest.mark.parametrize(
    ("how", "calls"),
    [
        ("dropped", [("echo", {"text": "one"})]),
        ("twice", [("echo", {"text": "one"}), ("Bash", {"text": "one"})]),
        ("lost", []),
        ("as_text", []),
        ("end_turn", [("echo", {"text": "one"}), ("Bash", {"command": "two"})]),
    ],
)
def test_calls_get_lost_or_doubled(how: str, calls: list[tuple[str, Any]]) -> None:
    assert calls_under(f"tool_calls(how={how})") == calls


@pytest.mark.parametrize(("how", "reason"), [("lost", "tool_use"), ("as_text", "end_turn"), ("end_turn", "end_turn")])
def test_the_reason_to_stop_may_not_fit_the_calls(how: str, reason: str) -> None:
    assert (
        answer_under(f"tool_calls(how={how})", request_for(messages=[user(TWO_CALLS)], tools=TOOLS)).stop_reason
        == reason
    )


def test_calls_have_ids_of_their_own_unless_the_fault_gives_them_one() -> None:
    request = request_for(messages=[user(TWO_CALLS)], tools=TOOLS)
    for spec, ids in (("tool_calls(how=same_id)", 1), ("tool_calls(how=end_turn)", 2)):
        blocks = answer_under(spec, request).blocks
        assert len({block.id for block in blocks if isinstance(block, ToolUseBlock)}) == ids


def test_calls_as_text_can_be_read_by_a_person() -> None:
    first, second = answer_under("tool_calls(how=as_text)", request_for(messages=[user(TWO_CALLS)], tools=TOOLS)).blocks
    assert (first, second) == (
        TextBlock('<tool_call>echo {"text": "one"}</tool_call>'),
        TextBlock('<tool_call>Bash {"command": "two"}</tool_call>'),
    )


@pytest.mark.parametrize("spec", ["tool_calls(how=lost)", "tool_arguments(as=cut)", "tool_pieces"])
def test_an_answer_without_calls_stays_as_it_is(spec: str) -> None:
    with upstream(spec) as up:
        assert post(up, messages=[user("Reply with exactly: fine")]).json()["content"][0]["text"] == "fine"
    assert up.served[0].faults == ()


def block_events(how: str, stream: bool = True) -> list[dict[str, Any]]:
    """Return the events of the blocks of two calls, as a client gets them."""
    with upstream(f"tool_pieces(as={how})") as up:
        answer = post(up, messages=[user(TWO_CALLS)], tools=TOOLS, stream=stream)
    return [data for name, data in events(answer.text) if name.startswith("content_block")]


def pieces(found: list[dict[str, Any]], index: int) -> list[Any]:
    return [data["delta"]["partial_json"] for data in found if data["index"] == index and "delta" in data]


def test_arguments_come_in_one_piece_as_an_object_or_as_text() -> None:
    assert pieces(block_events("object"), 1) == [{"command": "two"}]
    assert pieces(block_events("whole"), 1) == ['{"command": "two"}']


def test_arguments_do_not_come_or_do_not_end() -> None:
    assert pieces(block_events("none"), 0) == []
    unfinished = "".join(pieces(block_events("unfinished"), 0))
    assert '{"text": "one"}'.startswith(unfinished)
    with pytest.raises(json.JSONDecodeError):
        json.loads(unfinished)


def test_blocks_have_an_index_that_is_taken_or_skips_one() -> None:
    assert {data["index"] for data in block_events("same_index")} == {0}
    assert {data["index"] for data in block_events("gap")} == {0, 2}


def test_pieces_are_a_matter_of_message_streams_only() -> None:
    with upstream("tool_pieces") as up:
        whole = post(up, messages=[user(TWO_CALLS)], tools=TOOLS).json()
    assert [block["input"] for block in whole["content"]] == [{"text": "one"}, {"command": "two"}]
    assert up.served[0].faults == ()
