"""The sentences of verdicts, which claim no more than the data."""

import re

import pytest

from probe.model.choices import Role, Session
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.report_sections import Section
from probe.model.verdict import Answer, ControlEffect, RoundsToGo, StoppingBias
from probe.render import sentences as say
from probe.texts import Texts
from tests.builders import manifest, scenario, step
from tests.render.sections import (
    cold_section,
    embedded_manifest,
    estimate,
    evidence,
    pairs,
    section,
    statistics,
    undecided_section,
    verdict,
)
from tests.render.spoken import BOTH, EN, ZH, said

JARGON = re.compile(
    r"e-value|p-value|\bp\b|McNemar|Tango|null|hypothes|censor|quantile|significan|log|e 值|p 值|显著|假设检验"
)


def test_a_cold_verdict_says_how_much_how_sure_and_why() -> None:
    text = said(cold_section())
    assert text.startswith(
        "First calls are worse: they fail more often, and they are slower, often by more than 2.00 s. "
    )
    for words in (
        "9 of 30 first calls failed, and none of 30 second calls: 30 percentage points more",
        "30 percentage points more (95 % interval: 4 to 55).",
        "Of 9 failed first calls, 7 got no first byte before the deadline and 2 were refused as overloaded (529).",
        "3 more first calls succeeded only because Claude Code silently retried or fell back.",
        "Counting a failed call at its full timeout, the first call was slower by more than 500 ms in 28 of 30",
        "Counted so, first calls took 44.8 s longer than second calls on average (95 % interval: 19.7 s to 69.9 s)",
        "7.9 to 8.2 times as long",
        "Odds of this being chance: at most 1 in 250 (valid at any stopping time).",
        "There was no control arm",
    ):
        assert words in text
    assert "more would settle it" not in text


def test_the_same_in_chinese() -> None:
    text = said(cold_section(), ZH)
    assert text.startswith("首次调用比第二次调用差：失败更多，而且更慢，常常慢 2.00 s 以上。30 次首次调用中有 9 次失败")
    for part in ("高出 30 个百分点", "95% 区间：4 至 55", "7 次在时限内未收到首字节，2 次因中转过载被拒绝（529）",
                 "44.8 s（95% 区间：19.7 s 至 69.9 s）", "7.9 至 8.2 倍", "1/250"):  # fmt: skip
        assert part in text


@BOTH
@pytest.mark.parametrize("of", [cold_section(), undecided_section()], ids=["cold", "undecided"])
def test_the_paragraph_is_free_of_jargon_and_mark_up(of: Section, texts: Texts) -> None:
    text = said(of, texts)
    assert not JARGON.search(text)
    assert not re.search(r"[*`|<{}]|  ", text)


@BOTH
@pytest.mark.parametrize("of", [cold_section(), undecided_section()], ids=["cold", "undecided"])
def test_every_sentence_is_whole(of: Section, texts: Texts) -> None:
    for sentence in say.verdict_paragraph(of, texts):
        assert re.fullmatch(r"(?:[A-Z0-9].*\.|.*。)", sentence), sentence


@pytest.mark.parametrize(
    ("fails_more", "slower", "claims", "does_not"),
    [
        (True, False, "fail more often than second calls", "slower"),
        (False, True, "First calls are slower than second calls", "fail more"),
        (False, False, "failures and slowness together show it; neither alone does yet", "fail more often"),
    ],
)
def test_a_cold_verdict_claims_only_what_the_evidence_carries(
    fails_more: bool, slower: bool, claims: str, does_not: str
) -> None:
    changes = {"fails_more": fails_more, "slower": slower}
    of = cold_section(verdict=verdict(Answer.COLD, **changes))
    assert claims in say.verdict_paragraph(of, EN)[0]
    assert does_not not in say.verdict_paragraph(of, EN)[0]
    assert does_not not in say.verdict_line(verdict(Answer.COLD, **changes), EN)


def test_undecided_says_how_many_rounds_more_and_that_the_difference_may_be_nothing() -> None:
    text = said(undecided_section())
    assert text.startswith("Undecided after 12 rounds: a cold effect is neither shown nor ruled out.")
    assert "no difference seen (95 % interval: −42 to 42)" in text
    assert "310 ms longer than second calls on average (95 % interval: −200 ms to 820 ms, so it may be nothing)" in text
    assert text.endswith("about 20 to 45 more would settle it.")


@pytest.mark.parametrize(
    ("to_go", "paragraph", "line"),
    [
        (RoundsToGo(low=20, high=45, looked_ahead=400), "20 to 45 more would", "20 to 45 more would settle it"),
        (RoundsToGo(low=20, high=20, looked_ahead=400), "about 20 more would", "about 20 more would settle it"),
        (
            RoundsToGo(low=60, high=None, looked_ahead=400),
            "at least 60 more to settle",
            "at least 60 more would settle it, perhaps over 400",
        ),
        (RoundsToGo(low=None, high=None, looked_ahead=400), "more than 400 more", "more than 400 more"),
    ],
)
def test_rounds_to_go(to_go: RoundsToGo, paragraph: str, line: str) -> None:
    found = verdict(Answer.UNDECIDED, 12, to_go=to_go)
    assert paragraph in say.verdict_paragraph(undecided_section(verdict=found), EN)[-1]
    assert say.verdict_line(found, EN).startswith("UNDECIDED after 12 rounds; ")
    assert line in say.verdict_line(found, EN)


