"""Faults of a body in the language of the reader; what other programs read stays as it was."""

import pytest

from probe.texts.unreadable_texts import unreadable_words
from tests.render.spoken import EN, ZH


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("content_block_delta without content_block_start", "content_block_delta 之前没有 content_block_start"),
        ("no message_delta, so no stop_reason", "没有 message_delta，因此没有 stop_reason"),
        ("message_start without a message", "message_start 中没有消息"),
        ("an event is called ping and holds no type", "名为 ping 的事件没有类型"),
        ("no [DONE] at the end", "结尾没有 [DONE]"),
        ("unlabelled zstd", "未声明的 zstd"),
        ("json", "json"),
        ("what a stranger says: no channel", "what a stranger says: no channel"),
    ],
)
def test_faults_of_a_body_are_said_in_words(why: str, words: str) -> None:
    assert ZH.words(unreadable_words(why)) == words
    assert EN.words(unreadable_words(why)) == why
