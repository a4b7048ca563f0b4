"""Failed calls and their causes: parts of the paragraph of a verdict."""

import pytest

from probe.model.outcome import Outcome
from probe.model.verdict import Answer, CauseCount
from probe.render.failure_sentences import failed_clause, failures_in, failures_of, failures_sentence, why
from tests.render.sections import (
    cold_section,
    estimate,
    evidence,
    pairs,
    section,
    statistics,
    verdict,
)
from tests.render.spoken import EN, said


def test_a_second_call_that_fails_more_is_not_hidden() -> None:
    of = section(statistics("call1", 20), statistics("call2", 20, (Outcome.AUTH, "401", 6)), pairs=pairs(20, 0, 6),
                 verdict=verdict(Answer.UNDECIDED, 20, failures=evidence(-0.3, -0.6, 0.02, 20)))  # fmt: skip
    text = said(of)
    assert "None of 20 first calls failed, and 6 of 20 second calls failed: 30 percentage points fewer" in text
    assert "(95 % interval: −60 to 2)" in text


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
    ("failed", "n", "which", "words"),
    [
        (9, 30, "first", "9 of 30 first calls failed"),
        (0, 30, "second", "none of 30 second calls failed"),
        (30, 30, "first", "all 30 first calls failed"),
        (1, 1, "first", "the only first call failed"),
        (0, 1, "call3", "the only call3 call did not fail"),
        (1500, 3000, "probe", "1,500 of 3,000 probe calls failed"),
    ],
)
def test_how_many_calls_failed(failed: int, n: int, which: str, words: str) -> None:
    assert failed_clause(failed, n, which, EN) == words


def test_without_a_verdict_no_difference_is_told() -> None:
    assert failures_sentence(pairs(30, 9), None, EN) == "9 of 30 first calls failed, and none of 30 second calls."


@pytest.mark.parametrize(
    ("difference", "words"),
    [(0.0, "no difference seen"), (0.01, "1 percentage point more"), (-0.05, "5 percentage points fewer")],
)
def test_the_difference_is_told_in_points(difference: float, words: str) -> None:
    found = verdict(Answer.UNDECIDED, failures=evidence(difference))
    assert words in failures_sentence(pairs(30, 9, 9), found, EN)


def test_where_an_end_of_the_interval_is_missing_no_interval_is_told() -> None:
    found = verdict(Answer.UNDECIDED, failures=evidence(0.1).model_copy(update={"difference": estimate(0.1)}))
    assert "interval" not in failures_sentence(pairs(30, 9, 6), found, EN)


def test_a_limit_of_no_cold_effect_goes_where_something_changed() -> None:
    failures = evidence(0.0, -0.2, 0.2).model_copy(update={"at_least": -0.1, "at_most": 0.14})
    still, changed = (
        failures_sentence(pairs(30), verdict(Answer.NO_COLD_EFFECT, failures=failures, still=still), EN)
        for still in (True, False)
    )
    assert "at most 14 points" in still
    assert "at most" not in changed


def test_causes_are_told_by_number_the_most_frequent_first_and_the_rest_is_said_to_be_there() -> None:
    causes = [
        CauseCount(outcome=Outcome.OVERLOADED, cause=str(status), first=n, second=0)
        for n, status in enumerate((520, 521, 522, 523, 524, 525, 526), start=1)
    ]
    failed = failures_in(causes, "first")
    assert [n for *_, n in failed] == [7, 6, 5, 4, 3, 2, 1]
    assert failures_in(causes, "second") == ()
    (told,) = why(statistics("call1", 30), failed, "first", EN)
    assert told.startswith("Of 28 failed first calls, 7 were refused as overloaded (526), 6 ")
    assert "(522)" in told
    assert "(521)" not in told
    assert told.endswith("and the rest is in the table of outcomes.")


def test_one_cause_needs_no_number_of_its_own() -> None:
    alike, single = (next(iter(why(statistics("call1", 9), ((Outcome.AUTH, "401", n),), "first", EN))) for n in (3, 1))
    assert alike == "All 3 failed first calls had the token refused (401)."
    assert single == "The failed first call had the token refused (401)."


def test_calls_that_the_client_rescued_are_told_of_and_called_more_where_some_failed() -> None:
    rescued = statistics("call1", 9, recovered=2)
    (alone,) = why(rescued, (), "first", EN)
    *_, beside = why(rescued, ((Outcome.AUTH, "401", 1),), "first", EN)
    assert alone.startswith("2 first calls succeeded only because")
    assert beside.startswith("2 more first calls succeeded only because")
    assert list(why(statistics("call1", 9), (), "first", EN)) == []


def test_what_was_expected_is_no_failure() -> None:
    assert failures_of(statistics("call1", 9, (Outcome.AUTH, "401", 2))) == ((Outcome.AUTH, "401", 2),)
    assert failures_of(statistics("call1", 9)) == ()


def test_a_least_difference_that_may_be_nothing_is_told_as_an_interval() -> None:
    failures = evidence(0.1, -0.1, 0.3).model_copy(update={"at_least": 0.0})
    said_of = failures_sentence(pairs(30, 6, 3), verdict(Answer.COLD, failures=failures), EN)
    assert "at least" not in said_of
    assert "interval" in said_of