def test_the_lines_of_a_live_view() -> None:
    assert say.verdict_line(verdict(Answer.UNDECIDED, 12), EN) == (
        "UNDECIDED after 12 rounds; 20 to 45 more would settle it"
    )
    assert say.verdict_line(verdict(Answer.UNDECIDED, 1, to_go=None), EN) == "UNDECIDED after 1 round"
    assert say.verdict_line(verdict(Answer.COLD), EN) == "COLD after 23 rounds: first calls fail more often"
    assert say.verdict_line(verdict(Answer.NO_COLD_EFFECT), EN) == (
        "NO COLD EFFECT after 23 rounds: first calls fail less than 15 points more often, and are not 25 % slower"
    )
    assert say.verdict_line(verdict(Answer.UNDECIDED, 12), ZH) == "尚无定论（已测 12 轮）；预计再测 20 至 45 轮可有结论"


def test_no_cold_effect_does_not_rule_out_a_smaller_one() -> None:
    of = section(
        statistics("call1", 45), statistics("call2", 45), pairs=pairs(45, first_slower=2, second_slower=1, alike=42),
        verdict=verdict(Answer.NO_COLD_EFFECT, 45, failures=evidence(0.0, -0.11, 0.11, 45)),
    )  # fmt: skip
    text = said(of)
    assert text.startswith("No cold effect: ")
    assert "A smaller effect is not ruled out." in text
    assert "None of 45 first calls failed, and none of 45 second calls: no difference" in text
    assert "Odds of such an effect being missed: at most 1 in 50" in text
    assert "Counting a failed call" not in text


def test_one_round_says_next_to_nothing() -> None:
    of = section(
        statistics("call1", 1, (Outcome.TIMED_OUT, "overloaded", 1)), statistics("call2", 1), pairs=pairs(1, 1),
        verdict=verdict(Answer.UNDECIDED, 1, failures=evidence(1.0, -0.9, 1.0, 1)),
    )  # fmt: skip
    text = said(of)
    assert text.startswith("Undecided after 1 round: a cold effect is neither")
    assert "The only first call failed, and the only second call did not fail" in text
    assert "The failed first call was refused as overloaded until the deadline." in text
    assert "next to no evidence" in text
    assert "1 rounds" not in text
    assert "1 calls" not in text


def test_all_timed_out() -> None:
    late = (Outcome.TIMED_OUT, "no_first_byte", 20)
    of = section(statistics("call1", 20, late), statistics("call2", 20, late), pairs=pairs(20, both=20),
                 verdict=verdict(Answer.UNDECIDED, 20, failures=evidence(0.0, -0.2, 0.2, 20)))  # fmt: skip
    text = said(of)
    assert "All 20 first calls failed, and all 20 second calls." in text
    assert text.startswith("All calls failed, so first calls cannot be compared with second calls")
    assert "ndecided" not in text
    assert "would settle" not in text
    assert "All 20 failed first calls got no first byte before the deadline." in text
    assert "All 20 failed second calls got no first byte before the deadline." in text


def test_a_shorter_first_call_is_said_to_be_shorter() -> None:
    of = undecided_section(pairs=pairs(12, 1, 1, mean_difference_ms=estimate(-900.0, -1400.0, -400.0, 12)))
    assert "irst calls took 900 ms less than second calls on average (95 % interval: 400 ms to 1.40 s)" in said(of)


@pytest.mark.parametrize(
    ("answer", "first", "then"),
    [
        (Answer.COLD, "at first the first calls were worse", "later the second calls were"),
        (Answer.SECOND_WORSE, "at first the second calls were worse", "later the first calls were"),
    ],
)
def test_a_change_is_the_headline(answer: Answer, first: str, then: str) -> None:
    changes = {"settled_after": 6, "still": False, "changed_after": 33}
    found = verdict(answer, 60, failures=evidence(-0.3, -0.5, -0.1), **changes)
    of = section(statistics("call1", 60), statistics("call2", 60), pairs=pairs(60, 8, 26), verdict=found)
    text = said(of)
    assert text.startswith("Something changed during the run: ")
    assert f"{first} (shown after 6 rounds), {then} (shown after 33 rounds)." in text
    assert "Odds" not in text
    assert say.verdict_line(found, EN).startswith("CHANGED: ")
    assert say.verdict_line(found, ZH).startswith("情况有变：")


