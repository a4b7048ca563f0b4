"""An answer as actions on the wire."""

import pytest

from probe.upstream.input_tokens import count_input_tokens
from probe.upstream.messages import answer_to
from probe.upstream.script import (
    Pause,
    ResponseHead,
    Send,
    body_of,
    cut,
    error_script,
    error_type,
    head_of,
    parts,
    script_of,
)
from tests.upstream.support import ask, body, events, names, request_for, upstream


def test_a_stream_is_complete_and_in_order() -> None:
    with upstream() as up:
        answer = ask(up)
    assert names(answer.text) == [
        "message_start",
        "content_block_start",
        "ping",
        *["content_block_delta"] * 3,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    message = events(answer.text)[0][1]["message"]
    assert message["model"] == "some-model"
    assert message["usage"]["input_tokens"] == count_input_tokens(body())
    assert events(answer.text)[-2][1]["usage"] == {"output_tokens": len("HELLO WORLD, TWICE") // 4 + 1}


def test_a_short_text_comes_in_two_deltas() -> None:
    with upstream() as up:
        assert names(ask(up, request=body("hello")).text).count("content_block_delta") == 2


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("a", ["a"]),
        ("ab", ["a", "b"]),
        ("abc", ["ab", "c"]),
        ("x" * 17, ["x" * 8, "x" * 8, "x"]),
        ("您好", ["您", "好"]),
    ],
)
def test_a_text_comes_in_small_pieces_two_at_least(text: str, pieces: list[str]) -> None:
    assert list(parts(text)) == pieces


@pytest.mark.parametrize(
    ("status", "kind"),
    [(413, "request_too_large"), (418, "invalid_request_error"), (500, "api_error"), (599, "api_error")],
)
def test_an_error_has_the_type_of_its_status(status: int, kind: str) -> None:
    assert error_type(status) == kind


def test_an_error_carries_its_headers() -> None:
    head, body = error_script(429, "slow down", (("retry-after", "3"),))
    assert isinstance(head, ResponseHead)
    assert (head.status, dict(head.headers)["retry-after"]) == (429, "3")
    assert isinstance(body, Send)
    assert b"rate_limit_error" in body.data


def test_a_script_is_cut_after_so_many_pieces_of_content() -> None:
    script = script_of(answer_to(request_for(stream=True)), gap_s=0.1)
    contents = [sum(isinstance(action, Send) and action.content for action in cut(script, n)) for n in (0, 1, 2, 9)]
    assert contents == [0, 1, 2, 2]
    assert not isinstance(cut(script, 0)[-1], Pause)
    assert cut(script, 1)[0] == head_of(script)[-1] == script[0]


def test_a_script_without_content_or_head_is_cut_to_its_head() -> None:
    refused = error_script(400, "no")
    assert cut(refused, 1) == refused[:1]
    assert (head_of((Pause(1.0),)), body_of((Pause(1.0), *refused))) == ((), body_of(refused))


def test_a_pause_lies_before_each_piece_of_content_only_where_it_is_set() -> None:
    answer = answer_to(request_for(stream=True))
    pauses = [place for place, action in enumerate(script_of(answer, 0.5)) if isinstance(action, Pause)]
    assert all(getattr(script_of(answer, 0.5)[place + 1], "content", False) for place in pauses)
    assert (len(pauses), Pause(0.0) in script_of(answer)) == (2, False)
