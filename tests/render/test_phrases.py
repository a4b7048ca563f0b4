"""Phrases that all renderers share: notes, settings, causes."""

import re

import pytest

from probe.model.choices import EndReason
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.verdict import LEAST_MARGIN_S
from probe.render import sentences as say
from probe.render.phrases import (
    capitalised,
    cause_words,
    failed_words,
    joined,
    joined_names,
    margin_words,
    setting_value,
    way_words,
)
from probe.texts import Texts
from tests.builders import manifest, target_info
from tests.render.sections import (
    section,
)
from tests.render.spoken import BOTH, EN, ZH

VALUES: dict[NoteCode, dict[str, str | int | float]] = {
    NoteCode.INCOMPLETE: {"finished": 7, "planned": 10, "reason": "interrupted"},
    NoteCode.UNREADABLE: {"what": "rounds/0003", "count": 2},
    NoteCode.MACHINE_SHARED: {"concurrency": 8, "cpus": 2},
    NoteCode.MACHINE_BUSY: {"busy": 9, "n": 30, "load": 3.0, "cpus": 2},
    NoteCode.OUTLIERS: {"label": "call1", "count": 2, "rounds": "4, 17"},
    NoteCode.TWO_CLUSTERS: {"label": "call1", "low_ms": 420.0, "high_ms": 8100.0, "high_share": 0.27},
    NoteCode.DRIFT: {"label": "call1", "direction": "slower", "tau": 0.41, "p": 0.008},
    NoteCode.AUTOCORRELATION: {"label": "call1", "r": 0.5, "p": 0.01},
    NoteCode.ALTERNATION: {"label": "call1", "r": -0.5, "p": 0.01},
    NoteCode.CUT_OFF: {"count": 7},
    NoteCode.BURSTS: {"label": "call1", "failed": 9, "n": 30, "p": 0.01},
    NoteCode.EVERY_NTH: {"period": 3, "failed": 11, "n": 12, "others_failed": 1},
    NoteCode.CACHE_NOT_READ: {"label": "call2", "count": 6, "n": 24},
    NoteCode.CACHED_ANSWERS: {"count": 6, "n": 24},
    NoteCode.EXTRA_CALLS: {"count": 2, "label": "extra"},
    NoteCode.FEW_PAIRS: {"n": 5},
    NoteCode.NO_FAILURES_SEEN: {"n": 20, "high_share": 0.14},
    NoteCode.NOT_RECORDED: {"count": 3},
    NoteCode.USAGE_UNKNOWN: {"count": 3, "n": 8},
    NoteCode.RETRY_AT: {"when": "2026-11-22 23:00:00 UTC", "wait_ms": 57_600_000.0},
    NoteCode.QUOTA_ENDED: {"round": 12, "since": "2026-11-21 07:42:30 UTC", "count": 18, "n": 19},
    NoteCode.CAUSE_UNKNOWN: {"count": 3},
    NoteCode.LIVING_PROCESS: {"label": "call2", "count": 9, "n": 10},
    NoteCode.PREFLIGHT: {"idle_ms": 2100.0},
    NoteCode.LITTLE_IDLE: {"idle_ms": 900.0},
    NoteCode.PASSING_OUTAGE: {"gap": "2 m 00 s"},
    NoteCode.MARGIN_HIDES: {"count": 11, "n": 12, "low_ms": 900.0, "high_ms": 1200.0, "margin": "500ms"},
    NoteCode.TIMEOUT_HIDES: {"count": 7, "timeout_ms": 180_000.0},
    NoteCode.OTHER_EXPECTED: {"label": "call2", "outcome": "session_in_use"},
    NoteCode.MACHINE_DIFFERS: {"base": "aa", "candidate": "bb"},
    NoteCode.CLIENT_DIFFERS: {"base": "claude 1", "candidate": "claude 2"},
    NoteCode.SCENARIO_DIFFERS: {"base": "a", "candidate": "b"},
    NoteCode.DRIVER_DIFFERS: {"base": "claude-print", "candidate": "messages"},
    NoteCode.CLIENT_DRIVER_DIFFERS: {"base": "claude-print", "candidate": "claude-live"},
    NoteCode.SETTING_DIFFERS: {"name": "model", "base": "a", "candidate": "b"},
    NoteCode.COMPARED_WITH_FIRST: {"n": 8, "base": "relay"},
    NoteCode.NO_COMMON_STEP: {"base": "call1, call2", "candidate": "one"},
    NoteCode.NOT_POOLED: {"run": "r1", "other": "r2", "names": "model, client"},
}


