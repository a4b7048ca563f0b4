"""Health and the fault line, from calls as they are stored."""

from datetime import timedelta

import pytest

from probe.model.call import Call, Diagnosis
from probe.model.fault_party import FaultParty
from probe.model.health import Health, HealthWord
from probe.model.outcome import Flag, Outcome
from probe.model.row import row_of
from probe.model.verdict import Question
from probe.stats.frame import FrameBuilder
from probe.stats.judge_health import health_of, least_calls
from tests.builders import START, call

MANY = 19


def health(*calls: Call, question: Question | None = None) -> Health:
    """Return the health of these calls, a round each, a minute apart."""
    at = [START + timedelta(minutes=number) for number in range(len(calls))]
    placed = [
        each.model_copy(update={"round": number, "started_at": when})
        for number, (each, when) in enumerate(zip(calls, at, strict=True), 1)
    ]
    frame = FrameBuilder.of_run("run", map(row_of, placed)).build()
    return health_of(frame, None, question or Question())


def good(**changes: object) -> Call:
    return call().model_copy(update=changes)


def bad(outcome: Outcome, cause: str | None = None) -> Call:
    return call().model_copy(update={"diagnosis": Diagnosis(outcome=outcome, cause=cause)})


def recovered(flag: Flag) -> Call:
    return call().model_copy(update={"diagnosis": Diagnosis(outcome=Outcome.OK, flags=(flag,))})


def share(found: Health) -> float:
    assert found.share
    return found.share.value


def high(found: Health) -> float:
    assert found.share
    assert found.share.high is not None
    return found.share.high


def faults(found: Health) -> dict[FaultParty, int]:
    return {fault.party: fault.n for fault in found.faults if fault.n}


def test_no_call_says_nothing() -> None:
    found = health()
    assert (found.word, found.n, found.share, found.calls_to_ok) == (HealthWord.UNKNOWN, 0, None, 19)


def test_few_good_calls_are_unknown_and_say_how_many_are_missing() -> None:
    found = health(*[good()] * (MANY - 4))
    assert (found.word, found.calls_to_ok) == (HealthWord.UNKNOWN, 4)
    assert high(found) > 0.15


def test_enough_good_calls_are_ok_with_a_bound_on_the_failure_rate() -> None:
    found = health(*[good()] * MANY)
    assert (found.word, found.calls_to_ok) == (HealthWord.OK, None)
    assert high(found) == pytest.approx(1 - 0.05 ** (1 / MANY))


def test_how_many_calls_it_takes_follows_what_matters() -> None:
    assert [least_calls(delta) for delta in (0.5, 0.15, 0.05)] == [5, 19, 59]
    assert health(*[good()] * 30, question=Question(delta=0.05)).word is HealthWord.UNKNOWN


def test_all_failed_is_down_however_few() -> None:
    assert health(bad(Outcome.BAD_GATEWAY, "503")).word is HealthWord.DOWN
    assert health(*[bad(Outcome.BAD_GATEWAY, "503")] * 40).word is HealthWord.DOWN


def test_one_failure_is_flaky_with_its_share() -> None:
    found = health(*[good()] * 19, bad(Outcome.TIMED_OUT, "no_first_byte"))
    assert (found.word, found.failed) == (HealthWord.FLAKY, 1)
    assert share(found) == 0.05


@pytest.mark.parametrize("flag", [Flag.RETRIED, Flag.RECOVERED_STREAM, Flag.FALLBACK_NON_STREAMING])
def test_a_silent_recovery_is_flaky(flag: Flag) -> None:
    found = health(*[good()] * 30, recovered(flag))
    assert (found.word, found.failed, found.recovered) == (HealthWord.FLAKY, 0, 1)


@pytest.mark.parametrize("flag", [Flag.FAKE_STREAM, Flag.BACKGROUND_FAILED, Flag.MODEL_MISMATCH])
def test_a_success_that_needed_no_second_try_is_not_flaky(flag: Flag) -> None:
    assert health(*[good()] * 30, recovered(flag)).word is HealthWord.OK


def test_slow_calls_are_told_by_the_users_own_bar() -> None:
    calls = [*[good(wall_ms=2000.0)] * 27, *[good(wall_ms=12_000.0)] * 3]
    assert health(*calls).word is HealthWord.OK
    found = health(*calls, question=Question(slow_after_s=10))
    assert (found.word, found.slow, found.slow_after_ms) == (HealthWord.SLOW, 3, 10_000.0)
    assert share(found) == 0.1


@pytest.mark.parametrize(
    ("outcome", "cause", "lasting", "passing"),
    [
        (Outcome.BAD_GATEWAY, "503", FaultParty.RELAY, FaultParty.RELAY),
        (Outcome.AUTH, "401", FaultParty.ACCOUNT, FaultParty.RELAY),
        (Outcome.BILLING, None, FaultParty.ACCOUNT, FaultParty.ACCOUNT),
        (Outcome.RATE_LIMITED, "usage_limit", FaultParty.ACCOUNT, FaultParty.ACCOUNT),
        (Outcome.RATE_LIMITED, "429", FaultParty.RELAY, FaultParty.RELAY),
        (Outcome.MODEL_NOT_FOUND, "404", FaultParty.SETUP, FaultParty.RELAY),
        (Outcome.DNS, None, FaultParty.SETUP, FaultParty.NETWORK),
        (Outcome.CONNECTION_REFUSED, None, FaultParty.UNCLEAR, FaultParty.RELAY),
        (Outcome.CONNECTION_RESET, None, FaultParty.UNCLEAR, FaultParty.UNCLEAR),
        (Outcome.CONNECT_TIMEOUT, None, FaultParty.NETWORK, FaultParty.NETWORK),
        (Outcome.CLIENT_CRASHED, None, FaultParty.CLIENT, FaultParty.CLIENT),
        (Outcome.TIMED_OUT, "no_first_byte", FaultParty.RELAY, FaultParty.RELAY),
        (Outcome.TIMED_OUT, "no_request", FaultParty.CLIENT, FaultParty.CLIENT),
        (Outcome.TIMED_OUT, "auth", FaultParty.ACCOUNT, FaultParty.RELAY),
        (Outcome.TIMED_OUT, "unknown", FaultParty.UNCLEAR, FaultParty.UNCLEAR),
        (Outcome.TIMED_OUT, None, FaultParty.UNCLEAR, FaultParty.UNCLEAR),
    ],
)
def test_who_answers_depends_on_whether_it_passes(
    outcome: Outcome, cause: str | None, lasting: FaultParty, passing: FaultParty
) -> None:
    assert faults(health(good(), bad(outcome, cause), bad(outcome, cause))) == {lasting: 2}
    assert faults(health(bad(outcome, cause), bad(outcome, cause), good())) == {passing: 2}


def test_distinct_failures_come_most_frequent_first() -> None:
    calls = [bad(Outcome.AUTH, "401"), *[bad(Outcome.BAD_GATEWAY, "503")] * 2, good()]
    found = health(*calls)
    assert [(kind.outcome, kind.cause, kind.n) for kind in found.failures] == [
        (Outcome.BAD_GATEWAY, "503", 2),
        (Outcome.AUTH, "401", 1),
    ]
    assert sum(fault.n for fault in found.faults) == found.failed == 3


def test_every_party_stands_in_the_fault_line_once() -> None:
    assert [fault.party for fault in health(good()).faults] == list(FaultParty)
