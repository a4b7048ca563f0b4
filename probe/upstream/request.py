"""A request for a message, and the call that it belongs to."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    """A parsed body of `POST /v1/messages`, or of `/chat/completions` (`chat`). `headers` have names in lower case."""

    body: Mapping[str, Any]
    body_bytes: int
    kind: RequestKind
    chat: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, path: str, headers: Mapping[str, str], body: Mapping[str, Any] | None, body_bytes: int
    ) -> "MessagesRequest":
        """Return the request with this body (None: it was no JSON object). Raise InvalidRequestError."""
        if body is None:
            raise InvalidRequestError("The request body is not valid JSON")
        if not isinstance(body.get("model"), str):
            raise InvalidRequestError("model: Field required")
        if not isinstance(body.get("messages"), list):
            raise InvalidRequestError("messages: Field required")
        is_chat = path.endswith("/chat/completions")
        return cls(body, body_bytes, request_kind("POST", path, body), is_chat, headers)

    @property
    def model(self) -> str:
        """The model asked for."""
        return str(self.body["model"])

    @property
    def stream(self) -> bool:
        """True where a stream was asked for."""
        return self.body.get("stream") is True

    @property
    def max_tokens(self) -> int | None:
        """The limit on the answer's tokens; None without one."""
        limit = self.body.get("max_tokens", self.body.get("max_completion_tokens"))
        return limit if isinstance(limit, int) and limit > 0 else None

    @property
    def stop_sequences(self) -> tuple[str, ...]:
        """The texts that end an answer."""
        stops = self.body.get("stop" if self.chat else "stop_sequences")
        if isinstance(stops, str):
            return (stops,) if stops else ()
        return tuple(stop for stop in stops if isinstance(stop, str) and stop) if isinstance(stops, list) else ()

    @property
    def betas(self) -> tuple[str, ...]:
        """The names in the header `anthropic-beta`."""
        names = self.headers.get("anthropic-beta", "").split(",")
        return tuple(name.strip() for name in names if name.strip())

    @property
    def tools(self) -> tuple[Mapping[str, Any], ...]:
        """The tools offered, as the Messages API describes them."""
        tools = self.body.get("tools")
        offered = tuple(tool for tool in tools if isinstance(tool, Mapping)) if isinstance(tools, list) else ()
        return tuple(map(_as_messages_tool, offered)) if self.chat else offered

    @property
    def forced_tool(self) -> str | None:
        """The name of the tool that has to be called; the first where any will do; None where none has to."""
        choice = self.body.get("tool_choice")
        kind = choice.get("type") if isinstance(choice, Mapping) else choice
        if kind in ("any", "required"):
            return next((str(tool.get("name")) for tool in self.tools), None)
        if not isinstance(choice, Mapping) or kind not in ("tool", "function"):
            return None
        function = choice.get("function")
        return str((function if isinstance(function, Mapping) else choice).get("name"))

    @property
    def thinks(self) -> bool:
        """True where thinking is asked for or allowed."""
        thinking = self.body.get("thinking")
        return isinstance(thinking, Mapping) and thinking.get("type") in ("enabled", "adaptive")

    @property
    def is_tool_turn(self) -> bool:
        """True where the client hands in results of tools."""
        if self.chat:
            return any(
                isinstance(message, Mapping) and message.get("role") == "tool" for message in self.latest_messages
            )
        messages = _of_user(self.body["messages"])
        return bool(messages) and _has_tool_result(messages[-1])

    @property
    def prompts(self) -> list[str]:
        """The texts of the user's messages, the latest first, without results of tools."""
        return _prompts(self.body["messages"])

    @property
    def latest_prompts(self) -> list[str]:
        """The same, of the messages since the last answer."""
        return _prompts(self.latest_messages)

    @property
    def latest_messages(self) -> list[Any]:
        """The messages after the last of the assistant."""
        messages = list(self.body["messages"])
        roles = [message.get("role") if isinstance(message, Mapping) else None for message in messages]
        last = max((index for index, role in enumerate(roles) if role == "assistant"), default=-1)
        return messages[last + 1 :]


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


def _of_user(messages: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [message for message in messages if isinstance(message, Mapping) and message.get("role") == "user"]


def _prompts(messages: Sequence[Any]) -> list[str]:
    asked = [message for message in reversed(_of_user(messages)) if not _has_tool_result(message)]
    return list(filter(None, ("\n".join(texts(message.get("content"))) for message in asked)))


def _has_tool_result(message: Mapping[str, Any]) -> bool:
    content = message.get("content")
    return isinstance(content, list) and any(
        isinstance(block, Mapping) and block.get("type") == "tool_result" for block in content
    )
