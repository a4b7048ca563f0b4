"""The texts of reports: complete, alike in both languages, and equal to the model's words."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from probe.model.choices import EndReason, Language
from probe.model.comparison import Judgement
from probe.model.listed_run import NoEnd
from probe.model.note import NoteCode
from probe.model.outcome import Flag, Outcome, Party, WaitCause
from probe.model.verdict import Answer
from probe.texts import ALL, TABLES_OF_TEXTS, Texts
from probe.texts.outcome_texts import OUTCOMES

MINE = ALL
ENGLISH_ONLY = {"failed.was", "failed.were", "join.sentences"}
"""Keys that have no form in Chinese."""
SAME_IN_CHINESE = {
    "slower.none",
    "story.no_session",
    "check.server",
    "check.table.pings",
    "capture.part.beta",
    "capture.part.cache_control",
    "capture.part.metadata",
    "capture.user_id",
    "deep.facts.client",
    "deep.fields.beta",
}
HAN = re.compile(r"[\u4e00-\u9fff]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words(outcome: Outcome) -> None:
    assert Texts()(f"outcome.{outcome.value}")
    assert HAN.search(Texts(Language.ZH)(f"outcome.{outcome.value}"))
    assert f"failed.{outcome.value}" in OUTCOMES


@pytest.mark.parametrize("party", Party)
def test_every_party_has_words(party: Party) -> None:
    assert Texts()(f"party.{party.name.lower()}")
    assert HAN.search(Texts(Language.ZH)(f"party.{party.name.lower()}"))


@pytest.mark.parametrize(
    "key",
    [
        *(f"flag.{flag.value}" for flag in Flag),
        *(f"cause.{cause.value}" for cause in WaitCause),
        *(f"failed.timed_out.{cause.value}" for cause in WaitCause),
        *(f"note.{code.value}" for code in NoteCode),
        *(f"reason.{reason.value}" for reason in EndReason),
        *(f"end.{state.value}" for state in (*EndReason, *NoEnd)),
        *(f"answer.{answer.value}" for answer in Answer),
        *(f"ls.answer.{answer.value}" for answer in Answer),
        *(f"line.{answer.value}" for answer in Answer if answer is not Answer.COLD),
        *(f"sure.{answer.value}" for answer in Answer),
        *(f"judgement.{judgement.value}" for judgement in Judgement),
    ],
)
def test_every_member_has_an_entry(key: str) -> None:
    assert key in MINE


def test_both_languages_say_the_same() -> None:
    grammar = {"were"}  # the one word that is filled in for English alone
    for key, (english, chinese) in MINE.items():
        assert placeholders(english) - grammar == placeholders(chinese) - grammar, key
        words = re.sub(r"\{\w+\}|`[^`]*`|\S*/\S*", "", english)  # paths stay as they are
        if re.search(r"[a-z]{4}", words) and key not in ENGLISH_ONLY | SAME_IN_CHINESE:
            assert HAN.search(chinese), f"{key} is not translated"
        assert not HAN.search(english), key


def test_chinese_uses_chinese_punctuation() -> None:
    odd = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;!?][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?:\s|$)")
    assert [key for key, (_, chinese) in MINE.items() if odd.search(chinese)] == []


def test_no_key_stands_in_two_tables() -> None:
    assert sum(map(len, TABLES_OF_TEXTS)) == len(ALL)


def test_forms_for_one_have_a_form_for_many() -> None:
    stems = [key.removesuffix(".one") for key in MINE if key.endswith(".one")]
    range_instead = {"to_go", "line.to_go"}
    notes = [stem for stem in stems if stem.startswith("note.")]
    assert [stem for stem in notes if stem not in MINE] == []
    others = [stem for stem in stems if stem not in {*notes, *range_instead}]
    assert [stem for stem in others if not {stem, f"{stem}.many"} & set(MINE)] == []


def test_chinese_has_chinese_punctuation() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff}%][,:;]|[,:;][\u4e00-\u9fff]")
    assert [key for key, (_, chinese) in ALL.items() if half_width.search(chinese)] == []


PHRASES = [
    (path.name, node)
    for path in sorted((Path(__file__).parents[2] / "probe").rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "phrase" and node.args
]
"""The places where phrases are made."""


def test_phrases_have_texts_and_their_values() -> None:
    for name, call in PHRASES:
        key = call.args[0]
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        place = f"{name}:{call.lineno}: {key.value}"
        assert key.value in ALL, place
        given = {keyword.arg for keyword in call.keywords}
        assert placeholders(ALL[key.value][0]) <= given, place


def test_every_text_of_a_check_is_used() -> None:
    """Let no sentence outlive its finding; keys are written out, or with a part that is filled in."""
    sources = "\n".join(path.read_text() for path in (Path(__file__).parents[2] / "probe").rglob("*.py"))
    patterns = [
        re.sub(r"\\\{.*?\\\}", r"[\\w.]+", re.escape(found)) for found in re.findall(r'f"(check\.[^"]+)"', sources)
    ]
    tables = {key for key in ALL if key.startswith("check.")}
    unused = [
        key for key in tables if sources.count(f'"{key}"') < 2 and not any(re.fullmatch(p, key) for p in patterns)
    ]
    assert unused == []
