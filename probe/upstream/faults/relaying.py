"""Faults of relays that do not pass a request on as it came: the answer is sound, and answers something else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from probe.upstream.faults.fault import ForwardFault
from probe.upstream.input_tokens import CHARS_A_TOKEN
from probe.upstream.params import Choice, Integer, Text, param
from probe.upstream.request import MessagesRequest


@dataclass(frozen=True)
class DropField(ForwardFault):
    """A field of the request's body is left out on the way."""

    name = "drop_field"
    field_name: str = param(Text(), key="name")

    def forward(self, request: MessagesRequest) -> MessagesRequest:
        """Return the request without the field."""
        return replace(request, body={key: value for key, value in request.body.items() if key != self.field_name})


@dataclass(frozen=True)
class DropPictures(ForwardFault):
    """Pictures are replaced by a text on the way: all of them, or those in results of tools."""

    name = "drop_pictures"
    where: str = param(Choice(("all", "tool_result")), "all", key="in")

    def forward(self, request: MessagesRequest) -> MessagesRequest:
        """Return the request with `[image]` in the place of each picture."""
        messages = _without_pictures(request.body["messages"], self.where == "all")
        return replace(request, body={**request.body, "messages": messages})


@dataclass(frozen=True)
class DropThinking(ForwardFault):
    """Thinking of earlier turns is left out on the way, so that nobody looks at its signature."""

    name = "drop_thinking"

    def forward(self, request: MessagesRequest) -> MessagesRequest:
        """Return the request without blocks of thinking."""
        messages = [_without_thinking(message) for message in request.body["messages"]]
        return replace(request, body={**request.body, "messages": messages})


@dataclass(frozen=True)
class HiddenPrompt(ForwardFault):
    """A prompt of the relay's own is added to each request, and counted."""

    name = "hidden_prompt"
    tokens: int = param(Integer(1), 3000)

    def forward(self, request: MessagesRequest) -> MessagesRequest:
        """Return the request with a longer system prompt."""
        hidden = {"type": "text", "text": "x" * (self.tokens * CHARS_A_TOKEN)}
        system = request.body.get("system")
        blocks = system if isinstance(system, list) else [{"type": "text", "text": str(system)}] if system else []
        return replace(request, body={**request.body, "system": [hidden, *blocks]})


@dataclass(frozen=True)
class ShortContext(ForwardFault):
    """Of a prompt that is longer than this many tokens only the end reaches the model, and nobody says so."""

    name = "short_context"
    tokens: int = param(Integer(1), 30_000)

    def forward(self, request: MessagesRequest) -> MessagesRequest:
        """Return the request with long texts of user messages cut at their beginning."""
        messages = [self._shortened(message) for message in request.body["messages"]]
        return replace(request, body={**request.body, "messages": messages})

    def _shortened(self, message: Any) -> Any:
        content = message.get("content") if isinstance(message, Mapping) else None
        return {**message, "content": content[-self.tokens * CHARS_A_TOKEN :]} if isinstance(content, str) else message


def _without_pictures(value: Any, everywhere: bool) -> Any:
    if isinstance(value, list):
        return [_without_pictures(item, everywhere) for item in value]
    if not isinstance(value, Mapping):
        return value
    if everywhere and value.get("type") in ("image", "image_url"):
        return {"type": "text", "text": "[image]"}
    inside = everywhere or value.get("type") == "tool_result"
    return {key: _without_pictures(item, inside) for key, item in value.items()}


def _without_thinking(message: Any) -> Any:
    content = message.get("content") if isinstance(message, Mapping) else None
    if not isinstance(content, list):
        return message
    kept = [block for block in content if not (isinstance(block, Mapping) and block.get("type") == "thinking")]
    return {**message, "content": kept}
