"""Requests and judgements that several cases share."""

from typing import Any

from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.checks.gateways import is_page
from probe.texts.phrase import phrase

REFUSED = frozenset({400, 413, 415, 422})
"""The statuses by which a request itself is refused, and not the one who sends it."""


def user_message(content: Any) -> dict[str, Any]:
    """Return a message of the user."""
    return {"role": "user", "content": content}


def exactly(text: str) -> list[dict[str, Any]]:
    """Return a conversation that asks for this text."""
    return [user_message(f"Reply with exactly: {text}")]


def require_usual_service(access: TargetAccess) -> PlainReply:
    """Send a small request with nothing special, so that what is refused beside it is refused for what it is.

    Raises NotServed, OutOfTime.
    """
    return usual_request(access).required()


def usual_request(access: TargetAccess) -> PlainReply:
    """Send a small request with nothing special in it. Raises OutOfTime."""
    return access.post(phrase("deep.request.usual"), {"messages": exactly("OK"), "stream": True})


def is_followed(reply: PlainReply) -> bool:
    """Return True where the answer to the usual request is the text that it asks for."""
    return "OK" in reply.content.text


def is_web_page(reply: PlainReply) -> bool:
    """Return True where a page or a bot check came in place of the API's answer."""
    return reply.result.challenged or is_page(reply.result.body)
