"""Faults in the grammar of a stream: every event is valid, but one is missing or superfluous."""

from dataclasses import dataclass

from probe.upstream.faults.fault import Stage, WireFault
from probe.upstream.messages import AssistantMessage
from probe.upstream.script import Script, Send, event

_STRAY_INDEX = 7


@dataclass(frozen=True)
class UnclosedBlock(WireFault):
    """A Messages stream whose blocks are never closed; nothing else is wrong."""

    name = "unclosed_block"
    stage = Stage.DELIVERY

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return all but the events that close a block."""
        return tuple(action for action in script if not _is_event(action, "content_block_stop"))


@dataclass(frozen=True)
class OrphanDelta(WireFault):
    """A Messages stream with a delta of a block that was never begun, after the sound ones."""

    name = "orphan_delta"
    stage = Stage.DELIVERY

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Insert the stray delta before the end of the message."""
        delta = {"type": "input_json_delta", "partial_json": "{}"}
        stray = event("content_block_delta", {"type": "content_block_delta", "index": _STRAY_INDEX, "delta": delta})
        place = next((i for i, action in enumerate(script) if _is_event(action, "message_delta")), None)
        return script if place is None else (*script[:place], Send(stray), *script[place:])


def _is_event(action: object, name: str) -> bool:
    return isinstance(action, Send) and action.data.startswith(f"event: {name}\n".encode())
