"""A comparison in words: which side is better and by how much, or why that cannot be told."""

from typing import Any

import pytest

from probe.model.comparison import Comparison, DecidingQuantity, Difference, Judgement, Side, Unit
from probe.model.note import Note, NoteCode
from probe.render.comparison_conclusion import conclusion, family_words, health_lines, nothing_in_common
from tests.render.sections import estimate, health, statistics
from tests.render.spoken import EN

WORSE, BETTER, ALIKE, TOO_FEW = Judgement.WORSE, Judgement.BETTER, Judgement.NO_DIFFERENCE_SEEN, Judgement.TOO_FEW
HEALTHY, FLAKY = health((statistics("call1", 30),)), health((statistics("call1", 30, recovered=2),))


def rate(judgement: Judgement, label: str = "call1", **changes: Any) -> Difference:
    """Return a failure rate that is 20 points higher in the candidate."""
    fields: dict[str, Any] = {
        "label": label,
        "quantity": "failure_rate",
        "unit": Unit.SHARE,
        "base": estimate(0.1),
        "candidate": estimate(0.3),
        "difference": estimate(0.2, 0.05, 0.35),
        "judgement": judgement,
    }
    return Difference.model_validate(fields | changes)


def mean(judgement: Judgement, label: str = "call1") -> Difference:
    """Return a mean time that is 2 s shorter in the candidate."""
    return Difference(
        label=label,
        quantity="mean_wall",
        unit=Unit.MS,
        base=estimate(6000.0),
        candidate=estimate(4000.0),
        difference=estimate(-2000.0, -3000.0, -1000.0),
        judgement=judgement,
    )


def compared(*differences: Difference, **changes: Any) -> Comparison:
    fields: dict[str, Any] = {
        "base": "old", "candidate": "new", "interleaved": True, "rounds": (30, 30), "differences": differences
    }  # fmt: skip
    return Comparison.model_validate(fields | changes)


def decided(better: Side, label: str, quantity: str) -> dict[str, Any]:
    return {"better": better, "decided_by": DecidingQuantity(label=label, quantity=quantity)}


def test_the_better_side_s_value_stands_first_and_the_difference_is_as_seen_from_it() -> None:
    of = compared(rate(WORSE), mean(ALIKE), **decided(Side.BASE, "call1", "failure_rate"))
    assert conclusion(of, EN) == (
        "old is better than new: call1 failed in 10 % of calls instead of 30 %, a difference of −20 points (−35 to −5)."
    )
    of = compared(rate(ALIKE), mean(BETTER), **decided(Side.CANDIDATE, "call1", "mean_wall"))
    assert conclusion(of, EN) == (
        "new is better than old: call1 took 4.00 s on average instead of 6.00 s, failed calls counted at their "
        "timeout: −2.00 s (−3.00 s to −1.00 s)."
    )


def test_only_the_quantity_that_decides_is_told() -> None:
    of = compared(rate(WORSE), rate(WORSE, "call2"), mean(BETTER), **decided(Side.BASE, "call2", "failure_rate"))
    said = conclusion(of, EN)
    assert "call2 failed in 10 %" in said
    assert "call1" not in said


def test_where_each_side_is_better_in_something_both_facts_are_told_and_what_is_alike_is_not() -> None:
    said = conclusion(compared(rate(WORSE), mean(BETTER, "call2"), mean(ALIKE, "call3"), mixed=True), EN)
    assert said.startswith("Neither old nor new is better in everything: call1 failed in 30 % of calls instead of 10 %")
    assert "; call2 took 4.00 s on average instead of 6.00 s" in said
    assert "call3" not in said


def test_of_two_steps_that_differ_in_the_same_quantity_both_are_told() -> None:
    opposite = rate(BETTER, "call2", base=estimate(0.5), difference=estimate(-0.2, -0.35, -0.05))
    said = conclusion(compared(rate(WORSE), opposite, mixed=True), EN)
    assert "call1 failed in 30 % of calls instead of 10 %" in said
    assert "call2 failed in 30 % of calls instead of 50 %" in said


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        ([rate(WORSE, regression=True)], "new is worse than old."),
        ([rate(TOO_FEW), mean(TOO_FEW)], "Too few calls to say whether new is worse than old."),
        ([rate(TOO_FEW), mean(ALIKE)], "No regression: new is not shown to be worse than old"),
        ([rate(BETTER)], "No regression: new is not shown to be worse than old"),
        (
            [rate(WORSE), mean(WORSE, "call2")],
            "No regression: taken alone, new is worse than old in failure rate of call1, mean time of call2; with",
        ),
        (
            [rate(ALIKE), rate(WORSE, quantity="timeout_rate")],
            "No regression: new is not shown to be worse than old",
        ),
        (
            [rate(TOO_FEW), rate(WORSE, quantity="timeout_rate")],
            "Too few calls to say whether new is worse than old.",
        ),
    ],
)
def test_where_no_side_is_better_it_is_said_why(differences: list[Difference], words: str) -> None:
    assert conclusion(compared(*differences), EN).startswith(words)


def test_without_a_common_step_nothing_is_compared() -> None:
    note = Note(code=NoteCode.NO_COMMON_STEP, values={"base": "call1", "candidate": "first"})
    setting = Note(code=NoteCode.SETTING_DIFFERS, values={"name": "faults", "base": "a", "candidate": "b"})
    of = compared(warnings=(setting, note))
    assert conclusion(of, EN) == "new and old cannot be compared: they have no step in common."
    assert nothing_in_common(of)
    assert not nothing_in_common(compared(warnings=(setting,)))


def test_the_name_of_a_step_drives_no_terminal() -> None:
    hostile = rate(WORSE, "\x1b[2J")
    for of in (compared(hostile), compared(hostile, **decided(Side.BASE, hostile.label, hostile.quantity))):
        assert "�[2J" in conclusion(of, EN)
        assert "\x1b" not in conclusion(of, EN)


def test_the_health_of_each_side_stands_by_its_name_where_it_is_known() -> None:
    first, second = health_lines(compared(health=(HEALTHY, FLAKY)), EN)
    assert first.startswith("old: OK")
    assert second.startswith("new: FLAKY")
    assert health_lines(compared(), EN) == []


def test_only_of_several_comparisons_is_it_said_how_their_level_is_adjusted() -> None:
    assert family_words(compared(p=0.004), EN) == ""
    said = family_words(compared(p=0.00412, family=15), EN)
    assert said.startswith("Of 15 comparisons made together")
    assert "adjusted p = 0.0041" in said
