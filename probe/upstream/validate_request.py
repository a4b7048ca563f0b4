"""Refuse the requests that the Messages API refuses, in its words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from probe.upstream.input_tokens import count_input_tokens
from probe.upstream.request import MessagesRequest
from probe.upstream.signature import is_signed

MOST_OUTPUT_TOKENS = 128_000
_CONTEXT_TOKENS = 200_000
_LONG_CONTEXT_TOKENS = 1_000_000
_LONG_CONTEXT_BETA = "context-1m"
_ROLES = ("user", "assistant", "system")


def problem_of(request: MessagesRequest) -> str | None:
    """Return why the API refuses a request; None where it is sound."""
    return next(_chat_problems(request) if request.chat else _problems(request), None)


def _chat_problems(request: MessagesRequest) -> Iterator[str]:
    """Yield the refusals of chat completions, in OpenAI's words."""
    limit = request.max_tokens
    if limit is not None and limit > MOST_OUTPUT_TOKENS:
        yield (
            f"max_tokens is too large: {limit}. This model supports at most {MOST_OUTPUT_TOKENS} completion tokens, "
            f"whereas you provided {limit}."
        )
    tokens = count_input_tokens(request.body)
    if tokens > _CONTEXT_TOKENS:
        yield (
            f"This model's maximum context length is {_CONTEXT_TOKENS} tokens. However, your messages resulted in "
            f"{tokens} tokens. Please reduce the length of the messages."
        )


def _problems(request: MessagesRequest) -> Iterator[str]:
    messages: Sequence[Any] = request.body["messages"]
    if not messages:
        yield "messages: at least one message is required"
    yield from _limit_problems(request)
    for index, message in enumerate(messages):
        yield from _message_problems(index, message)


def _limit_problems(request: MessagesRequest) -> Iterator[str]:
    limit = request.body.get("max_tokens")
    if isinstance(limit, int) and limit < 1:
        yield "max_tokens: must be greater than or equal to 1"
    if isinstance(limit, int) and limit > MOST_OUTPUT_TOKENS:
        most = f"which is the maximum allowed number of output tokens for {request.model}"
        yield f"max_tokens: {limit} > {MOST_OUTPUT_TOKENS}, {most}"
    is_long = any(beta.startswith(_LONG_CONTEXT_BETA) for beta in request.betas)
    most_input = _LONG_CONTEXT_TOKENS if is_long else _CONTEXT_TOKENS
    tokens = count_input_tokens(request.body)
    if tokens > most_input:
        yield f"prompt is too long: {tokens} tokens > {most_input} maximum"


def _message_problems(index: int, message: object) -> Iterator[str]:
    if not isinstance(message, Mapping):
        yield f"messages.{index}: Input should be an object"
        return
    if message.get("role") not in _ROLES:
        yield f"messages.{index}.role: Input should be 'user' or 'assistant'"
    content = message.get("content")
    for place, block in enumerate(content if isinstance(content, list) else ()):
        if _is_forged(block):
            yield f"messages.{index}.content.{place}: Invalid `signature` in `thinking` block"


def _is_forged(block: object) -> bool:
    """Return True for thinking that is not signed by this upstream."""
    if not isinstance(block, Mapping) or block.get("type") != "thinking":
        return False
    return not is_signed(block.get("thinking"), block.get("signature"))
