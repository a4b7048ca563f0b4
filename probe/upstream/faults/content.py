"""Faults in the content of an answer: well-formed, and wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from probe.upstream.faults.fault import AnswerFault
from probe.upstream.json_schema import example_object
from probe.upstream.messages import AssistantMessage, TextBlock, ThinkingBlock, ToolUseBlock
from probe.upstream.params import Boolean, Choice, Integer, JsonObject, Text, param
from probe.upstream.request import MessagesRequest

_EVERY_TOOL = "all"


@dataclass(frozen=True)
class WrongModel(AnswerFault):
    """Answers as another model than the one asked for."""

    name = "wrong_model"
    model: str = param(Text(), "probe-other-model", key="name")

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the same answer under another name."""
        return replace(answer, model=self.model)


@dataclass(frozen=True)
class WrongText(AnswerFault):
    """A well-formed answer with another text."""

    name = "wrong_text"
    text: str = param(Text(), "This is not the text you asked for.")

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return an answer with this text."""
        return replace(answer, blocks=(TextBlock(self.text),), stop_reason="end_turn")


@dataclass(frozen=True)
class EmptyText(AnswerFault):
    """A well-formed answer without any text."""

    name = "empty_text"

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return an answer of one empty block."""
        return replace(answer, blocks=(TextBlock(""),), stop_reason="end_turn")


@dataclass(frozen=True)
class StopReason(AnswerFault):
    """The answer ends after `chars` letters for another reason than that it is done."""

    name = "stop_reason"
    reason: str = param(Text(), "refusal", key="name")
    chars: int = param(Integer(), 5)

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the beginning of the text, and the reason."""
        text = "".join(block.text for block in answer.blocks if isinstance(block, TextBlock))
        return replace(answer, blocks=(TextBlock(text[: self.chars]),), stop_reason=self.reason)


@dataclass(frozen=True)
class OnlyThinking(AnswerFault):
    """All of max_tokens goes into thinking, and no text comes."""

    name = "only_thinking"

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return one block of thinking."""
        return replace(answer, blocks=(ThinkingBlock("Let me think about that."),), stop_reason="max_tokens")


@dataclass(frozen=True)
class Garbled(AnswerFault):
    """Letters beyond ASCII come in a wrong encoding (mojibake), or as U+FFFD."""

    name = "garbled"
    how: str = param(Choice(("latin-1", "gbk", "lost")), "latin-1", key="as")

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the same text, misread; plain ASCII stays as it is."""
        blocks = (
            replace(block, text=self._misread(block.text)) if isinstance(block, TextBlock) else block
            for block in answer.blocks
        )
        return replace(answer, blocks=tuple(blocks))

    def _misread(self, text: str) -> str:
        if self.how == "lost":
            return text.encode("ascii", "replace").decode().replace("?", "\ufffd") if not text.isascii() else text
        return text.encode("utf-8", "surrogatepass").decode(self.how, "replace")


@dataclass(frozen=True)
class ToolUse(AnswerFault):
    """Asks the client to run a tool, or with name=all every tool that it offers; made-up input touches canary only."""

    name = "tool_use"
    tool: str = param(Text(), "Bash", key="name")
    input: Mapping[str, Any] | None = param(JsonObject(), None)
    canary: str = param(Text(), "probe-canary")
    every_turn: bool = param(Boolean(), False)

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return tool calls instead of text; after a tool's result the text, unless `every_turn`."""
        if request.is_tool_turn and not self.every_turn:
            return answer
        blocks = tuple(self._blocks(request))
        return replace(answer, blocks=blocks, stop_reason="tool_use") if blocks else answer

    def _blocks(self, request: MessagesRequest) -> Iterator[ToolUseBlock]:
        offered = {str(tool.get("name")): tool.get("input_schema") for tool in request.tools}
        for name in offered if self.tool == _EVERY_TOOL else (self.tool,):
            schema = offered.get(name)
            made_up = example_object(schema, self.canary) if isinstance(schema, Mapping) else {}
            yield ToolUseBlock(name, made_up if self.input is None else self.input, f"toolu_{uuid4().hex[:24]}")
