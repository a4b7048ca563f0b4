"""A scenario: what it promises, and what it refuses."""

from typing import Any

import pytest
from pydantic import ValidationError

from probe.model.choices import SecondCallMode, Session
from probe.model.outcome import Outcome
from probe.model.scenario import Scenario
from tests.builders import scenario, step


def test_a_single_step_has_no_second_call() -> None:
    with pytest.raises(ValueError, match="has one step only"):
        scenario(step()).with_second_call(SecondCallMode.RESUME)


REFUSED = {"outcome": "session_in_use"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"steps": (step(), step())}, "two steps are called 'call1'"),
        ({"steps": (step(session="resume"),)}, "the first step's session is 'resume'"),
        ({"steps": ()}, "at least 1 item"),
        ({"rounds": 0}, "greater than or equal to 1"),
        ({"gap_upto": 5}, "must be more than `gap`, which is 0 s"),
        ({"gap": 5, "gap_upto": 5}, "must be more than `gap`, which is 5 s"),
        ({"gap": 1, "gap_upto": 5, "steps": (step(),)}, "needs a second step that is answered"),
        ({"gap": 1, "gap_upto": 5, "steps": (step(), step("b", expect=REFUSED))}, "needs a second step"),
        ({"steps": (step(), {"label": "b", "prompt": "x", "expect": {"outcome": "fine"}})}, "'fine' is no outcome"),
        ({"steps": ({"label": "a", "prompt": ""},)}, "at least 1 character"),
        ({"steps": ({"label": "a", "prompt": "x", "timeout": 0},)}, "greater than 0"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Scenario.model_validate({"name": "s", "steps": (step(), step("call2")), **changes})
    assert says in str(refused.value)


def test_an_error_about_a_label_names_the_second_step_of_that_name() -> None:
    with pytest.raises(ValidationError) as refused:
        Scenario(name="s", steps=(step("a"), step("b"), step("a")))
    assert refused.value.errors()[0]["ctx"]["place"] == ("steps", 2, "label")


@pytest.mark.parametrize(
    ("changes", "compares"),
    [
        ({}, True),
        ({"steps": (step(),)}, False),
        ({"steps": (step(), step("b", expect=REFUSED))}, False),
        ({"steps": (step(expect=REFUSED), step("b", expect=REFUSED))}, True),
        ({"gap": 1, "gap_upto": 5}, False),
    ],
)
def test_two_calls_that_are_to_come_to_the_same_are_compared(changes: dict[str, Any], compares: bool) -> None:
    assert scenario(**changes).compares_calls is compares


def test_a_step_goes_on_in_the_process_of_the_step_before() -> None:
    live = scenario(step(), step("b", session="live"), step("c"))
    assert [live.goes_on_after(index) for index in range(3)] == [True, False, False]
    assert (live.keeps_process, scenario().keeps_process) == (True, False)


def test_an_extra_call_has_a_label_and_a_session_of_its_own() -> None:
    extra = scenario(step(), step("extra", session="resume", gap=9)).extra_step
    assert (extra.label, extra.session, extra.gap_s, extra.prompt) == ("extra-call", Session.NEW, 0.0, "Say it")
    assert scenario().extra_step.label == "extra"


def test_the_longest_round_has_every_call_at_its_deadline() -> None:
    steps = (step(timeout=10, gap=1), step("b", timeout=20, gap=2))
    assert scenario(*steps, gap=5).longest_round_s == 38
    assert scenario(*steps, gap=5, gap_upto=50).longest_round_s == 83


def test_a_digest_tells_what_is_measured_and_not_in_which_words() -> None:
    same = scenario(rounds=99, description="other words", fail_on=("n < 3",), command="probe tolerance")
    assert same.digest() == scenario().digest()
    others = [scenario(gap=5), scenario(gap=5, gap_upto=9), scenario(step(prompt="Other")), scenario(name="other")]
    assert len({scenario().digest(), *(other.digest() for other in others)}) == 5


@pytest.mark.parametrize(
    ("mode", "session", "outcome"),
    [
        (SecondCallMode.SAME_SESSION, Session.SAME_ID, Outcome.SESSION_IN_USE),
        (SecondCallMode.NEW_SESSION, Session.NEW, Outcome.OK),
        (SecondCallMode.RESUME, Session.RESUME, Outcome.OK),
        (SecondCallMode.FORK, Session.FORK, Outcome.OK),
        (SecondCallMode.LIVE, Session.LIVE, Outcome.OK),
    ],
)
def test_another_second_call_changes_what_is_expected(mode: SecondCallMode, session: Session, outcome: Outcome) -> None:
    first, second, third = scenario(step(), step("b", expect={"equals": "x"}), step("c")).with_second_call(mode).steps
    assert (second.session, second.expect.outcome, second.expect.equals) == (session, outcome, "x")
    assert (first, third) == (step(), step("c"))


def test_one_deadline_is_that_of_every_step() -> None:
    made = scenario(step(timeout=3), step("b", timeout=4)).with_timeout(7.0)
    assert [each.timeout_s for each in made.steps] == [7.0, 7.0]
