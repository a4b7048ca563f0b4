"""Follow the events of one streamed message against the grammar of the Messages API.

One reader for the recorder and for `check`. It tells what departs from the grammar, and the first departure for which
Claude Code throws the answer away (measured, docs/claude-code.md): much of what is wrong it takes all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNNAMED_EVENTS = "unnamed events"
NO_BLOCK_STOP = "no content_block_stop"
TEXT_IN_START = "text in content_block_start"
_UNNAMED = ("", "message")
"""Names of events that have no name of their own."""
_BLOCK_PARTS = frozenset({"content_block_start", "content_block_delta", "content_block_stop"})
_PARTS = _BLOCK_PARTS | {"message_start", "message_delta"}
"""The events that make an answer."""
_AFTER_START = (_PARTS - {"message_start"}) | {"message_stop"}
_DELTAS = {
    "text": frozenset({"input_json_delta", "thinking_delta", "signature_delta"}),
    "thinking": frozenset({"input_json_delta", "text_delta"}),
    "tool_use": frozenset({"text_delta", "thinking_delta", "signature_delta"}),
}
"""Type of a block -> the deltas that cannot be its own. A type that is not listed may have any."""
_MOST_PROBLEMS = 20


@dataclass
class _Block:
    """A block of the content that has begun."""

    type: str
    holds_text: bool = False
    deltas: int = 0


@dataclass
class MessageStream:
    """The state of a stream between two events.

    `problems` lists what departs from the grammar, each once; `rejected` is the first that makes the client throw the
    answer away.
    """

    problems: list[str] = field(default_factory=list)
    rejected: str | None = None
    started: bool = False
    stopped: bool = False
    gave_reason: bool = False
    _delta_came: bool = False
    _open: dict[str, _Block] = field(default_factory=dict)
    _closed: int = 0
    _lost_text: bool = False

    @property
    def ended(self) -> bool:
        """True where the message is over. Clients go by the stop reason, and do not miss a message_stop."""
        return self.stopped or self.gave_reason

    def event(self, name: str, data: Mapping[str, Any]) -> str:
        """Take the next event, and return its kind as the client takes it."""
        kind = self._kind(name, data)
        if not kind:
            return ""
        if self.stopped:
            # The client has its answer: nothing of it is thrown away any more.
            self._departs(f"{kind} after message_stop", fatal=False)
            return kind
        if not self.started and kind in _AFTER_START:
            self._departs(f"{kind} before message_start", fatal=False)
        match kind:
            case "message_start":
                self._start(data)
            case "content_block_start" | "content_block_delta" | "content_block_stop":
                self._block(kind, str(data.get("index")), data)
            case "message_delta":
                self._delta_came = True
                delta = data.get("delta")
                self.gave_reason |= isinstance(delta, Mapping) and bool(delta.get("stop_reason"))
            case "message_stop":
                self.stopped = True
        return kind

    def end(self) -> None:
        """Note what is missing, now that everything has come."""
        if self._open:
            self._departs(NO_BLOCK_STOP, fatal=self._closed == 0)
        elif self._lost_text:
            self._departs(TEXT_IN_START, fatal=True)
        if not self.gave_reason:
            came = "no stop_reason" if self._delta_came else "no message_delta, so no stop_reason"
            self._departs(came, fatal=False)
        if not self.stopped:
            self._departs("no message_stop", fatal=False)

    def _kind(self, name: str, data: Mapping[str, Any]) -> str:
        """Return the kind of an event. Clients select events by name and read them by type: both have to be right."""
        type_ = data.get("type")
        kind = type_ if isinstance(type_, str) else ""
        if name in _UNNAMED:
            # The upstream has made it, and counts it; the client passes it over.
            if kind in _PARTS and not self.stopped:
                self._departs(UNNAMED_EVENTS, fatal=True)
            return kind
        if kind != name and {name, kind} & _PARTS and not self.stopped:
            problem = f"an event is called {name[:40]} and holds {kind[:40] or 'no type'}"
            self._departs(problem, fatal=name != "message_delta")
            return ""
        return name

    def _start(self, data: Mapping[str, Any]) -> None:
        if self.started:
            self._departs("message_start twice", fatal=False)
        if not isinstance(data.get("message"), Mapping):
            self._departs("message_start without a message", fatal=True)
        self.started = True

    def _block(self, kind: str, index: str, data: Mapping[str, Any]) -> None:
        block = self._open.get(index)
        if kind == "content_block_start":
            if block is not None:
                # What the block had got is lost.
                self._departs("content_block_start twice", fatal=block.deltas > 0)
            self._open[index] = _begun(data.get("content_block"))
        elif block is None:
            self._departs(f"{kind} without content_block_start", fatal=True)
        elif kind == "content_block_delta":
            block.deltas += 1
            self._delta(block, data.get("delta"))
        else:
            del self._open[index]
            self._closed += 1
            self._lost_text |= block.holds_text and block.deltas == 0

    def _delta(self, block: _Block, delta: object) -> None:
        type_ = delta.get("type") if isinstance(delta, Mapping) else None
        if not isinstance(type_, str):
            self._departs("content_block_delta without a type", fatal=True)
        elif type_ in _DELTAS.get(block.type, ()):
            self._departs(f"{type_} in a {block.type} block", fatal=True)

    def _departs(self, problem: str, *, fatal: bool) -> None:
        if problem not in self.problems and len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)
        if fatal and self.rejected is None:
            self.rejected = problem


def _begun(block: object) -> _Block:
    if not isinstance(block, Mapping):
        return _Block("")
    type_, text = block.get("type"), block.get("text")
    return _Block(type_ if isinstance(type_, str) else "", holds_text=isinstance(text, str) and bool(text))
