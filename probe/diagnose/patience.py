"""Whether a client stood a wait, and what it did when it did not."""

from probe.diagnose.classify import diagnose
from probe.diagnose.wire import main_exchanges
from probe.model.choices import Wait
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.scenario import Expect
from probe.model.tolerance import Reaction, Trial


def trial_of(seen: Observation, wait: Wait, wait_s: float) -> Trial:
    """The trial that an observation shows. Its first main exchange is the one that was made to wait."""
    mains = main_exchanges(seen.exchanges or ())
    outcome = diagnose(seen, Expect(), None).outcome
    if outcome is Outcome.OK and len(mains) == 1:
        return Trial(wait_s=wait_s, requests=1, outcome=outcome)
    return Trial(
        wait_s=wait_s,
        broke_at_s=_broke_at_s(mains, wait, seen.wall_ms),
        reaction=_reaction(mains, seen),
        requests=len(mains),
        outcome=outcome,
    )


def _broke_at_s(mains: list[Exchange], wait: Wait, wall_ms: float) -> float:
    """How long the first request had been waited for when it was given up; 0 where none was made."""
    if not mains:
        return 0.0
    first = mains[0]
    marks = [each.request_begun_at_ms for each in mains[1:2]]
    if first.end is ExchangeEnd.CLIENT_CLOSED:
        marks.append(first.ended_at_ms)
    over_ms = min((mark for mark in marks if mark is not None), default=wall_ms)
    begun_ms = first.last_byte_at_ms if wait is Wait.GAP else first.request_sent_at_ms
    return round(max(over_ms - (begun_ms or 0.0), 0.0) / 1000, 3)


def _reaction(mains: list[Exchange], seen: Observation) -> Reaction:
    if len(mains) > 1:
        return Reaction.FELL_BACK if mains[1].stream_requested is False else Reaction.ASKED_AGAIN
    return Reaction.NEVER_ENDED if seen.timed_out else Reaction.ERROR
