"""Tell the client's request for an answer from those that it makes beside it."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

_ROOT = re.compile(r"(/r/\d+/[^/]+)?/?")
_FIXED_PROMPTS = frozenset({"Warmup", "quota"})
"""Prompts of the client's own: 2.0.62 to 2.1.0 warm subagents up, with or without tools; 1.x asks for the quota."""
_TITLE_PROMPT = re.compile(
    r"new conversation topic|session title|summarize this coding conversation"
    r"|(?:concise|short|brief)[^.]{0,60}\btitle\b"
    r"|\btitle for (?:this|the|a) (?:coding )?(?:session|conversation)",
    re.IGNORECASE,
)


class RequestKind(StrEnum):
    """`main` answers the prompt, `background` is the client's own, `warmup` opens a connection."""

    MAIN = "main"
    BACKGROUND = "background"
    WARMUP = "warmup"
    OTHER = "other"


def request_kind(method: str, path: str, body: Mapping[str, Any] | None) -> RequestKind:
    """Return the kind of a request, from its method, its path (without query) and its parsed JSON body, None if none.

    A request for a message is main unless it bears a mark of a background one. A main request may be lean
    (`--tools ""`), so that a background request without any mark counts as main.
    """
    match method:
        case "POST" if path.endswith("/v1/messages"):
            return RequestKind.BACKGROUND if _is_background(body or {}) else RequestKind.MAIN
        case "POST" if path.endswith("/chat/completions"):
            return RequestKind.MAIN  # which the client never sends
        case "HEAD" | "GET" if _opens_connection(method, path):
            return RequestKind.WARMUP
        case _:
            return RequestKind.OTHER


def asks_for_json(body: Mapping[str, Any]) -> bool:
    """Return whether the answer's text must follow a JSON schema."""
    config = body.get("output_config")
    return bool(body.get("output_format")) or (isinstance(config, Mapping) and bool(config.get("format")))


def texts(content: object) -> Iterator[str]:
    """Yield the texts of a message's or system prompt's content: a string, or a list of blocks."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for block in content:
            if isinstance(block, Mapping) and isinstance(block.get("text"), str):
                yield block["text"]


def _opens_connection(method: str, path: str) -> bool:
    if method == "HEAD":
        return "/v1/" not in path
    return bool(_ROOT.fullmatch(path)) or path.endswith("/api/hello")


def _is_background(body: Mapping[str, Any]) -> bool:
    if body.get("max_tokens") == 1 or _has_fixed_prompt(body):  # 2.0.x counts tokens so, with all its tools
        return True
    return not body.get("tools") and _asks_for_title(body)


def _has_fixed_prompt(body: Mapping[str, Any]) -> bool:
    messages = body.get("messages")
    if not isinstance(messages, list) or len(messages) != 1 or not isinstance(messages[0], Mapping):
        return False
    return any(text.strip() in _FIXED_PROMPTS for text in texts(messages[0].get("content")))


def _asks_for_title(body: Mapping[str, Any]) -> bool:
    return asks_for_json(body) or any(_TITLE_PROMPT.search(text) for text in texts(body.get("system")))
