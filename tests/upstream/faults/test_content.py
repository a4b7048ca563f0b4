"""Faults in the content of an answer, by what a client notices on the wire."""

import json

import pytest

from tests.upstream.support import (
    SOUND,
    ask,
    ask_chat,
    body,
    chat_deltas,
    events,
    names,
    said,
    said_under,
    upstream,
)


def test_wrong_model_shows_in_message_start() -> None:
    with upstream("wrong_model(name=cheap-model)") as up:
        answer = ask(up)
    assert events(answer.text)[0][1]["message"]["model"] == "cheap-model"
    assert up.served[0].model == "some-model"


def test_wrong_text_and_empty_text_are_well_formed() -> None:
    with upstream("wrong_text(text='something, else', request=1)", "empty_text(request=2)") as up:
        wrong, empty = ask(up, "/r/1/call1"), ask(up, "/r/1/call1")
    assert said(wrong.text) == "something, else"
    assert said(empty.text) == ""
    assert names(wrong.text)[-1] == names(empty.text)[-1] == "message_stop"


def tool_calls(text: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, str]] = []
    for name, data in events(text):
        if name == "content_block_start" and data["content_block"]["type"] == "tool_use":
            found.append((data["content_block"]["name"], ""))
        elif name == "content_block_delta" and data["delta"]["type"] == "input_json_delta":
            found[-1] = (found[-1][0], found[-1][1] + data["delta"]["partial_json"])
    return [(name, json.loads(text)) for name, text in found]


def test_tool_use_asks_for_the_tool_with_the_input() -> None:
    with upstream('tool_use(name=Bash, input={"command": "echo \\"a, b\\")"})') as up:
        answer = ask(up)
    assert tool_calls(answer.text) == [("Bash", {"command": 'echo "a, b")'})]
    assert events(answer.text)[-2][1]["delta"]["stop_reason"] == "tool_use"


def test_tool_use_of_all_makes_up_inputs_that_touch_the_canary() -> None:
    with upstream("tool_use(name=all, canary='/tmp/the canary')") as up:
        answer = ask(up)
    assert tool_calls(answer.text) == [
        ("Bash", {"command": "touch '/tmp/the canary'"}),
        ("Write", {"file_path": "/tmp/the canary", "content": "probe"}),
    ]


def test_tool_use_answers_a_result_unless_every_turn() -> None:
    turn = body()
    turn["messages"] += [
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "Bash", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "refused"}]},
    ]
    with upstream("tool_use") as up:
        assert said(ask(up, request=turn).text) == SOUND
    assert up.served[0].faults == ()
    with upstream("tool_use(every_turn=true)") as up:
        assert tool_calls(ask(up, request=turn).text)[0][0] == "Bash"


def test_after_a_tool_s_result_comes_text() -> None:
    turns = [{"role": "user", "content": "Reply exactly: DONE"}, {"role": "tool", "content": "x", "tool_call_id": "1"}]
    with upstream("tool_use") as served_by:
        assert "".join(part.get("content", "") for part in chat_deltas(ask_chat(served_by, messages=turns))) == "DONE"


@pytest.mark.parametrize(("how", "text"), [("latin-1", "cafÃ©?"), ("gbk", "caf茅?"), ("lost", "caf\ufffd\ufffd")])
def test_letters_beyond_ascii_are_garbled(how: str, text: str) -> None:
    assert said_under(f"garbled(as={how})", "café?") == text
    assert said_under(f"garbled(as={how})", "plain?") == "plain?"


def test_an_answer_stops_for_another_reason_in_the_middle_of_its_text() -> None:
    with upstream("stop_reason(name=pause_turn, chars=4)") as up:
        answer = ask(up, request=body(stream=False)).json()
    assert (answer["content"][0]["text"], answer["stop_reason"]) == (SOUND[:4], "pause_turn")
    assert said_under("stop_reason(chars=0)", "some text") == ""


def test_nothing_but_thinking_comes() -> None:
    with upstream("only_thinking") as up:
        answer = ask(up, request=body(stream=False)).json()
    assert [block["type"] for block in answer["content"]] == ["thinking"]
    assert answer["stop_reason"] == "max_tokens"


def test_tool_use_of_all_without_any_tool_answers_text() -> None:
    with upstream("tool_use(name=all)") as up:
        assert said(ask(up, request=body(tools=[])).text) == SOUND
    assert up.served[0].faults == ()
