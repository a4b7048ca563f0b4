"""Evidence as it is stored, and read back in the language of the reader."""

import json
from typing import Any

import msgspec
import pytest

from probe.diagnose.classify import diagnose
from probe.model.call import Diagnosis
from probe.model.exchange import ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.row import DiagnosisPart
from probe.model.scenario import Expect
from probe.texts.phrase import Phrase, Words, items, phrase, remarks
from probe.texts.stored_phrase import english_evidence, evidence_text, evidence_words, stored_phrase
from tests.diagnose.exchanges import answered, exchange, good, status
from tests.render.spoken import EN, ZH


def found(phrase: Any, evidence: str = "as it was stored") -> Diagnosis:
    return Diagnosis(outcome=Outcome.TIMED_OUT, evidence=evidence, evidence_phrase=phrase)


def read_back(words: Words) -> Diagnosis:
    """Return a diagnosis with these words as evidence, after they were a file."""
    return found(json.loads(json.dumps(stored_phrase(words))), english_evidence(words))


def test_evidence_is_read_in_either_language_from_what_is_stored() -> None:
    attempts = [status(529), status(529, 900), exchange(1500, end=ExchangeEnd.RESET), good(2000)]
    found = diagnose(answered(*attempts), Expect(), None)
    stored = msgspec.json.decode(found.model_dump_json(), type=DiagnosisPart)
    assert evidence_text(stored, EN) == found.evidence
    assert found.evidence == "4 requests: 2 x 529 some_error, then connection_reset, then good"
    assert evidence_text(stored, ZH) == "4 次请求：2 x 529 some_error，然后connection_reset，然后正常"


def test_a_clean_call_stores_no_evidence() -> None:
    found = diagnose(answered(good()), Expect(), None)
    assert json.loads(found.model_dump_json(exclude_defaults=True)) == {"outcome": "ok"}


def test_a_quotation_is_stored_once_and_is_the_same_in_both_languages() -> None:
    assert stored_phrase("said a stranger") is None
    assert evidence_text(read_back("said a stranger"), ZH) == "said a stranger"


def test_a_phrase_within_a_phrase_is_put_into_words_too() -> None:
    stored = read_back(phrase("evidence.unreadable", what=phrase("ending.left_open")))
    assert stored.evidence == "unreadable: left open"
    assert evidence_text(stored, ZH) == "无法解析：未结束"


def test_a_list_keeps_its_order_and_what_stands_between_its_parts() -> None:
    stored = read_back(remarks([items([phrase("ending.stale"), "529"]), phrase("evidence.unnamed_error")]))
    assert stored.evidence == "stale connection, 529; an unnamed error"
    assert evidence_text(stored, ZH) == "失效的连接、529；未说明的错误"


def test_a_number_is_stored_as_one_and_a_text_on_one_line() -> None:
    stored = stored_phrase(phrase("evidence.stalled", n=3, ms="1\n  200"))
    assert stored == ["evidence.stalled", {"n": 3, "ms": "1 200"}]
    assert evidence_words(found(stored)) == Phrase("evidence.stalled", {"n": 3, "ms": "1 200"})


def test_evidence_is_on_one_line_and_no_longer_than_300_characters_in_either_language() -> None:
    assert english_evidence(f"first\n\tsecond {'x' * 400}") == f"first second {'x' * 287}"
    stored = read_back(remarks([phrase("evidence.unnamed_error"), *("x" * 290,) * 2]))
    for texts in (EN, ZH):
        assert len(evidence_text(stored, texts)) == 300
    assert evidence_text(stored, ZH).startswith("未说明的错误；xxx")


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
        ["evidence.no_request", {"key": "a"}],
        ["join.of_a_later_version", ["a", "b"]],
        [["a"], {}],
    ],
)
def test_evidence_of_another_version_is_shown_in_english(phrase: Any) -> None:
    assert evidence_text(found(phrase), ZH) == "as it was stored"


def test_evidence_nested_without_end_is_shown_in_english() -> None:
    deep: Any = "a"
    for _ in range(5000):
        deep = ["join.items", [deep]]
    assert evidence_text(found(deep), ZH) == "as it was stored"
