"""Judge from an observation whether a client outlasted a wait, and how it reacted where it did not."""

from probe.diagnose.classify import diagnose
from probe.diagnose.exchange_failures import main_exchanges
from probe.model.choices import Wait
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.scenario import Expect
from probe.model.tolerance_report import Reaction, Trial


def trial_of(observation: Observation, wait: Wait, wait_s: float) -> Trial:
    """Return the trial that an observation shows. Its first main exchange is the one that was made to wait."""
    attempts = main_exchanges(observation.exchanges or ())
    outcome = diagnose(observation, Expect(), None).outcome
    if outcome is Outcome.OK and len(attempts) == 1:
        return Trial(wait_s=wait_s, requests=1, outcome=outcome)
    return Trial(
        wait_s=wait_s,
        broke_at_s=_broke_at_s(attempts, wait, observation.wall_ms),
        reaction=_reaction(attempts, observation),
        requests=len(attempts),
        outcome=outcome,
    )


def _broke_at_s(attempts: list[Exchange], wait: Wait, wall_ms: float) -> float:
    """Return the seconds that the client waited for its first request until it gave up; 0 where it made none."""
    if not attempts:
        return 0.0
    first = attempts[0]
    marks = [attempt.request_begun_at_ms for attempt in attempts[1:2]]
    if first.end is ExchangeEnd.CLIENT_CLOSED:
        marks.append(first.ended_at_ms)
    over_ms = min((mark for mark in marks if mark is not None), default=wall_ms)
    begun_ms = first.last_byte_at_ms if wait is Wait.GAP else first.request_sent_at_ms
    return round(max(over_ms - (begun_ms or 0.0), 0.0) / 1000, 3)


def _reaction(attempts: list[Exchange], observation: Observation) -> Reaction:
    if len(attempts) > 1:
        return Reaction.FELL_BACK if attempts[1].stream_requested is False else Reaction.ASKED_AGAIN
    return Reaction.NEVER_ENDED if observation.timed_out else Reaction.ERROR
