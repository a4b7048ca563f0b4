"""Decide when a fault applies."""

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from probe.model.request_kind import RequestKind
from probe.upstream.faults.fault import Fault, Stage
from probe.upstream.params import Choice, Duration, Integer, Number, Text, param, params_of
from probe.upstream.request import CallIdentity

_EITHER = "all"


@dataclass(frozen=True)
class Schedule:
    """Conditions that must all hold: the step, which of the call's requests, which calls, how often, how likely.

    `on` step label; `request` n-th of a call, from 1; `every` k-th round, or k-th call where no round is known;
    `times` the first n in all; `after_calls` only calls after the first n; `probability` drawn once a call, from
    `seed`, so that retries meet the same fate;
    `after_idle` time since the last main response ended (a fresh upstream has been idle for ever);
    `requests` which kind is counted and hit.
    """

    on: str | None = param(Text("<step>"), None)
    request: int | None = param(Integer(1, words=(("first", 1),)), None)
    every: int | None = param(Integer(1), None)
    times: int | None = param(Integer(1), None)
    after_calls: int | None = param(Integer(1), None)
    probability: float | None = param(Number(1), None)
    seed: int = param(Integer(), 0)
    after_idle_s: float | None = param(Duration(), None)
    requests: str = param(Choice((RequestKind.MAIN.value, RequestKind.BACKGROUND.value, _EITHER)), "main")


@dataclass(frozen=True)
class ScheduledFault:
    """A fault and when it applies. `str` gives the spec that `parse_fault` reads."""

    fault: Fault
    schedule: Schedule = Schedule()

    def __str__(self) -> str:
        """Return the canonical spec: what differs from the defaults, in the order of declaration."""
        parts = [*_written(self.fault), *_written(self.schedule)]
        return f"{self.fault.name}({', '.join(parts)})" if parts else self.fault.name


class Scheduler:
    """Picks the faults of each request, in the order in which requests come. Not thread-safe."""

    def __init__(self, faults: Sequence[ScheduledFault]) -> None:
        self._faults = tuple(faults)
        self._hits = [0] * len(self._faults)
        self._requests: Counter[tuple[Hashable, str]] = Counter()
        self._ordinals: dict[Hashable, int] = {}
        self._unknown = count()

    def pick(self, call: CallIdentity, kind: RequestKind, idle_s: float, connection_idle_s: float = 0.0) -> list[Fault]:
        """Return the faults that meet this request; `idle_s` may be infinite.

        A fault of delivery excludes all later ones of delivery. A request of another kind than main or background is a
        count of tokens, which only faults of that stage meet.
        """
        key = self._key(call)
        ordinal = self._ordinals.setdefault(key, len(self._ordinals) + 1)
        is_count = kind is RequestKind.OTHER
        for counted in (kind.value,) if is_count else (kind.value, _EITHER):
            self._requests[key, counted] += 1
        picked: list[Fault] = []
        for index, scheduled in self._in_question(connection_idle_s):
            number = self._requests[key, kind.value if is_count else scheduled.schedule.requests]
            meets_call = _covers(scheduled.schedule, call, ordinal) and self._drawn(index, call, ordinal)
            meets_request = meets_call and _covers_request(scheduled, kind, number, idle_s)
            if meets_request and self._has_hits_left(index) and not _is_excluded(scheduled.fault, picked):
                self._hits[index] += 1
                picked.append(scheduled.fault)
        return picked

    def _in_question(self, connection_idle_s: float) -> Iterator[tuple[int, ScheduledFault]]:
        """Yield the faults that may meet a request on a connection that was idle for so long, with their numbers."""
        for index, scheduled in enumerate(self._faults):
            if connection_idle_s >= scheduled.fault.needs_connection_idle_s:
                yield index, scheduled

    def _has_hits_left(self, index: int) -> bool:
        times = self._faults[index].schedule.times
        return times is None or self._hits[index] < times

    def _drawn(self, index: int, call: CallIdentity, ordinal: int) -> bool:
        schedule = self._faults[index].schedule
        if schedule.probability is None:
            return True
        # A session id is random: the number of the call is the same in the next run.
        identity = ordinal if call.round is None else f"{call.round}/{call.step}"
        digest = hashlib.sha256(f"{schedule.seed}:{index}:{identity}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64 < schedule.probability

    def _key(self, call: CallIdentity) -> Hashable:
        if call.round is not None:
            return (call.round, call.step)
        # A request that says nothing is a call of its own.
        return call.session_id or next(self._unknown)


def _covers(schedule: Schedule, call: CallIdentity, ordinal: int) -> bool:
    """Return True where the fault is to meet this call."""
    counted = ordinal if call.round is None else call.round
    due = counted % (schedule.every or 1) == 0 and ordinal > (schedule.after_calls or 0)
    return due and schedule.on in (None, call.step)


def _covers_request(scheduled: ScheduledFault, kind: RequestKind, number: int, idle_s: float) -> bool:
    """Return True where the fault is to meet the `number`-th request of a call, of this kind, after this idle time."""
    fault, schedule = scheduled.fault, scheduled.schedule
    if not _covers_kind(scheduled, kind):
        return False
    if (schedule.request or fault.default_request) not in (None, number):
        return False
    return idle_s >= max(schedule.after_idle_s or 0.0, fault.needs_idle_s)


def _covers_kind(scheduled: ScheduledFault, kind: RequestKind) -> bool:
    if kind is RequestKind.OTHER or scheduled.fault.stage is Stage.COUNT:
        return kind is RequestKind.OTHER and scheduled.fault.stage is Stage.COUNT
    return scheduled.schedule.requests in (kind.value, _EITHER)


def _is_excluded(fault: Fault, picked: Sequence[Fault]) -> bool:
    return fault.stage is Stage.DELIVERY and any(earlier.stage is Stage.DELIVERY for earlier in picked)


def _written(value: Fault | Schedule) -> Iterator[str]:
    for parameter in params_of(type(value)).values():
        current = getattr(value, parameter.field_name)
        if parameter.required or current != parameter.default:
            yield f"{parameter.key}={parameter.type.format(current)}"
