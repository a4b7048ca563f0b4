"""The records of a call: that it begins, and what came of it."""

import uuid
from datetime import UTC, datetime

from probe.model.call import Call, Finding
from probe.model.choices import Session
from probe.model.events import CallStarted
from probe.model.observation import Observation
from probe.model.run import RoundToDo
from probe.model.scenario import Step
from probe.ports import CallOrder


def ordered(number: int, step: Step, earlier: str | None) -> CallOrder:
    """The order of a step of this round; `earlier` is the session of the step before."""
    session_id = str(uuid.uuid4()) if step.session is Session.NEW or earlier is None else earlier
    return CallOrder(number, step, session_id, earlier)


def begun_call(todo: RoundToDo, index: int, order: CallOrder) -> CallStarted:
    """A call that is about to be made."""
    step = order.step
    # Which id the client will take for a fork, or goes on with, is not known before it says so.
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


def call_of(
    begun: CallStarted,
    step: Step,
    seen: Observation,
    finding: Finding,
    model: str,
    *,
    idle_s: float | None,
    requests_before: int | None,
) -> Call:
    """The record of a call; `idle_s` is how long its lane had not used the target before, None if it never had."""
    return Call(
        round=begun.round,
        attempt=begun.attempt,
        step=begun.step,
        label=begun.label,
        session_mode=step.session,
        session_id=begun.session_id,
        served_session_id=seen.words.result.session_id if seen.words.result else None,
        started_at=seen.started_at,
        ended_at=seen.ended_at,
        wall_ms=round(seen.wall_ms, 3),
        timeout_ms=begun.timeout_ms,
        idle_before_ms=None if idle_s is None else round(idle_s * 1000, 3),
        requests_before=requests_before,
        timed_out=seen.timed_out,
        return_code=seen.return_code,
        signal=seen.signal,
        diagnosis=finding.diagnosis,
        expected_outcome=step.expect.outcome,
        model_requested=model,
        client=seen.words,
        wire=finding.wire,
        phases=finding.phases,
        load=seen.load,
        cpu_ms=None if seen.cpu_ms is None else round(seen.cpu_ms, 3),
        max_rss_bytes=seen.max_rss_bytes,
        leftovers=seen.leftovers,
    )