@BOTH
@pytest.mark.parametrize("code", NoteCode)
def test_every_note_shows_its_values(code: NoteCode, texts: Texts) -> None:
    values = VALUES.get(code, {})
    sentence = say.note_sentence(Note(code=code, values=values), texts)
    assert re.fullmatch(r"(?:[A-Za-z0-9].*\.|.*。)", sentence)
    for name, value in values.items():
        if isinstance(value, str) and name not in {"reason", "direction", "outcome", "name", "names"}:
            assert (value.replace(", ", texts("join.items")) if name == "rounds" else value) in sentence
        if isinstance(value, int):
            assert str(value) in sentence
    assert "{" not in sentence


def test_settings_have_words_in_every_language() -> None:
    names = [*manifest().identity(), "manifest"]
    english, chinese = (
        say.note_sentence(
            Note(code=NoteCode.NOT_POOLED, values={"run": "r1", "other": "r2", "names": ", ".join(names)}), texts
        )
        for texts in (EN, ZH)
    )
    assert english.count(", ") == len(names)  # one of them stands before "since"
    assert not re.search("[a-z]", chinese.replace("r1", "").replace("r2", ""))
    assert chinese.count("、") == len(names) - 1


@pytest.mark.parametrize(
    ("name", "base", "candidate", "en", "zh"),
    [
        (
            "token header",
            "bearer",
            "x-api-key",
            "Different token header: bearer and x-api-key.",
            "令牌请求头",
        ),
        ("client retries", "None", "0", "Different client retries: its default and 0.", "客户端默认值 与 0"),
        ("priming", "True", "False", "Different priming of the sandbox: yes and no.", "是 与 否"),
        ("prepare", "none", "./restart", "none and ./restart", "无 与 ./restart"),
        ("aliases", "{}", '{"opus":"glm"}', 'none and {"opus":"glm"}', "无 与"),
        ("timeout of call1", "3 s", "9 s", "Different timeout of call1: 3 s and 9 s.", "call1 的超时时限"),
    ],
)
def test_a_setting_that_differs_is_named_in_words(name: str, base: str, candidate: str, en: str, zh: str) -> None:
    note = Note(code=NoteCode.SETTING_DIFFERS, values={"name": name, "base": base, "candidate": candidate})
    assert en in say.note_sentence(note, EN)
    assert zh in say.note_sentence(note, ZH)


def test_a_client_of_no_known_version_is_said_to_be_one() -> None:
    note = Note(code=NoteCode.CLIENT_DIFFERS, values={"base": "claude None", "candidate": "claude 2.1.0"})
    assert "(claude, version unknown and claude 2.1.0)" in say.note_sentence(note, EN)
    assert "（claude，版本未知 与 claude 2.1.0）" in say.note_sentence(note, ZH)


def test_notes_format_their_values() -> None:
    def note(code: NoteCode, **values: str | int | float) -> str:
        return say.note_sentence(Note(code=code, values=values or VALUES[code]), EN)

    assert "around 420 ms and around 8.10 s; 27 % are in the slow one" in note(NoteCode.TWO_CLUSTERS)
    assert "call1: calls became slower" in note(NoteCode.DRIFT)
    assert "about 1 in 120 such runs" in note(NoteCode.DRIFT)
    assert note(NoteCode.NOT_RECORDED, count=1).startswith("1 call was not recorded")
    assert note(NoteCode.FEW_PAIRS, n=1) == "1 round shows hardly anything."
    assert note(NoteCode.INCOMPLETE) == "Incomplete: 7 of 10 rounds; it was interrupted."
    assert "a session id that already exists" in note(NoteCode.OTHER_EXPECTED)


def test_each_reason_for_an_incomplete_run_has_words() -> None:
    def note(code: NoteCode, **values: str | int | float) -> str:
        return say.note_sentence(Note(code=code, values=values), EN)

    words = [note(NoteCode.INCOMPLETE, finished=1, planned=2, reason=reason) for reason in (*EndReason, "cut_off")]
    assert len(set(words)) == len(words)
    assert not any("_" in each.split(";")[1] for each in words)


