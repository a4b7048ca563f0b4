"""Endings of attempts in the language of the reader; what other programs read stays as it was."""

import pytest

from probe.texts.evidence_texts import ending_words
from tests.render.spoken import EN, ZH


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("good", "正常"),
        ("left open", "未结束"),
        ("good, thrown away", "正常（被客户端丢弃）"),
        ("stale connection", "失效的连接"),
        ("529 overloaded_error", "529 overloaded_error"),
        ("malformed_response (html)", "malformed_response（网页）"),
        ("stream_error (overloaded_error)", "stream_error（overloaded_error）"),
    ],
)
def test_endings_are_said_in_words(ending: str, words: str) -> None:
    assert ZH.words(ending_words(ending)) == words
    assert EN.words(ending_words(ending)) == ending
