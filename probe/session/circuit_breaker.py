"""Tell when every call of an arm fails in the same way, round after round, so that further rounds would tell nothing.

`ROUNDS` rounds are enough: Claude Code has retried each call of them. Plain HTTP does not retry, and may make three
rounds within a second; there a failure that may pass by itself, such as a rate limit, must have gone on for `LEAST_S`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from probe.model.call import Call
from probe.model.events import CallFinished, Event, RoundFinished
from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT

ROUNDS = 3
LEAST_S = 30.0
_LASTING = frozenset(
    {
        Outcome.AUTH,
        Outcome.FORBIDDEN,
        Outcome.BILLING,
        Outcome.BAD_REQUEST,
        Outcome.MODEL_NOT_FOUND,
        Outcome.REDIRECTED,
        Outcome.DNS,
        Outcome.CONNECTION_REFUSED,
        Outcome.TLS,
        Outcome.NOT_LOGGED_IN,
        Outcome.CLIENT_MISSING,
        Outcome.CLIENT_USAGE,
        Outcome.RECORDER_BYPASSED,
    }
)
_CONSEQUENCES = frozenset({Outcome.SESSION_NOT_FOUND, Outcome.NOT_CONTINUED})
"""Outcomes of a call that goes on with the session of one that failed."""


@dataclass(frozen=True, slots=True)
class SameFailure:
    """The failure of every call of an arm in its last `rounds` rounds."""

    outcome: Outcome
    cause: str | None
    rounds: int


@dataclass(slots=True)
class _Streak:
    """The rounds of an arm that failed alike, one after the other, and the calls of its rounds under way."""

    retries: bool
    calls: dict[int, list[Call]] = field(default_factory=lambda: defaultdict(list))
    outcome: Outcome | None = None
    rounds: int = 0
    since: datetime | None = None

    def add(self, calls: Sequence[Call]) -> None:
        """Add a round that has finished."""
        outcome = _outcome_of_all(calls)
        if outcome is None:
            self.outcome, self.rounds, self.since = None, 0, None
        elif outcome is self.outcome:
            self.rounds += 1
        else:
            self.outcome, self.rounds, self.since = outcome, 1, calls[0].started_at


class CircuitBreaker:
    """Follows the rounds of arms, from this start of the run on. `arms` tells whether Claude Code makes their calls."""

    def __init__(self, arms: Mapping[str, bool]) -> None:
        self._streaks = {arm: _Streak(runs_client) for arm, runs_client in arms.items()}

    def on_event(self, arm: str, event: Event) -> SameFailure | None:
        """Take an event. Return the failure, once, where with this round an arm has failed alike often enough."""
        streak = self._streaks.get(arm)
        if streak is None:
            return None
        if isinstance(event, CallFinished):
            streak.calls[event.call.round].append(event.call)
        if not isinstance(event, RoundFinished):
            return None
        calls = streak.calls.pop(event.round, [])
        if not calls:
            return None
        streak.add(calls)
        failure = _failure(streak, calls[-1])
        if failure:
            del self._streaks[arm]
        return failure


def _outcome_of_all(calls: Sequence[Call]) -> Outcome | None:
    """Return the outcome of all calls of a round that were to reach the upstream, where they failed alike."""
    asked = [call for call in calls if call.expected_outcome is Outcome.OK and call.outcome not in _CONSEQUENCES]
    outcomes = {call.outcome for call in asked}
    return outcomes.pop() if len(outcomes) == 1 and not asked[0].ok else None


def _failure(streak: _Streak, last: Call) -> SameFailure | None:
    if streak.outcome is None or streak.since is None or streak.rounds < ROUNDS:
        return None
    lasts = streak.retries or streak.outcome in _LASTING or last.diagnosis.cause == USAGE_LIMIT
    if not lasts and (last.ended_at - streak.since).total_seconds() < LEAST_S:
        return None
    return SameFailure(streak.outcome, last.diagnosis.cause, streak.rounds)
