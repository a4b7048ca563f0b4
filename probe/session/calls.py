"""Make one call, and build its records: of its beginning and of its result."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from probe.diagnose.examine import examine
from probe.model.base_models import to_milliseconds
from probe.model.call import Call, Finding
from probe.model.choices import Session
from probe.model.events import CallStarted
from probe.model.observation import Observation
from probe.model.run_manifest import RoundToDo
from probe.model.scenario import Step
from probe.ports import CallOrder, RoundDriver


@dataclass(frozen=True, slots=True)
class MadeCall:
    """The observation of a call, and its diagnosis."""

    order: CallOrder
    observation: Observation
    finding: Finding

    @property
    def session_id(self) -> str:
        """The session that a later step goes on with: the one that the client says it served."""
        result = self.observation.words.result
        return (result.session_id if result else None) or self.order.session_id


def order_call(number: int, step: Step, earlier_id: str | None, *, goes_on: bool = False) -> CallOrder:
    """Return the order of a step of this round; `earlier_id` is the session of the step before."""
    if step.session is Session.NEW or earlier_id is None:
        return CallOrder(number, step, str(uuid.uuid4()), earlier_id, goes_on)
    return CallOrder(number, step, earlier_id, earlier_id, goes_on)


def make_call(driver: RoundDriver, order: CallOrder, model: str | None) -> MadeCall:
    """Make a call and examine it; `model` is the one that is asked for. Raises UsageError, see `RoundDriver.call`."""
    observation = driver.call(order)
    return MadeCall(order, observation, examine(observation, order.step.expect, model))


def begun_call(todo: RoundToDo, index: int, order: CallOrder) -> CallStarted:
    """Return the record that a call begins."""
    step = order.step
    # Which id the client takes for a fork, or goes on with, is not known before it says so; nor that its process lives.
    known = step.session in {Session.NEW, Session.SAME_ID, Session.RESUME}
    return CallStarted(
        at=datetime.now(UTC),
        round=todo.number,
        attempt=todo.attempt,
        step=index,
        label=step.label,
        session_id=order.session_id if known else None,
        timeout_ms=step.timeout_s * 1000,
    )


def finished_call(
    begun: CallStarted, made_call: MadeCall, model: str, *, idle_s: float | None, requests_before: int | None
) -> Call:
    """Return the record of a call.

    `idle_s` is for how long its lane had not used the target before, None if it never had; `requests_before` counts the
    upstream's requests before it, None where other lanes make some at the same time.
    """
    step, observation, finding = made_call.order.step, made_call.observation, made_call.finding
    result = observation.words.result
    return Call(
        round=begun.round,
        attempt=begun.attempt,
        step=begun.step,
        label=begun.label,
        session_mode=step.session,
        session_id=begun.session_id,
        served_session_id=result.session_id if result else None,
        started_at=to_milliseconds(observation.started_at),
        wall_ms=round(observation.wall_ms, 3),
        timeout_ms=begun.timeout_ms,
        idle_before_ms=None if idle_s is None else round(idle_s * 1000, 3),
        requests_before=requests_before,
        timed_out=observation.timed_out,
        return_code=observation.return_code,
        signal=observation.signal,
        diagnosis=finding.diagnosis,
        expected_outcome=step.expect.outcome,
        model_requested=model,
        client=observation.words,
        wire=finding.wire,
        phases=finding.phases,
        load=None if observation.load is None else round(observation.load, 2),
        cpu_ms=None if observation.cpu_ms is None else round(observation.cpu_ms, 3),
        max_rss_bytes=observation.max_rss_bytes,
        leftovers=observation.leftovers,
    )
