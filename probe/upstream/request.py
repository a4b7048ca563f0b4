"""A request for a message, and the call that it belongs to."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probe.model.request_kind import RequestKind, request_kind, texts

_PREFIX = re.compile(r"/r/(?P<round>\d+)/(?P<step>[^/]+)(?=/|$)")
_OLD_USER_ID = re.compile(r"_session_([0-9A-Za-z-]+)$")


class InvalidRequestError(ValueError):
    """The body is no request for a message."""


@dataclass(frozen=True)
class CallIdentity:
    """The call that a request says it belongs to: a round and step by its path, else a session, else nothing."""

    round: int | None = None
    step: str | None = None
    session_id: str | None = None


@dataclass(frozen=True)
class MessagesRequest:
    """A parsed body of `POST /v1/messages`, or of `/chat/completions` (`chat`)."""

    body: Mapping[str, Any]
    body_bytes: int
    kind: RequestKind
    chat: bool = False

    @classmethod
    def of(cls, path: str, body: Mapping[str, Any] | None, body_bytes: int) -> "MessagesRequest":
        """Return the request with this body (None: it was no JSON object). Raise InvalidRequestError."""
        if body is None:
            raise InvalidRequestError("The request body is not valid JSON")
        if not isinstance(body.get("model"), str):
            raise InvalidRequestError("model: Field required")
        if not isinstance(body.get("messages"), list):
            raise InvalidRequestError("messages: Field required")
        return cls(body, body_bytes, request_kind("POST", path, body), path.endswith("/chat/completions"))

    @property
    def model(self) -> str:
        """The model asked for."""
        return str(self.body["model"])

    @property
    def stream(self) -> bool:
        """True where a stream was asked for."""
        return self.body.get("stream") is True

    @property
    def tools(self) -> tuple[Mapping[str, Any], ...]:
        """The tools offered, as the Messages API describes them."""
        tools = self.body.get("tools")
        offered = tuple(tool for tool in tools if isinstance(tool, Mapping)) if isinstance(tools, list) else ()
        return tuple(map(_as_messages_tool, offered)) if self.chat else offered

    @property
    def is_tool_turn(self) -> bool:
        """True where the client hands in results of tools."""
        if self.chat:
            last = self.body["messages"][-1:]
            return any(isinstance(message, Mapping) and message.get("role") == "tool" for message in last)
        messages = self._user_messages()
        return bool(messages) and _has_tool_result(messages[-1])

    @property
    def prompt(self) -> str:
        """The text of the last user message, looking behind results of tools."""
        for message in reversed(self._user_messages()):
            if not _has_tool_result(message):
                return "\n".join(texts(message.get("content")))
        return ""

    def _user_messages(self) -> list[Mapping[str, Any]]:
        return [m for m in self.body["messages"] if isinstance(m, Mapping) and m.get("role") == "user"]


def identify(path: str, headers: Mapping[str, str], body: Mapping[str, Any] | None) -> CallIdentity:
    """Return the call of a request, from its path, its headers (lower case) and its body.

    The session is in `x-claude-code-session-id`, else in `metadata.user_id`: `user_<hex>_account__session_<uuid>` or a
    JSON string with `session_id`.
    """
    prefix = _PREFIX.match(path)
    return CallIdentity(
        round=int(prefix["round"]) if prefix else None,
        step=prefix["step"] if prefix else None,
        session_id=headers.get("x-claude-code-session-id") or _session_in_metadata(body or {}),
    )


def without_prefix(path: str) -> str:
    """Return the path without `/r/<round>/<step>`, `/` at least."""
    return _PREFIX.sub("", path, count=1) or "/"


def json_object(raw: bytes | str) -> dict[str, Any] | None:
    """Return the JSON object in `raw`, or None."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _session_in_metadata(body: Mapping[str, Any]) -> str | None:
    metadata = body.get("metadata")
    user_id = metadata.get("user_id") if isinstance(metadata, Mapping) else None
    if not isinstance(user_id, str):
        return None
    if (old := _OLD_USER_ID.search(user_id)) is not None:
        return old[1]
    session_id = (json_object(user_id) or {}).get("session_id")
    return session_id if isinstance(session_id, str) else None


def _as_messages_tool(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    function = tool.get("function")
    function = function if isinstance(function, Mapping) else {}
    return {"name": function.get("name"), "input_schema": function.get("parameters")}


def _has_tool_result(message: Mapping[str, Any]) -> bool:
    content = message.get("content")
    return isinstance(content, list) and any(
        isinstance(block, Mapping) and block.get("type") == "tool_result" for block in content
    )
