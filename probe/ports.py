"""The protocols between the parts, on one page."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, Self

from probe.model.call import Call
from probe.model.choices import OutputFormat
from probe.model.events import Event
from probe.model.exchange import Exchange
from probe.model.observation import Observation
from probe.model.recorded_events import RecordedEvent
from probe.model.run_manifest import ClientInfo, RoundToDo
from probe.model.scenario import Step


class Stop(Protocol):
    """Tells every part of a run to end soon. May be used in any thread."""

    @property
    def cancelled(self) -> bool: ...

    def cancel(self) -> None: ...

    def wait(self, timeout_s: float) -> bool:
        """Sleep for at most this long. Return True as soon as the run is to stop."""
        ...


@dataclass(frozen=True, slots=True)
class CallOrder:
    """An order to call this step in this session. `earlier_id` is the session that the step builds on.

    `goes_on`: the next step is to be asked in the same process.
    """

    round: int
    step: Step
    session_id: str
    earlier_id: str | None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Priming:
    """The result of the client's first start in a sandbox, which does not reach the target."""

    primed: bool
    prime_ms: float | None = None
    problem: str | None = None
    timed_out: bool = False


class CallRecorder(Protocol):
    """The recorder of one call: stands between the call and its upstream, and sees all that passes."""

    @property
    def base_url(self) -> str:
        """The base URL for a client process."""
        ...

    def connect(self, client: asyncio.Protocol) -> None:
        """Connect a client of this process. Its methods are called in the recorder's thread, and must not wait."""
        ...

    @property
    def bodies(self) -> Sequence[tuple[int, bytes, bytes]]:
        """(sequence, request, response) of each exchange whose bodies were kept."""
        ...

    @property
    def heads(self) -> Sequence[tuple[int, bytes]]:
        """(sequence, head of the request) of the same exchanges."""
        ...

    def exchanges(self, origin_s: float) -> tuple[Exchange, ...]:
        """Return the exchanges, once the call is over. Times count from `origin_s` of the monotonic clock."""
        ...


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """The exchanges of one of several calls of a process; `bodies` and `heads` as those of a CallRecorder."""

    exchanges: tuple[Exchange, ...]
    bodies: tuple[tuple[int, bytes, bytes], ...] = ()
    heads: tuple[tuple[int, bytes], ...] = ()

    def followed_by(self, rest: Self) -> Self:
        """Return the call with what came of it later, numbered on."""
        before = len(self.exchanges)
        numbered = [each.model_copy(update={"sequence": each.sequence + before}) for each in rest.exchanges]
        return type(self)(
            (*self.exchanges, *numbered),
            (*self.bodies, *((number + before, sent, answer) for number, sent, answer in rest.bodies)),
            (*self.heads, *((number + before, head) for number, head in rest.heads)),
        )


class ProcessRecorder(CallRecorder, Protocol):
    """A recorder that can stand between a process and its upstream for several calls, one after the other."""

    def begin_call(self, base_url: str) -> None:
        """Begin a call, which has this base URL: only the path may differ from that of the process's first."""
        ...

    def end_call(self, origin_s: float) -> RecordedCall:
        """End the call and return what belongs to it, or all that is left once the recorder is closed.

        A request belongs to the call in which it begins, and one between two calls to the second. Requests beside the
        answer that are still open are handed on to the next call.
        """
        ...

    def close(self) -> None:
        """Take nothing more, and end what is open."""
        ...


class RecordingSink(Protocol):
    """Takes the events of a recording, in order, in a thread of its own: it may wait, and traffic does not."""

    def take(self, event: RecordedEvent) -> None:
        """Take an event. An exception changes nothing: a sink counts by itself what it loses."""
        ...


class RoundDriver(Protocol):
    """Makes the calls of one round, all in one sandbox."""

    @property
    def priming(self) -> Priming: ...

    @property
    def config_dir(self) -> str | None: ...

    def call(self, order: CallOrder) -> Observation:
        """Make the call. All that goes wrong with it is in the observation.

        Raises UsageError where the address, proxy or certificates that were given cannot be used.
        """
        ...


@dataclass(frozen=True, slots=True)
class DriverDescription:
    """The record of a driver in a run. `tokens_a_call` is the approximate number of input tokens of a call."""

    argv_template: tuple[str, ...]
    environment_names: tuple[str, ...]
    output_format: OutputFormat
    tokens_a_call: int


class Driver(Protocol):
    """Makes the calls of an arm: by the real client, or by something that stands in for it.

    `runs_client`: its calls are made by Claude Code, which knows prices and has a sandbox.
    """

    name: str
    client: ClientInfo
    runs_client: bool

    def describe(self, step: Step) -> DriverDescription:
        """Describe the calls that the driver makes, by the example of this step; without secrets."""
        ...

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return the command line of a call, or what stands in its place."""
        ...

    def open_round(self, number: int) -> AbstractContextManager[RoundDriver]:
        """Open a sandbox for one round; it is gone when the context ends."""
        ...


Prepare = Callable[[], None]
"""Makes a target ready before a round; ends early on a stop. Raises EnvironmentUnusableError where it fails."""


class RoundLane(Protocol):
    """A lane while it makes a round of an arm. Used by the thread that makes the round."""

    @property
    def number(self) -> int:
        """The number of the lane at its place, from 0."""
        ...

    def tell(self, event: Event) -> None:
        """Take an event of the round."""
        ...

    def goes_on(self) -> bool:
        """Return True where another round of the arm is to come."""
        ...


class RoundMaker(Protocol):
    """Makes the rounds of an arm, on this machine or elsewhere; for several lanes at once, each in its thread."""

    def earlier_rounds(self, unfinished: Sequence[RoundToDo]) -> Mapping[int, Sequence[Event]]:
        """Return by number the events of those of these attempts, begun by an earlier start, that were finished.

        Raises PlaceLostError.
        """
        ...

    def make_round(self, todo: RoundToDo, lane: RoundLane) -> None:
        """Make a round and tell its events; without a RoundFinished where the run is to stop.

        Raises RoundLostError, PlaceLostError, and ProbeError for what ends the run.
        """
        ...


class RoundLostError(Exception):
    """The round was begun and nothing came of it: another attempt is to be made."""


class PlaceLostError(Exception):
    """No further round can be made at the place of an arm; nor at any other, where all are lost (`everywhere`).

    `why` is for a person: English, as the message of a ProbeError is.
    """

    def __init__(self, why: str, *, everywhere: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.everywhere = everywhere


class IdleTimes(Protocol):
    """The idle times of a target before its rounds. Asked and told by the one thread that makes the rounds."""

    def before_round_s(self, arm: str) -> float: ...

    def after_call(self, arm: str, call: Call) -> None: ...


class ExtraCalls(Protocol):
    """Asks for calls beside the script. Used by the one thread that makes the rounds."""

    def after_call(self, arm: str, call: Call) -> None: ...

    def is_due(self, arm: str) -> bool:
        """Return True when an extra call is to be made now, at the end of a round."""
        ...
