"""Faults of relays that translate calls of tools: arguments mangled, calls lost, pieces that nobody can join."""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from probe.upstream.faults.fault import AnswerFault, Stage, WireFault
from probe.upstream.messages import AssistantMessage, Block, TextBlock, ToolUseBlock
from probe.upstream.params import Choice, param
from probe.upstream.request import MessagesRequest
from probe.upstream.script import Action, Script, Send, event

_BLOCK_EVENTS = ("content_block_start", "content_block_delta", "content_block_stop")


@dataclass(frozen=True)
class ToolArguments(AnswerFault):
    """The arguments of tools come mangled: quotes, pipes, letters beyond ASCII, or without their end."""

    name = "tool_arguments"
    how: str = param(
        Choice(("mojibake", "lost_letters", "html", "escaped", "no_quotes", "no_pipes", "cut")), "mojibake", key="as"
    )

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the same calls with other texts in their arguments."""
        blocks = (
            replace(block, input=self._mangled(block.input)) if isinstance(block, ToolUseBlock) else block
            for block in answer.blocks
        )
        return replace(answer, blocks=tuple(blocks))

    def _mangled(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._mangled(inner) for key, inner in value.items()}
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        match self.how:
            case "mojibake":
                return text.encode("utf-8", "surrogatepass").decode("latin-1")
            case "lost_letters":
                return text.encode("ascii", "replace").decode()
            case "html":
                return html.escape(text)
            case "escaped":
                return json.dumps(text)[1:-1]
            case "no_quotes":
                return text.replace('"', "")
            case "no_pipes":
                return text.replace("|", "")
            case _:
                return text[: len(text) // 2]


@dataclass(frozen=True)
class ToolCalls(AnswerFault):
    """Calls of tools get lost or doubled, have one id, come as text, or the answer ends with another reason."""

    name = "tool_calls"
    how: str = param(Choice(("dropped", "twice", "same_id", "lost", "as_text", "end_turn")), "dropped")

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the answer with other calls."""
        calls = [block for block in answer.blocks if isinstance(block, ToolUseBlock)]
        if not calls:
            return answer
        if self.how == "end_turn":
            return replace(answer, stop_reason="end_turn")
        texts = tuple(block for block in answer.blocks if not isinstance(block, ToolUseBlock))
        stop_reason = "end_turn" if self.how == "as_text" else answer.stop_reason
        return replace(answer, blocks=(*texts, *self._blocks(calls)), stop_reason=stop_reason)

    def _blocks(self, calls: list[ToolUseBlock]) -> Iterator[Block]:
        first = calls[0]
        match self.how:
            case "dropped":
                yield first
            case "twice":
                yield from (replace(call, input=first.input) for call in calls)
            case "same_id":
                yield from (replace(call, id=first.id) for call in calls)
            case "as_text":
                yield from (TextBlock(f"<tool_call>{call.name} {json.dumps(call.input)}</tool_call>") for call in calls)


@dataclass(frozen=True)
class ToolPieces(WireFault):
    """A tool's arguments stream as objects, not at all, unfinished or whole; or blocks have a wrong index."""

    name = "tool_pieces"
    stage = Stage.DELIVERY
    how: str = param(Choice(("object", "none", "unfinished", "whole", "same_index", "gap")), "object", key="as")

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return the stream with other events of blocks; any other answer as it is."""
        calls = {str(place): block for place, block in enumerate(answer.blocks) if isinstance(block, ToolUseBlock)}
        if not (answer.stream and calls) or answer.chat:
            return script
        return tuple(changed for action in script for changed in self._changed(action, calls))

    def _changed(self, action: Action, calls: Mapping[str, ToolUseBlock]) -> Iterator[Action]:
        found = _block_event(action)
        if found is None:
            yield action
            return
        name, data = found
        call = calls.get(str(data["index"]))
        if call is None:
            yield action
        elif self.how in ("same_index", "gap"):
            yield Send(event(name, {**data, "index": self._index(data["index"])}), name == "content_block_delta")
        elif name != "content_block_delta":
            yield action
        else:
            yield from self._pieces(data, call)

    def _index(self, index: int) -> int:
        return 0 if self.how == "same_index" else 2 * index

    def _pieces(self, data: Mapping[str, Any], call: ToolUseBlock) -> Iterator[Action]:
        """Yield what takes the place of one piece of the arguments."""
        whole, piece = json.dumps(call.input), data["delta"]["partial_json"]
        is_last, is_first = whole.endswith(piece) and piece.endswith("}"), whole.startswith(piece)
        match self.how:
            case "object" if is_first:
                yield _delta(data, dict(call.input))
            case "whole" if is_first:
                yield _delta(data, whole)
            case "unfinished" if not is_last:
                yield _delta(data, piece)


def _delta(data: Mapping[str, Any], piece: object) -> Send:
    delta = {"type": "input_json_delta", "partial_json": piece}
    return Send(event("content_block_delta", {**data, "delta": delta}), content=True)


def _block_event(action: Action) -> tuple[str, dict[str, Any]] | None:
    """Return name and data of an event of a block; None for all else."""
    if not isinstance(action, Send):
        return None
    name = next((name for name in _BLOCK_EVENTS if action.data.startswith(f"event: {name}\n".encode())), None)
    return None if name is None else (name, json.loads(action.data.partition(b"data: ")[2]))
