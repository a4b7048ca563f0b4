"""Faults of time: late, slow, stuck."""

from dataclasses import dataclass
from itertools import chain

from probe.upstream.chat_script import PING
from probe.upstream.faults.fault import Stage, WireFault
from probe.upstream.messages import AssistantMessage
from probe.upstream.params import Duration, Integer, param
from probe.upstream.script import Hang, Pause, Repeat, Script, Send, body_of, cut, event, head_of


@dataclass(frozen=True)
class ColdStart(WireFault):
    """The first byte comes late: on the first request of a call, or after keep_warm of idleness."""

    name = "cold_start"
    stage = Stage.DELAY
    delay_s: float = param(Duration())
    keep_warm_s: float | None = param(Duration(), None)

    @property
    def default_request(self) -> int | None:
        """Without `keep_warm` only the first: a retry meets a warm upstream."""
        return 1 if self.keep_warm_s is None else None

    @property
    def needs_idle_s(self) -> float:
        """With `keep_warm`, only an upstream left alone for so long is cold."""
        return self.keep_warm_s or 0.0

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return a pause, then all the rest."""
        return (Pause(self.delay_s), *script)


@dataclass(frozen=True)
class HangFault(WireFault):
    """The request is taken and nothing is ever sent."""

    name = "hang"
    stage = Stage.DELIVERY

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return nothing that is ever sent, not even a head."""
        return (Hang(),)


@dataclass(frozen=True)
class Stall(WireFault):
    """The body stops in the middle and the connection stays open: for ever, or for a pause."""

    name = "stall"
    stage = Stage.DELIVERY
    after: int = param(Integer(), 1)
    pause_s: float | None = param(Duration(), None)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return `after` content events, then silence."""
        before = cut(script, self.after)
        return (*before, Hang()) if self.pause_s is None else (*before, Pause(self.pause_s), *script[len(before) :])


@dataclass(frozen=True)
class BodyNeverEnds(WireFault):
    """The whole answer comes, and the body of the response never ends."""

    name = "body_never_ends"
    stage = Stage.DELIVERY

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return all of it, then silence."""
        return (*script, Hang())


@dataclass(frozen=True)
class PingOnly(WireFault):
    """A stream of pings (comments, in chat) without an answer; only headers where no stream was asked for."""

    name = "ping_only"
    stage = Stage.DELIVERY
    gap_s: float = param(Duration(), 1.0)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return headers, then pings without end."""
        ping = PING if answer.chat else event("ping", {"type": "ping"})
        forever = Repeat(ping, self.gap_s) if answer.stream else Hang()
        return (*head_of(script), forever)


@dataclass(frozen=True)
class FakeStream(WireFault):
    """The whole answer comes in one burst, headers and all, after a wait."""

    name = "fake_stream"
    stage = Stage.PACE
    delay_s: float = param(Duration(), 1.0)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return one pause, and one piece with all the bytes."""
        steady = _without_pauses(script)
        body = body_of(steady)
        head = head_of(steady)
        rest = tuple(action for action in steady[len(head) :] if not isinstance(action, Send))
        return (Pause(self.delay_s), *head, *((Send(body, content=True),) if body else ()), *rest)


@dataclass(frozen=True)
class SlowDrip(WireFault):
    """One event (or half of a JSON body) each gap."""

    name = "slow_drip"
    stage = Stage.PACE
    gap_s: float = param(Duration(), 1.0)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Insert a pause before each piece of the body."""
        pieces = (
            (Pause(self.gap_s), action) if isinstance(action, Send) else (action,) for action in _without_pauses(script)
        )
        return tuple(chain.from_iterable(pieces))


def _without_pauses(script: Script) -> Script:
    return tuple(action for action in script if not isinstance(action, Pause))
