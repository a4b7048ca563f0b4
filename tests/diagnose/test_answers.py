"""Answers other than the one that was asked for."""

import pytest

from probe.diagnose.classify import diagnose
from probe.model.client import ClientOutput
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.scenario import Expect
from tests.builders import MODEL, START, result, verdict
from tests.diagnose.client_lines import GOOD, STREAM
from tests.diagnose.exchanges import answered, good

CHINESE = "你好，世界"
FRENCH = "déjà vu"


def told(text: str, expect: Expect) -> tuple[str, str | None]:
    words = ClientOutput(initialised=True, result=result(text=text))
    found = diagnose(Observation(("claude",), START, START, 900.0, 0, words=words), expect, None)
    return found.outcome.value, found.cause


@pytest.mark.parametrize("wanted", [CHINESE, FRENCH, "😀 done"])
@pytest.mark.parametrize("how", ["latin-1", "gbk", "gb18030"])
@pytest.mark.parametrize("contains", [True, False])
def test_letters_that_were_misread_are_told_as_that(wanted: str, how: str, contains: bool) -> None:
    misread = wanted.encode().decode(how, "replace")
    expect = Expect(contains=wanted) if contains else Expect(equals=wanted)
    assert told(f"Sure: {misread}." if contains else misread, expect) == ("wrong_answer", "mojibake")


@pytest.mark.parametrize(
    ("text", "wanted", "cause"),
    [
        ("ä½\xa0å¥½", "你好", "mojibake"),  # read as Windows-1252, which browsers mean by latin-1
        ("â€œyesâ€\x9d", "“yes”", "mojibake"),
        ("â€œaâ€\x9d b", "“a” b", "mojibake"),
        ("\ufffd\ufffd，世界", CHINESE, "replacement_characters"),
        ("d\ufffdj\ufffd vu", FRENCH, "replacement_characters"),
        ("something else", CHINESE, None),
        ("a \ufffd", "a \ufffd b", "cut_off"),
        ("PROBE", "PROBE_OK", "cut_off"),
        ("PROBE_OK!", "PROBE_OK", None),
        ("ROBE", "PROBE_OK", None),
        ("", "PROBE_OK", "empty"),
        ("", CHINESE, "empty"),
    ],
)
def test_in_which_way_an_answer_is_another_one(text: str, wanted: str, cause: str | None) -> None:
    assert told(text, Expect(equals=wanted)) == ("wrong_answer", cause)


def test_an_answer_may_hold_what_it_must_and_what_is_misread_elsewhere() -> None:
    assert told(f"{CHINESE} \ufffd", Expect(contains=CHINESE)) == ("ok", None)
    assert told(CHINESE, Expect(equals=CHINESE, contains="世")) == ("ok", None)
    assert told(CHINESE, Expect(equals=CHINESE, contains="x")) == ("wrong_answer", None)


def test_a_limit_of_tokens_is_the_reason_only_where_the_answer_is_wrong() -> None:
    cut = answered(good(stop_reason="max_tokens"))
    assert diagnose(cut, Expect(), MODEL).outcome is Outcome.OK
    assert diagnose(cut, Expect(equals="hi"), MODEL).outcome is Outcome.OK
    found = diagnose(cut, Expect(equals="hi there"), MODEL)
    assert (found.outcome, found.cause) == (Outcome.STOPPED_EARLY, "max_tokens")
    assert "CLAUDE_CODE_MAX_OUTPUT_TOKENS" in found.evidence


def test_without_a_recorder_the_client_names_the_stop_reason() -> None:
    words = ClientOutput(initialised=True, result=result(text="I can", stop_reason="pause_turn"))
    seen = Observation(("claude",), START, START, 900.0, 0, words=words)
    assert diagnose(seen, Expect(), None).cause == "pause_turn"


@pytest.mark.parametrize(
    ("expect", "text", "outcome", "cause"),
    [
        (Expect(equals="PROBE_OK"), "PROBE_OK", "ok", None),
        (Expect(equals="PROBE_OK"), " PROBE_OK\n", "ok", None),
        (Expect(equals="PROBE_OK"), "PROBE_OK!", "wrong_answer", None),
        (Expect(equals="PROBE_OK"), "", "wrong_answer", "empty"),
        (Expect(contains="OK"), "PROBE_OK", "ok", None),
        (Expect(contains="OK"), "no", "wrong_answer", None),
        (Expect(contains="OK"), "", "wrong_answer", "empty"),
        (Expect(), "", "ok", None),
        (Expect(model=MODEL), "x", "ok", None),
        (Expect(model="other"), "x", "wrong_model", None),
    ],
)
def test_what_the_scenario_expects_of_an_answer(expect: Expect, text: str, outcome: str, cause: str | None) -> None:
    found = verdict((*STREAM, {**GOOD, "result": text}), expect=expect)
    assert (found.outcome.value, found.cause) == (outcome, cause)