def test_strangers_words_lose_their_control_characters() -> None:
    odd = say.note_sentence(Note(code=NoteCode.UNREADABLE, values={"what": "a\x1b[2J\nb\u202e", "count": 2}), EN)
    assert not re.search(r"[\x00-\x1f\u202e]", odd)
    named = manifest(target=target_info(base_url="http://relay.example/\x1b]0;x\x07"))
    assert not any(re.search(r"[\x00-\x1f]", value) for _, value in say.facts(section(manifest=named), EN))


def test_items_are_joined_as_sentences_do() -> None:
    for texts, told in ((EN, "a, b and c"), (ZH, "a，b，c")):
        assert joined([], texts) == ""
        assert joined(["a"], texts) == "a"
        assert joined(["a", "b", "c"], texts) == told


def test_a_sentence_begins_with_a_capital_and_the_rest_stays() -> None:
    assert capitalised("the API of glm-4.7") == "The API of glm-4.7"
    assert capitalised("") == ""


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("no_first_byte", "cause.no_first_byte"),
        ("overloaded", "outcome.overloaded"),
    ],
)
def test_a_cause_of_ours_has_words(cause: str, words: str) -> None:
    for texts in (EN, ZH):
        assert cause_words(cause, texts) == texts(words)


def test_a_cause_in_strangers_words_is_quoted_without_what_drives_a_terminal() -> None:
    assert cause_words("model_busy", EN) == "model_busy"
    assert cause_words("with", EN) == "with", "a text has this key, and is no cause"
    assert "\x1b" not in cause_words("\x1b[2Jbusy", EN)


def test_failed_calls_say_what_became_of_them() -> None:
    assert failed_words(Outcome.OVERLOADED, "529", 2, EN) == "were refused as overloaded (529)"
    assert failed_words(Outcome.OVERLOADED, "529", 1, EN) == "was refused as overloaded (529)"
    assert "(" not in failed_words(Outcome.OVERLOADED, None, 1, EN)
    assert "(" not in failed_words(Outcome.OVERLOADED, "٥٢٩", 1, EN), "digits of another script are no status"
    assert "no first byte" in failed_words(Outcome.TIMED_OUT, "no_first_byte", 1, EN)
    assert "busy" in failed_words(Outcome.TIMED_OUT, "busy\x1b[2J", 1, EN)
    assert "\x1b" not in failed_words(Outcome.TIMED_OUT, "busy\x1b[2J", 1, EN)


@pytest.mark.parametrize("outcome", Outcome)
@BOTH
def test_every_outcome_can_be_told_of_one_call_and_of_many(outcome: Outcome, texts: Texts) -> None:
    for count in (1, 2):
        words = failed_words(outcome, None, count, texts)
        assert words
        assert "{" not in words


def test_ways_and_kinds_of_upstreams_have_words() -> None:
    assert way_words("direct", EN) == EN("way.direct")
    assert "proxy.example:3128" in way_words("proxy proxy.example:3128", EN)
    assert way_words("carrier pigeon", EN) == "carrier pigeon"
    assert setting_value("upstream", "embedded", EN) == EN("fact.kind.embedded")
    assert setting_value("model", "embedded", EN) == "embedded"
    assert setting_value("client", "claude 2.1.0", EN) == "claude 2.1.0"


def test_a_margin_says_where_it_comes_from_if_it_follows_the_calls() -> None:
    assert margin_words(500.0, EN, in_proportion=False) == "500 ms"
    assert margin_words(3750.0, EN, in_proportion=True).startswith("3.75 s (")
    assert margin_words(LEAST_MARGIN_S * 1000, EN, in_proportion=True) == "1.00 s", "the least follows no calls"


@pytest.mark.parametrize(
    ("texts", "two", "three"), [(EN, "glm and kimi", "glm, kimi and one"), (ZH, "glm、kimi", "glm、kimi、one")]
)
def test_names_are_listed_as_the_language_does(texts: Texts, two: str, three: str) -> None:
    assert [joined_names(names, texts) for names in ([], ["glm"])] == ["", "glm"]
    assert joined_names(["glm", "kimi"], texts) == two
    assert joined_names(["glm", "kimi", "one"], texts) == three
