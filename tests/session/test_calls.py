"""One call: its session, and its records."""

import pytest

from probe.model.choices import Session
from probe.model.events import (
    CallFinished,
    CallStarted,
)
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.ports import CallOrder
from tests.builders import ScriptedDriver, answered, observation, plan, scenario, step
from tests.session.made_rounds import of, run


def second_order(session: str, served: str | None) -> tuple[CallOrder, CallOrder, list[CallStarted]]:
    def answer(order: CallOrder) -> Observation:
        return observation() if served is None else answered(order.session_id if served == "own" else served)

    driver = ScriptedDriver(answer)
    events = run(plan(scenario(step(), step("call2", session=session))), driver)
    first, second = driver.orders
    return first, second, of(CallStarted, events)


@pytest.mark.parametrize("served", ["own", "served-elsewhere", None])
@pytest.mark.parametrize("session", list(Session))
def test_sessions_of_the_second_call(session: Session, served: str | None) -> None:
    first, second, started = second_order(session, served)
    conversation = first.session_id if served in {"own", None} else served
    assert first.earlier_id is None
    assert second.earlier_id == conversation
    if session is Session.NEW:
        assert second.session_id not in {first.session_id, conversation}
    else:
        assert second.session_id == conversation
    # Fork and continue: which id the client will take is not known before it says so.
    known = session in {Session.NEW, Session.SAME_ID, Session.RESUME}
    assert [each.session_id for each in started] == [first.session_id, second.session_id if known else None]


def test_every_round_has_sessions_of_its_own() -> None:
    driver = ScriptedDriver()
    run(plan(rounds=5), driver)
    assert len({order.session_id for order in driver.orders}) == 10


def test_a_call_says_what_was_asked_and_seen() -> None:
    events = run(plan(scenario(step(timeout=9), step("call2", expect={"outcome": "session_in_use"}))))
    first, second = (event.call for event in of(CallFinished, events))
    assert (first.label, first.step, first.timeout_ms, first.model_requested) == ("call1", 0, 9000.0, "glm-4.7")
    assert (first.outcome, first.as_expected) == (Outcome.OK, True)
    assert first.served_session_id == first.session_id
    assert (second.expected_outcome, second.as_expected) == (Outcome.SESSION_IN_USE, False)
    assert first.idle_before_ms is None
    assert second.idle_before_ms is not None
