"""Faults in what is said: well-formed, and wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from probe.upstream.answer import Answer, TextBlock, ToolUseBlock
from probe.upstream.faults.base import AnswerFault
from probe.upstream.json_schema import example_object
from probe.upstream.params import Boolean, JsonObject, Text, param
from probe.upstream.request import MessagesRequest

_EVERY_TOOL = "all"


@dataclass(frozen=True)
class WrongModel(AnswerFault):
    """Answers as another model than the one asked for."""

    name = "wrong_model"
    model: str = param(Text(), "probe-other-model", key="name")

    def rewrite(self, answer: Answer, request: MessagesRequest) -> Answer:
        """The same answer under another name."""
        return replace(answer, model=self.model)


@dataclass(frozen=True)
class WrongText(AnswerFault):
    """A well-formed answer with another text."""

    name = "wrong_text"
    text: str = param(Text(), "This is not the text you asked for.")

    def rewrite(self, answer: Answer, request: MessagesRequest) -> Answer:
        """The text instead of the answer's."""
        return replace(answer, blocks=(TextBlock(self.text),))


@dataclass(frozen=True)
class EmptyText(AnswerFault):
    """A well-formed answer without any text."""

    name = "empty_text"

    def rewrite(self, answer: Answer, request: MessagesRequest) -> Answer:
        """One empty block."""
        return replace(answer, blocks=(TextBlock(""),))


@dataclass(frozen=True)
class ToolUse(AnswerFault):
    """Asks the client to run a tool, or with name=all every tool that it offers; made-up input touches canary only."""

    name = "tool_use"
    tool: str = param(Text(), "Bash", key="name")
    input: Mapping[str, Any] | None = param(JsonObject(), None)
    canary: str = param(Text(), "probe-canary")
    every_turn: bool = param(Boolean(), False)

    def rewrite(self, answer: Answer, request: MessagesRequest) -> Answer:
        """Tool calls instead of text; after a tool's result the text, unless `every_turn`."""
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
