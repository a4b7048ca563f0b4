"""The grammar of a streamed message: what departs from it, and what Claude Code throws away for it.

The rows were measured with 2.1.329 (docs/claude-code.md): `thrown` is None where it took the answer all the same.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.message_stream import MessageStream

Event = tuple[str, dict[str, Any]]


def event(name: str, **data: Any) -> Event:
    return name, {"type": name, **data}


def begun(index: object = 0, type_: str = "text", **block: Any) -> Event:
    return event("content_block_start", index=index, content_block={"type": type_, **block})


def delta(type_: str | None = "text_delta", index: object = 0) -> Event:
    return event("content_block_delta", index=index, delta={"text": "x"} | ({"type": type_} if type_ else {}))


def closed(index: object = 0) -> Event:
    return event("content_block_stop", index=index)


def ended(reason: str | None = "end_turn") -> Event:
    return event("message_delta", delta={"stop_reason": reason})


START = event("message_start", message={"model": "m"})
STOP = event("message_stop")
BODY = (begun(), delta(), closed())
SOUND = (START, *BODY, ended(), STOP)
NAMELESS = ("", delta()[1])


def read(events: tuple[Event, ...]) -> MessageStream:
    stream = MessageStream()
    for name, data in events:
        stream.event(name, data)
    if stream.ended:
        stream.end()
    return stream


@pytest.mark.parametrize(
    ("events", "problem", "thrown"),
    [
        (SOUND, None, False),
        (
            (START, event("ping"), *BODY, event("unheard_of"), ended(), STOP, event("ping")),
            "ping after message_",
            False,
        ),
        ((START, *BODY, ended()), "no message_stop", False),
        ((START, *BODY, STOP), "no message_delta, so no stop_reason", False),
        ((START, *BODY, ended(None), STOP), "no stop_reason", False),
        ((START, START, *BODY, ended(), STOP), "message_start twice", False),
        ((begun(), START, delta(), closed(), ended(), STOP), "content_block_start before message_start", False),
        ((event("message_start"), *BODY, ended(), STOP), "message_start without a message", True),
        # blocks
        ((START, delta(), closed(), ended(), STOP), "content_block_delta without content_block_start", True),
        ((START, *BODY, delta(index=3), ended(), STOP), "content_block_delta without content_block_start", True),
        ((START, *BODY, delta(), ended(), STOP), "content_block_delta without content_block_start", True),
        ((START, *BODY, closed(), ended(), STOP), "content_block_stop without content_block_start", True),
        ((START, begun(), *BODY, ended(), STOP), "content_block_start twice", False),
        ((START, begun(), delta(), begun(), closed(), ended(), STOP), "content_block_start twice", True),
        ((START, *BODY, *BODY, ended(), STOP), None, False),
        ((START, begun(), begun(1), delta(), delta(index=1), closed(), closed(1), ended(), STOP), None, False),
        ((START, begun(1), delta(index=1), closed(1), ended(), STOP), None, False),
        ((START, begun(), delta(), ended(), STOP), "no content_block_stop", True),
        ((START, begun(), delta(), ended(), closed(), STOP), None, False),
        ((START, *BODY, begun(1), delta(index=1), ended(), STOP), "no content_block_stop", False),
        ((START, begun(text="all of it"), closed(), ended(), STOP), "text in content_block_start", True),
        ((START, begun(text=""), closed(), ended(), STOP), None, False),
        ((START, begun(text="all"), delta(), closed(), ended(), STOP), None, False),
        # deltas
        ((START, begun(), delta("input_json_delta"), closed(), ended(), STOP), "input_json_delta in a text", True),
        ((START, begun(), delta("thinking_delta"), closed(), ended(), STOP), "thinking_delta in a text block", True),
        ((START, begun(), delta("signature_delta"), closed(), ended(), STOP), "signature_delta in a text", True),
        ((START, begun(0, "thinking"), delta(), closed(), ended(), STOP), "text_delta in a thinking block", True),
        ((START, begun(0, "tool_use"), delta(), closed(), ended(), STOP), "text_delta in a tool_use block", True),
        ((START, begun(0, "tool_use"), delta("input_json_delta"), closed(), ended(), STOP), None, False),
        ((START, begun(0, "thinking"), delta("signature_delta"), closed(), ended(), STOP), None, False),
        ((START, begun(), delta("citations_delta"), closed(), ended(), STOP), None, False),
        ((START, begun(0, "unheard_of"), delta(), closed(), ended(), STOP), None, False),
        ((START, begun(), delta(None), closed(), ended(), STOP), "content_block_delta without a type", True),
        # names
        ((START, begun(), NAMELESS, closed(), ended(), STOP), "unnamed events", True),
        ((START, begun(), ("message", delta()[1]), closed(), ended(), STOP), "unnamed events", True),
        ((START, begun(), ("content_block_delta", {"type": "x"}), closed(), ended(), STOP), "and holds x", True),
        ((START, begun(), ("content_block_delta", {}), closed(), ended(), STOP), "and holds no type", True),
        ((START, begun(), ("delta", delta()[1]), closed(), ended(), STOP), "an event is called delta and holds", True),
        ((START, *BODY, ("message_delta", {}), STOP), "an event is called message_delta and holds no type", False),
        # after the end
        ((*SOUND, delta()), "content_block_delta after message_stop", False),
        ((*SOUND, NAMELESS), "content_block_delta after message_stop", False),
        ((*SOUND, *SOUND), "message_start after message_stop", False),
    ],
)
def test_what_departs_from_the_grammar(events: tuple[Event, ...], problem: str | None, thrown: bool) -> None:
    stream = read(events)
    if problem is None:
        assert stream.problems == []
    else:
        assert any(problem in each for each in stream.problems), stream.problems
    assert (stream.rejected is not None) == thrown
    if thrown:
        assert problem is not None
        assert problem in str(stream.rejected)


def test_the_first_reason_stays() -> None:
    stream = read((START, delta(), *BODY, closed(5), ended(), STOP))
    assert stream.rejected == "content_block_delta without content_block_start"


def test_a_message_that_has_not_said_that_it_is_over_lacks_nothing_yet() -> None:
    stream = read((START, begun(), delta()))
    assert (stream.ended, stream.problems, stream.rejected) == (False, [], None)


NAMES = ["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
         "message_stop", "ping", "error", "", "message", "x"]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "x"]), inner),
    max_leaves=4,
)
DATA = st.dictionaries(st.sampled_from(["type", "index", "delta", "message", "content_block"]), JSON)


@given(st.lists(st.tuples(st.sampled_from(NAMES), DATA, st.booleans()), max_size=30))
def test_whatever_comes_is_read(events: list[tuple[str, dict[str, Any], bool]]) -> None:
    stream = read(tuple((name, {**data, "type": name} if honest else data) for name, data, honest in events))
    assert len(stream.problems) <= 20
    assert stream.rejected is None or stream.rejected in stream.problems or len(stream.problems) == 20
