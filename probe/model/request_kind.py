"""What an HTTP request of the client is for: the answer that was asked for, or something beside it."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

_ROOT = re.compile(r"(/r/\d+/[^/]+)?/?")
_PROBE_TEXTS = frozenset({"Warmup", "quota"})
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
    """The kind of a request, from its method, its path (without query) and its parsed JSON body, None if it has none.

    A request that offers tools is main. One without tools is background only where it bears a mark of one: a main
    request may be lean (`--tools ""`), so a background request without any mark cannot be told and counts as main.
    """
    if method == "POST" and path.endswith("/v1/messages"):
        body = body or {}
        return RequestKind.BACKGROUND if not body.get("tools") and _looks_background(body) else RequestKind.MAIN
    if method == "POST" and path.endswith("/chat/completions"):
        return RequestKind.MAIN  # which the client never sends
    if method == "HEAD" and "/v1/" not in path:
        return RequestKind.WARMUP
    if method == "GET" and (_ROOT.fullmatch(path) or path.endswith("/api/hello")):
        return RequestKind.WARMUP
    return RequestKind.OTHER


def asks_for_json(body: Mapping[str, Any]) -> bool:
    """Whether the answer's text must follow a JSON schema."""
    config = body.get("output_config")
    return bool(body.get("output_format")) or (isinstance(config, Mapping) and bool(config.get("format")))


def texts(content: object) -> Iterator[str]:
    """The texts of a message's or system prompt's content: a string, or a list of blocks."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for block in content:
            if isinstance(block, Mapping) and isinstance(block.get("text"), str):
                yield block["text"]


def _looks_background(body: Mapping[str, Any]) -> bool:
    messages = body.get("messages")
    message_texts = (
        text.strip()
        for message in (messages if isinstance(messages, list) else ())
        if isinstance(message, Mapping)
        for text in texts(message.get("content"))
    )
    return (
        body.get("max_tokens") == 1
        or asks_for_json(body)
        or any(_TITLE_PROMPT.search(text) for text in texts(body.get("system")))
        or any(text in _PROBE_TEXTS for text in message_texts)
    )
