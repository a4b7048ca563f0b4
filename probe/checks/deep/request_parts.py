"""The parts of a client's own request that an upstream may refuse, and the request without some of them. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

BETAS = "anthropic-beta"
_ALWAYS_SENT = frozenset({"model", "messages", "max_tokens", "stream", "system"})
_OF_TOOLS = frozenset({"name", "description", "input_schema", "type"})
_OF_THINKING = frozenset({"type", "budget_tokens"})
_CACHE_CONTROL = "cache_control"
_SYSTEM_ROLE = "messages.role"


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request as the client sends it; names of `headers` are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def betas(self) -> tuple[str, ...]:
        """The names in `anthropic-beta`."""
        return tuple(name.strip() for name in self.headers.get(BETAS, "").split(",") if name.strip())


@dataclass(frozen=True, slots=True)
class RequestPart:
    """A beta, or a field by its path, lists left out: `thinking.display`, `tools.defer_loading`."""

    name: str
    is_beta: bool = False

    def is_named_in(self, words: str) -> bool:
        """Return True where the words of a refusal name it."""
        if self.is_beta or self.name == _CACHE_CONTROL:
            return self.name in words
        if self.name == _SYSTEM_ROLE:
            return "role" in words and "system" in words
        last = re.escape(self.name.rpartition(".")[2])
        return bool(re.search(rf"(?<![\w-]){last}(?![\w-])", words))


SYSTEM_MESSAGES = RequestPart(_SYSTEM_ROLE)


def parts_of(request: OwnRequest) -> list[RequestPart]:
    """Return the parts that can be left out: what stands within another comes before it."""
    betas = [RequestPart(name, is_beta=True) for name in request.betas]
    return [*betas, *map(RequestPart, dict.fromkeys(_field_names(request.body)))]


def without(request: OwnRequest, parts: Iterable[RequestPart]) -> OwnRequest:
    """Return the request without these parts."""
    for part in parts:
        request = _without_beta(request, part.name) if part.is_beta else _without_field(request, part.name)
    return request


def _field_names(body: Mapping[str, Any]) -> Iterator[str]:
    yield from _within(body, "thinking", _OF_THINKING)
    output = body.get("output_config")
    if isinstance(output, Mapping) and len(output) > 1:
        yield from _within(body, "output_config", frozenset())
    for tool in _mappings(body.get("tools")):
        yield from (f"tools.{key}" for key in tool if key not in _OF_TOOLS | {_CACHE_CONTROL})
    yield from _spread_names(body)
    yield from (key for key in body if key not in _ALWAYS_SENT)


def _spread_names(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parts that stand in several places."""
    if any(message.get("role") == "system" for message in _mappings(body.get("messages"))):
        yield _SYSTEM_ROLE
    if _holds_key(body, _CACHE_CONTROL):
        yield _CACHE_CONTROL


def _within(body: Mapping[str, Any], name: str, usual: frozenset[str]) -> Iterator[str]:
    value = body.get(name)
    yield from (f"{name}.{key}" for key in (value if isinstance(value, Mapping) else ()) if key not in usual)


def _without_beta(request: OwnRequest, name: str) -> OwnRequest:
    betas = [beta for beta in request.betas if beta != name]
    headers = {key: value for key, value in request.headers.items() if key != BETAS}
    return replace(request, headers={**headers, BETAS: ",".join(betas)} if betas else headers)


def _without_field(request: OwnRequest, name: str) -> OwnRequest:
    body = dict(request.body)
    parent, _, key = name.rpartition(".")
    if name == _CACHE_CONTROL:
        body = _without_key(body, key)
    elif name == _SYSTEM_ROLE:
        body["messages"] = _others(body["messages"], lambda message: message.get("role") == "system")
    elif not parent:
        body.pop(name, None)
    elif isinstance(body.get(parent), list):
        body[parent] = [_without_item(item, key) for item in body[parent]]
    else:
        body[parent] = _without_item(body.get(parent), key)
    return replace(request, body=body)


def _without_item(value: Any, key: str) -> Any:
    return {name: item for name, item in value.items() if name != key} if isinstance(value, Mapping) else value


def _without_key(value: Any, key: str) -> Any:
    if isinstance(value, list):
        return [_without_key(item, key) for item in value]
    if isinstance(value, Mapping):
        return {name: _without_key(item, key) for name, item in value.items() if name != key}
    return value


def _holds_key(value: Any, key: str) -> bool:
    if isinstance(value, list):
        return any(_holds_key(item, key) for item in value)
    return isinstance(value, Mapping) and (key in value or any(_holds_key(item, key) for item in value.values()))


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    return (item for item in (value if isinstance(value, list) else []) if isinstance(item, Mapping))


def _others(value: object, is_left_out: Callable[[Mapping[str, Any]], bool]) -> list[Mapping[str, Any]]:
    return [item for item in _mappings(value) if not is_left_out(item)]
