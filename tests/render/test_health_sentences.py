"""The health of a target in words: what its word follows from, who has to act, and what to do."""

from typing import Any

import pytest

from probe.model.attempt_ending import STALE
from probe.model.fault_party import FaultParty, party_of
from probe.model.health import FailureKind, Health, HealthWord, RecoveryKind
from probe.model.outcome import Outcome
from probe.render.health_sentences import (
    Upstream,
    actions_for,
    endings_text,
    fault_counts,
    fault_line,
    health_line,
    health_sentence,
)
from probe.stats.rates import failure_rate
from probe.texts import Texts
from tests.render.sections import health, statistics
from tests.render.spoken import BOTH, EN

RELAY = Upstream("https://relay.example/api", "glm-4.7")
OVERLOADED, UNPAID = (Outcome.OVERLOADED, "529", 4), (Outcome.BILLING, "402", 2)


def of_calls(n: int, *failures: tuple[Outcome, str | None, int], **changes: Any) -> Health:
    return health((statistics("call1", n, *failures, **changes),))


def changed(word: HealthWord, **changes: Any) -> Health:
    return of_calls(30).model_copy(update={"word": word, **changes})


def failure(outcome: Outcome, cause: str | None = None, n: int = 1, *, passes: bool = False) -> Health:
    """Return a health with this one failure among others."""
    party = party_of(outcome, cause, passes=passes)
    kind = FailureKind(outcome=outcome, cause=cause, n=n, party=party, passes=passes)
    return changed(HealthWord.FLAKY, failed=n, failures=(kind,))


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        (of_calls(0), "No call was finished."),
        (of_calls(1, (Outcome.AUTH, "401", 1)), "The only call failed"),
        (of_calls(6, (Outcome.AUTH, "401", 6)), "All 6 calls failed"),
        (of_calls(60, OVERLOADED), "4 of 60 calls failed (7 %; 95 % interval 3 % to 16 %)."),
        (of_calls(60, recovered=4), "4 of 60 calls"),
        (of_calls(60, OVERLOADED, recovered=1), "4 of 60 calls failed (7 %; 95 % interval 3 % to 16 %), and 1 more"),
        (changed(HealthWord.COLD), "30 calls"),
        (changed(HealthWord.SLOW), "30 calls"),
        (changed(HealthWord.SLOW, slow=3, slow_after_ms=5000.0, share=failure_rate(3, 30)), "5.00 s"),
        (changed(HealthWord.OK), "30 calls"),
        (changed(HealthWord.UNKNOWN, calls_to_ok=1), "1 more call "),
        (changed(HealthWord.UNKNOWN, calls_to_ok=1200), "1,200 more calls"),
    ],
)
def test_a_sentence_says_what_the_word_follows_from(of: Health, sentence: str) -> None:
    assert sentence in health_sentence(of, EN)


@BOTH
@pytest.mark.parametrize("word", HealthWord)
def test_every_word_has_a_line(word: HealthWord, texts: Texts) -> None:
    line = health_line(changed(word), texts)
    assert line.startswith(texts(f"health.{word.value}"))
    assert "{" not in line


def test_the_reason_stands_there_only_where_all_failed_alike() -> None:
    alike = of_calls(6, (Outcome.AUTH, "401", 6))
    mixed = of_calls(6, (Outcome.AUTH, "401", 3), (Outcome.OVERLOADED, "529", 3))
    assert "refused (401)" in health_sentence(alike, EN)
    assert "401" not in health_sentence(mixed, EN)


def test_without_an_interval_none_is_told() -> None:
    assert "interval" not in health_sentence(of_calls(60, OVERLOADED).model_copy(update={"share": None}), EN)


def test_the_fault_line_names_each_party_and_others_only_where_they_have_to_act() -> None:
    line = fault_line(of_calls(60, OVERLOADED, UNPAID), EN)
    assert line == "6 failures: relay 4 · account 2 · network 0 · your set-up 0 · client 0"
    assert fault_line(of_calls(60, (Outcome.OVERLOADED, "529", 1)), EN).startswith("1 failure: relay 1")
    parties = [count.party for count, _ in fault_counts(of_calls(60, OVERLOADED), EN)]
    assert len(parties) == 5


@pytest.mark.parametrize(
    ("recoveries", "line"),
    [
        ((), "faults.none"),
        ((RecoveryKind(ending=STALE, n=2),), "faults.stale"),
    ],
)
def test_without_failures_the_fault_line_says_what_was_recovered_from(
    recoveries: tuple[RecoveryKind, ...], line: str
) -> None:
    of = changed(HealthWord.OK, recoveries=recoveries, recovered=2)
    assert fault_line(of, EN) == EN(line, n="2")
    mixed = changed(HealthWord.FLAKY, recovered=3, recoveries=(*recoveries, RecoveryKind(ending="529 busy", n=1)))
    assert "529 busy" in fault_line(mixed, EN)


