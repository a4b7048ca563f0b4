"""Faults of connections that a client keeps open while it asks nothing."""

from dataclasses import dataclass

from probe.upstream.faults.fault import Stage, WireFault
from probe.upstream.messages import AssistantMessage
from probe.upstream.params import Choice, Duration, param
from probe.upstream.script import CloseWhenIdle, Hang, Reset, Script


@dataclass(frozen=True)
class CloseIdle(WireFault):
    """A connection kept idle for `after` is gone: closed (fin), or its next request is reset, or never answered."""

    name = "close_idle"
    stage = Stage.DELAY
    after_s: float = param(Duration())
    how: str = param(Choice(("reset", "fin", "silence")), "reset")

    @property
    def needs_connection_idle_s(self) -> float:
        """Only `fin` acts before the next request."""
        return 0.0 if self.how == "fin" else self.after_s

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return the answer with a later end of its connection, or no answer at all."""
        match self.how:
            case "fin":
                return (*script, CloseWhenIdle(self.after_s))
            case "silence":
                return (Hang(),)
            case _:
                return (Reset(),)
