"""A request's tokens, as they are counted everywhere."""

import base64
from typing import Any

import pytest

from probe.digit_picture import draw_digits, picture_size
from probe.upstream.input_tokens import count_input_tokens, decoded_picture, encoded_pictures
from tests.upstream.support import BASH, events, picture, post, upstream, user


def test_stream_whole_answer_and_count_agree_on_the_tokens() -> None:
    body: dict[str, Any] = {
        "system": "Be brief.",
        "messages": [user([picture("12"), {"type": "text", "text": "ü" * 400}])],
    }
    with upstream() as up:
        whole = post(up, **body, tools=[BASH]).json()["usage"]["input_tokens"]
        start = dict(events(post(up, **body, tools=[BASH], stream=True).text))["message_start"]
        count = post(up, "/v1/messages/count_tokens", **body, tools=[BASH]).json()["input_tokens"]
        without_tools = post(up, **body).json()["usage"]["input_tokens"]
    assert whole == start["message"]["usage"]["input_tokens"] == count
    assert 100 < without_tools < whole < 400  # the picture counts by its size, not by its letters


PNG = base64.b64encode(draw_digits("12")).decode()
URL = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}


def test_only_what_the_model_reads_is_counted() -> None:
    read = {"messages": [user("word " * 100)], "system": "Be brief."}
    assert count_input_tokens({**read, "metadata": {"user_id": "x" * 4000}, "model": "m"}) == count_input_tokens(read)
    assert count_input_tokens(read) > 125
    assert count_input_tokens({}) == 1


def test_a_letter_counts_the_same_in_every_alphabet() -> None:
    assert count_input_tokens({"system": "您" * 400}) == count_input_tokens({"system": "x" * 400})


def test_a_picture_counts_by_its_size_and_one_that_cannot_be_read_by_a_fixed_number() -> None:
    width, height = picture_size(draw_digits("12")) or (0, 0)

    def tokens(encoded: str) -> int:
        source = {"type": "base64", "media_type": "image/png", "data": encoded}
        return count_input_tokens({"messages": [user([{"type": "image", "source": source}])]})

    assert tokens(PNG) - tokens("") == width * height // 750 + 1
    assert tokens("!" * 9000) - tokens("") == 1500


def test_pictures_are_found_wherever_they_stand() -> None:
    result = {"type": "tool_result", "content": [picture("12")]}
    body = {"messages": [user([picture("12"), result]), user([URL])], "tools": [{"image_url": {"url": "x"}}]}
    assert list(encoded_pictures(body)) == [PNG] * 3
    hostile = [{"type": "image", "source": "x"}, {"type": "image_url", "image_url": None}, {"type": "image"}, None, 3]
    assert list(encoded_pictures(hostile)) == []


@pytest.mark.parametrize(("encoded", "file"), [("aGk=", b"hi"), ("aGk", b""), ("!!", b""), ("ü", b""), ("", b"")])
def test_what_is_no_base64_is_no_file(encoded: str, file: bytes) -> None:
    assert decoded_picture(encoded) == file
