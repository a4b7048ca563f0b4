"""The evidence of calls as it is stored, and in the language of the reader."""

import json
from typing import Any

import msgspec
import pytest

from probe.diagnose.classify import diagnose
from probe.model.call import Diagnosis
from probe.model.choices import Language
from probe.model.exchange import ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.row import DiagnosisPart
from probe.model.scenario import Expect
from probe.texts import Texts
from probe.texts.evidence_texts import ending_words
from probe.texts.stored_phrase import evidence_text
from probe.texts.unreadable_texts import unreadable_words
from tests.diagnose.exchanges import answered, exchange, good, status

CHINESE = Texts(Language.ZH)


def test_evidence_is_read_in_either_language_from_what_is_stored() -> None:
    attempts = [status(529), status(529, 900), exchange(1500, end=ExchangeEnd.RESET), good(2000)]
    found = diagnose(answered(*attempts), Expect(), None)
    stored = msgspec.json.decode(found.model_dump_json(), type=DiagnosisPart)
    assert evidence_text(stored, Texts()) == found.evidence
    assert found.evidence == "4 requests: 2 x 529 some_error, then connection_reset, then good"
    assert evidence_text(stored, CHINESE) == "4 次请求：2 x 529 some_error，然后connection_reset，然后正常"


def test_a_clean_call_stores_no_evidence() -> None:
    found = diagnose(answered(good()), Expect(), None)
    assert json.loads(found.model_dump_json(exclude_defaults=True)) == {"outcome": "ok"}


@pytest.mark.parametrize(
    "phrase",
    [
        None,
        7,
        [],
        ["evidence.no_request"],
        ["evidence.of_a_later_version", {}],
        ["evidence.stalled", {"n": 1}],
        ["evidence.stalled", {"n": 1, "ms": None}],
        ["evidence.no_request", 3],
        [["a"], {}],
    ],
)
def test_evidence_of_another_version_is_shown_in_english(phrase: Any) -> None:
    found = Diagnosis(outcome=Outcome.TIMED_OUT, evidence="as it was stored", evidence_phrase=phrase)
    assert evidence_text(found, CHINESE) == "as it was stored"


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
    assert CHINESE.words(ending_words(ending)) == words
    assert Texts().words(ending_words(ending)) == ending


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
    assert CHINESE.words(unreadable_words(why)) == words
    assert Texts().words(unreadable_words(why)) == why
