"""The tools that the right answer calls: those that the prompt names, or that the request forces."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from probe.upstream.json_schema import example_object
from probe.upstream.request import MessagesRequest

_CALL = re.compile(r"\bcall the tool [`'\"]?([\w.-]+)[`'\"]? with (?=\{)", re.IGNORECASE)
_CANARY = "probe"
ToolCall = tuple[str, Mapping[str, Any]]
"""Name and input."""


def tool_calls(request: MessagesRequest) -> list[ToolCall]:
    """Return calls of offered tools: `Call the tool NAME with {JSON}` in the prompt, else what `tool_choice` forces.

    After the result of a tool there are none.
    """
    if request.is_tool_turn:
        return []
    offered = {str(tool.get("name")): tool for tool in request.tools}
    prompts = "\n".join(request.latest_prompts)
    asked = [(name, value) for name, value in _asked_calls(prompts) if name in offered]
    if asked:
        return asked
    forced = request.forced_tool
    if forced not in offered:
        return []
    schema = offered[forced].get("input_schema")
    return [(forced, example_object(schema, _CANARY) if isinstance(schema, Mapping) else {})]


def _asked_calls(prompt: str) -> Iterator[ToolCall]:
    for found in _CALL.finditer(prompt):
        try:
            value, _ = json.JSONDecoder().raw_decode(prompt, found.end())
        except (ValueError, RecursionError):
            continue
        yield found[1], value