def test_no_more_than_three_endings_are_told_and_none_that_fills_a_line() -> None:
    many = [RecoveryKind(ending=f"52{n} {'x' * 90}", n=n) for n in (5, 4, 3, 2)]
    told = endings_text(many, EN)
    assert "525" in told
    assert "523" in told
    assert "522" not in told
    assert "x" * 70 not in told


def test_each_failure_has_its_advice_the_most_frequent_first_and_no_more_than_five() -> None:
    frequent = (Outcome.AUTH, Outcome.OVERLOADED, Outcome.RATE_LIMITED, Outcome.SERVER_ERROR, Outcome.BAD_REQUEST)
    kinds = [
        FailureKind(outcome=outcome, cause=None, n=9, party=party_of(outcome, None, passes=False), passes=False)
        for outcome in (*frequent, Outcome.MODEL_NOT_FOUND)
    ]
    told = list(actions_for(changed(HealthWord.FLAKY, failed=54, failures=tuple(kinds)), RELAY, EN))
    assert len(told) == 5
    assert all(line.startswith("9 calls ") for line in told)
    (single,) = actions_for(failure(Outcome.AUTH, "401"), RELAY, EN)
    assert single.startswith("1 call ")


def test_where_all_failed_alike_the_failure_is_named_above_and_the_advice_stands_alone() -> None:
    (alone,) = actions_for(failure(Outcome.AUTH, "401", 6).model_copy(update={"word": HealthWord.DOWN}), RELAY, EN)
    (beside,) = actions_for(failure(Outcome.AUTH, "401", 6), RELAY, EN)
    assert alone in beside
    assert alone != beside


def test_advice_names_the_upstream_where_it_is_known() -> None:
    named, unnamed = (" ".join(actions_for(failure(Outcome.AUTH), upstream, EN)) for upstream in (RELAY, None))
    assert "relay.example" in named
    assert "relay.example" not in unnamed
    assert "{" not in named + unnamed


def test_a_failure_that_passes_has_other_advice_than_one_that_lasts() -> None:
    lasting, passing = (
        list(actions_for(failure(Outcome.CONNECTION_REFUSED, passes=passes), RELAY, EN)) for passes in (False, True)
    )
    assert lasting != passing


@BOTH
@pytest.mark.parametrize(
    "outcome", [outcome for outcome in Outcome if outcome not in {Outcome.OK, Outcome.INTERRUPTED}]
)
def test_every_outcome_has_advice(outcome: Outcome, texts: Texts) -> None:
    for upstream in (RELAY, Upstream("no address", None), None):
        for told in actions_for(failure(outcome), upstream, texts):
            assert "{" not in told


def test_what_was_recovered_from_is_advised_on_once() -> None:
    recoveries = (RecoveryKind(ending="529 overloaded_error", n=3),)
    only = changed(HealthWord.FLAKY, recovered=3, recoveries=recoveries)
    assert list(actions_for(only, RELAY, EN)) == [EN("advice.recovered")]
    stale = changed(HealthWord.OK, recovered=3, recoveries=(RecoveryKind(ending=STALE, n=3),))
    assert list(actions_for(stale, RELAY, EN)) == [EN("advice.stale_connection")]
    both = failure(Outcome.AUTH, "401").model_copy(update={"recovered": 1, "recoveries": recoveries})
    assert EN("advice.recovered") in list(actions_for(both, RELAY, EN))[-1]


@pytest.mark.parametrize("word", [HealthWord.COLD, HealthWord.SLOW])
def test_a_target_that_is_cold_or_slow_has_advice_without_any_failure(word: HealthWord) -> None:
    assert list(actions_for(changed(word), RELAY, EN)) == [EN(f"action.{word.value.lower()}")]


def test_a_healthy_target_needs_nothing() -> None:
    assert list(actions_for(changed(HealthWord.OK), RELAY, EN)) == []


def test_where_vantages_show_whose_it_is_the_advice_follows_that() -> None:
    shown = FailureKind(outcome=Outcome.DNS, cause=None, n=1, party=FaultParty.RELAY, passes=False)
    (told,) = actions_for(changed(HealthWord.FLAKY, failed=1, failures=(shown,)), RELAY, EN)
    assert EN("advice.vantages.relay") in told
