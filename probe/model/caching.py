"""Signs that a cache of responses answered, and not the upstream behind it."""

import re
from collections.abc import Mapping

CACHE_STATUS = frozenset(
    {
        "cache-status",
        "cf-cache-status",
        "helicone-cache",
        "x-cache",
        "x-cache-status",
        "x-openrouter-cache-status",
        "x-portkey-cache-status",
        "x-proxy-cache",
    }
)
"""Headers that say `HIT` or `MISS`, with more beside it."""
LEAST_ID = 12
"""Characters of an id that is a new one for each answer; some relays give all answers a constant such as `msg_1`."""

_HIT = re.compile(r"\b(?:hit|stale|revalidated|updating)\b", re.IGNORECASE)
_MANTISSA = (1 << 53) - 1


def cache_header(headers: Mapping[str, str]) -> str | None:
    """Return the header that says that a cache answered, its name in lower case: `x-cache: HIT`."""
    for name in CACHE_STATUS & headers.keys():
        if _HIT.search(headers[name]):
            return f"{name}: {headers[name]}"
    age = headers.get("age", "").strip()
    return f"age: {age}" if age.isascii() and age.isdigit() and age.strip("0") else None


def answer_number(message_id: str | None) -> int | None:
    """Return a hash of an answer's id; None for an id too short to belong to one answer only."""
    if message_id is None or len(message_id) < LEAST_ID:
        return None
    return hash(message_id) & _MANTISSA