def test_a_clear_lean_is_told_before_it_is_beyond_chance() -> None:
    mean = estimate(5960.0, 2060.0, 9860.0, 12)
    of = undecided_section(pairs=pairs(12, mean_difference_ms=mean), verdict=verdict(Answer.UNDECIDED, 12, p=0.12))
    assert said(of).startswith(
        "Undecided after 12 rounds. So far first calls look 5.96 s slower; this is not yet beyond chance."
    )
    assert "neither" not in said(of)
    assert say.verdict_line(verdict(Answer.UNDECIDED, 12, p=0.12), EN) == (
        "UNDECIDED after 12 rounds: first calls look worse so far, not yet beyond chance; 20 to 45 more would settle it"
    )
    both = pairs(12, 6, mean_difference_ms=mean).model_copy(update={"failure_difference": estimate(0.5, 0.2, 0.7, 12)})
    assert "So far first calls fail 50 percentage points more often and look 5.96 s slower; this" in said(
        undecided_section(pairs=both)
    )
    second = undecided_section(pairs=pairs(12, mean_difference_ms=estimate(-5960.0, -9860.0, -2060.0, 12)))
    assert "So far second calls look 5.96 s slower" in said(second)


def test_stopping_early_makes_figures_too_large_and_that_is_said() -> None:
    bias = StoppingBias(difference=0.052, mean_difference_ms=3100.0)
    text = said(cold_section(verdict=verdict(Answer.COLD, stopping_bias=bias)))
    assert (
        "makes figures too large: here the difference of failure rates by about 5 points, the mean difference by about "
        "3.10 s (simulated)." in text
    )
    small = StoppingBias(difference=0.004, mean_difference_ms=100.0)
    assert "too large" not in said(cold_section(verdict=verdict(Answer.COLD, stopping_bias=small)))


@BOTH
def test_calls_that_are_not_alike_are_not_said_to_be_missing(texts: Texts) -> None:
    script = scenario(step(), step("call2", session=Session.SAME_ID, expect={"outcome": Outcome.SESSION_IN_USE}))
    of = section(statistics("call1", 12), statistics("call2", 12), manifest=manifest(script))
    assert say.verdict_paragraph(of, texts)[0] == texts("verdict.not_alike")


def test_the_client_s_own_part_is_taken_off() -> None:
    control = ControlEffect(own=estimate(210.0, 180.0, 240.0), left=estimate(44_590.0, 19_400.0, 69_700.0))
    text = said(cold_section(verdict=verdict(Answer.COLD, slower=True, control=control)))
    assert "itself accounts for 210 ms (95 % interval: 180 ms to 240 ms) of the mean difference" in text
    assert "44.6 s (95 % interval: 19.4 s to 69.7 s) come from the relay or the way to it." in text


@BOTH
def test_without_calls_nothing_is_claimed(texts: Texts) -> None:
    of = section(statistics("call1", 0), statistics("call2", 0))
    assert say.verdict_paragraph(of, texts) == (texts("verdict.no_calls"),)


def test_one_step_scenarios_are_told_by_their_label() -> None:
    of = section(statistics("probe", 5, (Outcome.AUTH, "401", 1), recovered=1))
    assert say.verdict_paragraph(of, EN) == (
        "A round has one call only, so there is no second call to compare the first with.",
        "1 of 5 probe calls failed.",
        "The failed probe call had the token refused (401).",
        "1 more probe call succeeded only because Claude Code silently retried or fell back.",
    )


def test_two_steps_without_a_pair() -> None:
    of = section(statistics("call1", 3), statistics("call2", 0))
    assert say.verdict_paragraph(of, EN)[:2] == (
        "No round has both a first and a second call that count, so the two cannot be compared.",
        "None of 3 call1 calls failed.",
    )


@BOTH
def test_the_embedded_upstream_is_said_first_and_once(texts: Texts) -> None:
    note = Note(code=NoteCode.EMBEDDED)
    of = undecided_section(
        manifest=embedded_manifest(), verdict=verdict(Answer.UNDECIDED, 12, cannot_tell=(note,))
    )  # fmt: skip
    assert say.verdict_paragraph(of, texts)[0] == texts("verdict.embedded")
    assert say.note_sentence(note, texts) not in say.verdict_paragraph(of, texts)
    control = of.model_copy(update={"role": Role.CONTROL})
    assert say.verdict_paragraph(control, texts)[0] == texts("verdict.control")


def test_a_control_is_measured_but_not_judged() -> None:
    mean = estimate(210.0, 180.0, 240.0)
    of = section(
        statistics("call1", 30),
        statistics("call2", 30),
        role=Role.CONTROL,
        manifest=embedded_manifest(),
        pairs=pairs(30, first_slower=4, alike=26, mean_difference_ms=mean),
    )
    assert say.verdict_paragraph(of, EN) == (
        EN("verdict.control"),
        "None of 30 first calls failed, and none of 30 second calls.",
        "The first call was slower by more than 500 ms in 4 of 30 rounds, the second call in none.",
        "First calls took 210 ms longer than second calls on average (95 % interval: 180 ms to 240 ms).",
    )


@pytest.mark.parametrize("p", [0.5, 0.3, 0.21])
def test_an_undecided_verdict_does_not_understate_chance(p: float) -> None:
    text = said(undecided_section(verdict=verdict(Answer.UNDECIDED, 12, p=p)))
    found = re.search(r"showing as much: up to 1 in (\d+) ", text)
    assert found
    assert 1 / int(found[1]) >= p
