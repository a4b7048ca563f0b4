"""When a fault applies."""

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from probe.model.request_kind import RequestKind
from probe.upstream.faults.base import Fault, Stage
from probe.upstream.params import Choice, Duration, Fraction, Integer, Text, param, params_of
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
    probability: float | None = param(Fraction(), None)
    seed: int = param(Integer(), 0)
    after_idle_s: float | None = param(Duration(), None)
    requests: str = param(Choice((RequestKind.MAIN.value, RequestKind.BACKGROUND.value, _EITHER)), "main")


@dataclass(frozen=True)
class ScheduledFault:
    """A fault and when it applies. `str` gives the spec that `parse_fault` reads."""

    fault: Fault
    schedule: Schedule = Schedule()

    def __str__(self) -> str:
        """The canonical spec: what differs from the defaults, in the order of declaration."""
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

    def pick(self, call: CallIdentity, kind: RequestKind, idle_s: float) -> list[Fault]:
        """The faults that meet this main or background request; `idle_s` may be infinite."""
        key = self._key(call)
        ordinal = self._ordinals.setdefault(key, len(self._ordinals) + 1)
        for counted in (kind.value, _EITHER):
            self._requests[key, counted] += 1
        picked: list[Fault] = []
        for index, (fault, schedule) in enumerate((one.fault, one.schedule) for one in self._faults):
            number = self._requests[key, schedule.requests]
            if (
                schedule.requests in (kind.value, _EITHER)
                and _means(schedule, call, ordinal)
                and (schedule.request or fault.default_request) in (None, number)
                and idle_s >= max(schedule.after_idle_s or 0.0, fault.needs_idle_s)
                and self._drawn(index, call, ordinal)
                and not (fault.stage is Stage.DELIVERY and any(one.stage is Stage.DELIVERY for one in picked))
                and (schedule.times is None or self._hits[index] < schedule.times)
            ):
                self._hits[index] += 1
                picked.append(fault)
        return picked

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


def _means(schedule: Schedule, call: CallIdentity, ordinal: int) -> bool:
    """Whether a call is one of those to be met."""
    counted = ordinal if call.round is None else call.round
    due = counted % (schedule.every or 1) == 0 and ordinal > (schedule.after_calls or 0)
    return due and schedule.on in (None, call.step)


def _written(value: Fault | Schedule) -> Iterator[str]:
    for one in params_of(type(value)).values():
        current = getattr(value, one.field_name)
        if one.required or current != one.default:
            yield f"{one.key}={one.type.format(current)}"
