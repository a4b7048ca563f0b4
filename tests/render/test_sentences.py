"""The sentences of reports: what the verdict says, and that it claims no more than the data."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.choices import EndReason, Language, Role, Session
from probe.model.comparison import Unit
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.report_sections import Gate, Section
from probe.model.statistics import Bound, Estimate, Figure, Ratio
from probe.model.verdict import Answer, ControlEffect, RoundsToGo, StoppingBias
from probe.render import sentences as say
from probe.render.numbers import duration_text, number_text, odds_text, points_text, rising
from probe.render.pair_rows import pair_rows
from probe.texts import Texts
from tests.builders import manifest, scenario, step, target_info
from tests.render.sections import (
    cold_section,
    comparison,
    embedded_manifest,
    estimate,
    evidence,
    pairs,
    section,
    statistics,
    undecided_section,
    verdict,
)

EN, ZH = Texts(), Texts(Language.ZH)
BOTH = pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
JARGON = re.compile(
    r"e-value|p-value|\bp\b|McNemar|Tango|null|hypothes|censor|quantile|significan|log|e 值|p 值|显著|假设检验"
)


def said(of: Section, texts: Texts = EN) -> str:
    return say.paragraph(say.verdict_paragraph(of, texts), texts)


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


def test_a_second_call_that_fails_more_is_not_hidden() -> None:
    of = section(statistics("call1", 20), statistics("call2", 20, (Outcome.AUTH, "401", 6)), pairs=pairs(20, 0, 6),
                 verdict=verdict(Answer.UNDECIDED, 20, failures=evidence(-0.3, -0.6, 0.02, 20)))  # fmt: skip
    text = said(of)
    assert "None of 20 first calls failed, and 6 of 20 second calls failed: 30 percentage points fewer" in text
    assert "(95 % interval: −60 to 2)" in text


def test_a_shorter_first_call_is_said_to_be_shorter() -> None:
    of = undecided_section(pairs=pairs(12, 1, 1, mean_difference_ms=estimate(-900.0, -1400.0, -400.0, 12)))
    assert "irst calls took 900 ms less than second calls on average (95 % interval: 400 ms to 1.40 s)" in said(of)


def test_the_limits_are_those_that_the_answer_is_about() -> None:
    """Hold that no interval reaches past 0 beside "fails more": a two-sided one does when E is just 20."""
    just = evidence(0.3, -0.02, 0.6).model_copy(update={"at_least": 0.01, "at_most": 0.58})
    text = said(cold_section(verdict=verdict(Answer.COLD, slower=True, failures=just)))
    assert "30 percentage points more (at least 1, 95 % limit)" in text
    assert "−2" not in text
    none = evidence(0.0, -0.17, 0.17).model_copy(update={"at_least": -0.14, "at_most": 0.14})
    quiet = section(statistics("call1", 30), statistics("call2", 30), pairs=pairs(30, 0))
    text = said(quiet.model_copy(update={"verdict": verdict(Answer.NO_COLD_EFFECT, failures=none)}))
    assert "no difference seen (at most 14 points, 95 % limit)" in text
    assert "17 points" not in text


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


def test_one_round_has_nothing_typical() -> None:
    of = undecided_section(pairs=pairs(1, ratio=Ratio(least=estimate(2.0), most=estimate(2.0))))
    assert "Typically" not in said(of)


def test_a_margin_in_proportion_says_so() -> None:
    changes = {"in_proportion": True, "slower_by_ms": 3750.0}
    of = undecided_section(
        pairs=pairs(12, slower_by_ms=3750.0, first_slower=3), verdict=verdict(Answer.UNDECIDED, 12, **changes)
    )
    assert "slower by more than 3.75 s (a quarter of what second calls took before) in 3 of 12 rounds" in said(of)


def test_slowness_is_told_as_it_was_counted() -> None:
    counts = {"first_slower": 2, "second_slower": 0, "alike": 8, "slower_unknown": 2}
    of = undecided_section(
        pairs=pairs(12, 1, 1, **counts, shift_ms=1990.0, horizon_ms=30_000.0, mean_difference_ms=estimate(900.0, n=12))
    )
    text = said(of)
    assert (
        "Counting a failed call at its full timeout, with the client's own 1.99 s taken off, the first call was slower"
        in text
    )
    assert "In 2 of 12 rounds it is not known which call was slower" in text
    assert (
        "Counting every call up to 30.0 s, the shortest timeout of a failed one, first calls took 900 ms longer than "
        "second calls on average." in text
    )


def test_slower_more_often_is_not_slower_on_average() -> None:
    slower = verdict(Answer.COLD, slower=True, fails_more=False)
    of = cold_section(verdict=slower, pairs=pairs(30, 0, mean_difference_ms=estimate(-2830.0)))
    assert said(of).startswith("In more rounds the first call is slower by more than 2.00 s than the second call is.")


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


@given(st.floats(1e-12, 0.5))
def test_odds_never_make_a_probability_smaller_than_it_is(p: float) -> None:
    n = int(odds_text(p, EN).removeprefix("1 in ").replace(",", ""))
    assert 1 / n >= p * (1 - 1e-6)
    assert n == 1_000_000 or n >= 0.9 / p - 1


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0"), (1.0, "100"), (0.17, "17"), (-0.05, "−5"), (0.004, "0.4"), (0.9996, "99.9"), (0.9949, "99.5")],
)
def test_a_share_is_not_rounded_to_certainty(share: float, text: str) -> None:
    assert points_text(share) == text


@pytest.mark.parametrize(("ms", "text"), [(None, "–"), (3430.0, "3.43 s"), (-850.0, "−850 ms"), (-0.2, "0 ms")])
def test_durations(ms: float | None, text: str) -> None:
    assert duration_text(ms) == text


@pytest.mark.parametrize(
    ("figure", "text", "interval"),
    [
        (Figure(value_ms=3400.0, low_ms=3000.0, high_ms=4000.0, high_bound=Bound.EXACT), "3.40 s", "3.00 s to 4.00 s"),
        (Figure(value_ms=180_000.0, bound=Bound.MORE_THAN), "> 3 m 00 s", "–"),
        (Figure(value_ms=21_000.0, bound=Bound.TOO_FEW, low_ms=900.0), "≥ 21.0 s (n too small)", "–"),
        (Figure(value_ms=None, bound=Bound.TOO_FEW), "n too small", "–"),
        (
            Figure(value_ms=9000.0, low_ms=3000.0, high_ms=90_000.0, high_bound=Bound.MORE_THAN),
            "9.00 s",
            "3.00 s to > 90.0 s",
        ),
    ],
)
def test_figures(figure: Figure, text: str, interval: str) -> None:
    assert say.figure_text(figure, EN) == text
    assert say.figure_interval(figure, EN) == interval


def test_estimates() -> None:
    assert say.estimate_ms(estimate(1200.0, 400.0, 2000.0), EN) == "1.20 s (400 ms to 2.00 s)"
    assert say.estimate_ms(estimate(1200.0), EN) == "1.20 s"
    assert say.estimate_share(estimate(0.17, 0.07, 0.34), EN) == "17 % (7 % to 34 %)"
    assert say.estimate_share(estimate(0.17, 0.07, 0.34), ZH) == "17%（7% 至 34%）"
    assert say.estimate_share(estimate(0.0, 0.0, 0.1), EN) == "0 % (at most 10 %)"
    assert say.estimate_share(estimate(0.0, None, 0.1), EN) == "0 % (at most 10 %)"
    assert say.estimate_share(estimate(1.0, 0.9, 1.0), EN) == "100 % (at least 90 %)"
    assert say.estimate_share(estimate(0.0, -0.1, 0.1), EN) == "0 % (−10 % to 10 %)"
    assert say.estimate_share(None, EN) == "–"


def test_what_gates_saw() -> None:
    assert [say.gate_observed(gate, EN) for gate in cold_section().gates] == [
        "30 % (17 % to 48 %), 9 of 30", "420 ms", "COLD",
    ]  # fmt: skip
    nothing = Gate(expression="call1.failure_rate > 0.1", failed=True, unit=Unit.SHARE)
    assert say.gate_observed(nothing, EN) == "no data"
    of_one = Gate(expression="median_ttft > 5s", failed=True, unit=Unit.MS, unmeasured="call1")
    assert say.gate_observed(of_one, EN) == "no data for call1"
    assert say.gate_observed(of_one, ZH) == "call1 没有数据"
    counted = Gate(expression="retried > 0", failed=True, unit=Unit.COUNT, count=2, estimate=estimate(2 / 15, n=15))
    assert say.gate_observed(counted, EN) == "2 of 15"
    mean = Gate(expression="mean_wall > 1s", failed=True, unit=Unit.MS, estimate=estimate(1200.0, 400.0, 2000.0))
    assert say.gate_observed(mean, EN) == "1.20 s (400 ms to 2.00 s)"


def test_of_a_bound_it_is_said_once_that_n_is_too_small() -> None:
    bound = Figure(value_ms=501.0, bound=Bound.TOO_FEW, low_ms=501.0)
    assert say.quantity_value(bound, Unit.MS, EN) == "≥ 501 ms (n too small)"


def test_a_higher_quantile_is_at_least_what_a_lower_one_is() -> None:
    def figure(value_ms: float | None, bound: Bound = Bound.EXACT) -> Figure:
        return Figure(value_ms=value_ms, bound=bound)

    few = Bound.TOO_FEW
    shown = rising({"p50": figure(480.0), "p75": figure(492.0), "p90": figure(477.0, few), "p95": figure(600.0, few),
                    "p99": figure(None, few)})  # fmt: skip
    assert [each.value_ms for each in shown.values()] == [480.0, 492.0, 492.0, 600.0, None]
    long = rising({"p75": figure(900.0, Bound.MORE_THAN), "p90": figure(900.0, Bound.MORE_THAN)})
    assert [each.bound for each in long.values()] == [Bound.MORE_THAN] * 2


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0 ms"), (0.3, "0 ms"), (-0.3, "0 ms"), (0.6, "+1 ms"), (-0.6, "−1 ms")]
)
def test_nothing_has_no_sign(value: float, text: str) -> None:
    assert say.difference_text(Estimate(value=value, n=9), Unit.MS, EN) == text


def test_numbers_below_nothing_have_a_minus_and_no_hyphen() -> None:
    falling = Note(code=NoteCode.DRIFT, values={"label": "call1", "direction": "faster", "tau": -0.538, "p": 0.008})
    assert "−0.538" in say.note_sentence(falling, EN)
    rows = dict(pair_rows(cold_section(), pairs(30), EN))
    assert rows[EN("pairs.difference_one_sided")] == "−100 points; 100 points"
    assert number_text(-2.4, ".2f") == "−2.40"
    assert number_text(2e-05) == "2e-05"


def test_a_phase_has_its_own_words_in_chinese_too() -> None:
    assert say.quantity_words("phase.wait", Texts(Language.ZH)) == "等待首字节阶段用时"
    assert say.quantity_words("phase.wait", EN) == "wait phase"


def test_what_is_joined_in_chinese_has_no_half_width_signs() -> None:
    """In cells with several values, and in where the figures come from."""
    texts = Texts(Language.ZH)
    made = cold_section()
    assert made.pairs
    told = [value for _, value in (*pair_rows(made, made.pairs, texts), *say.facts(made, texts))]
    assert [
        value for value in told if re.search(r"[;,(] ?| \(|[\u4e00-\u9fff][,;:]", value.replace("x86_64", ""))
    ] == []


def test_differences_in_words() -> None:
    rate, mean, p90, outcome = comparison().differences
    assert say.comparison_words(rate, EN) == (
        "call1, failure rate: no difference seen. 8 % instead of 30 %, a difference of −22 points (−41 to 6)."
    )
    assert "better. 4.10 s instead of 45.2 s, a difference of −41.1 s (−66.0 s to −16.2 s)" in say.comparison_words(
        mean, EN
    )
    assert "too few calls. n too small instead of 420 ms." in say.comparison_words(p90, EN)
    assert "calls with outcome overloaded" in say.comparison_words(outcome, EN)
    assert say.comparison_words(rate, ZH) == "call1 的失败率：未见差别。8%，基准为 30%，差值 −22 个百分点（−41 至 6）。"


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


@BOTH
def test_facts_name_where_figures_come_from(texts: Texts) -> None:
    found = list(say.facts(cold_section(), texts))
    values = [value for _, value in found]
    assert len({name for name, _ in found}) == len(found)
    for part in ("sk-...wxyz", "claude 2.1.329", "glm-4.7", "API_TIMEOUT_MS=60000", "20261121T073000Z", "0a1b2c3d"):
        assert any(part in value for value in values), part
    assert len(list(say.facts(section(manifest=None), texts))) == 3


def test_the_ratio_of_uncensored_calls_is_one_figure() -> None:
    alike = Ratio(least=estimate(7.1, 5.2, 8.9), most=estimate(7.1, 5.2, 8.9))
    text = said(undecided_section(pairs=pairs(12, ratio=alike)))
    assert "Typically a first call takes 7.1 times as long as a second call (95 % interval: 5.2 to 8.9)." in text
