"""Response headers that find a request in somebody's log: which are kept, and which is the best of them."""

import re
from collections.abc import Iterable, Mapping

MOST_KEPT = 20
_WHO = frozenset({"server", "via", "x-served-by"})
"""They name who answered, and are no ids."""
_NEVER = re.compile(
    r"cookie|authori[sz]|authentic|token|secret|api-?key|csrf|xsrf|signature|nonce|password"
    r"|organi[sz]ation|account|project|user|customer|tenant"
    r"|rate-?limit|quota"
    r"|^(?:accept|access-control|content|sec|strict|cache|expires?|etag|date|age|vary|allow|alt|link|location|pragma"
    r"|last-modified|retry|connection|keep-alive|transfer|permissions|referrer|nel|report|feature|server-timing)(?:-|$)"
)
"""Credentials, whose account it is, limits, and what HTTP itself has to say: dates, sizes, caches."""
_NOT_BY_VALUE = re.compile(
    r"(?:^|-)(?:model|version|build|release|commit|revision|digest|checksum|hash|sha\d*|md5|cache|key|region|zone|policy)(?:-|$)"
)
"""Their values look like ids, and are the same for many requests."""
_REQUEST = re.compile(r"(?:^|-)req(?:uest)?-?id$")
_RANKED = (
    _REQUEST,
    re.compile(r"(?:call|log|unique|correlation|transaction|txn|operation|invocation|event|message|msg)-?id$"),
    re.compile(r"trace|^b3$|^x-b3-|span-?id$"),
    re.compile(r"(?:^|-)ray$|^x-amz-cf-id$|^x-vercel-id$|^x-azure-ref$"),
    re.compile(r"(?:^|-)id(?:-|$)|(?:upload|session|node|instance|host|server)id$"),
)
"""Names of ids, the best to search by first: the request's own, before what an edge in front of it calls it."""
_BY_VALUE = len(_RANKED)
_HANDED_ON = re.compile(r"^llm-provider-|(?:^|-)(?:upstream|origin|provider|backend)-")
_LOOKS_LIKE_ID = re.compile(
    r"[0-9a-f]{16,64}|[0-9a-z]{1,12}[-_][0-9a-z]{12,64}|[0-9a-z_+/-]{20,86}={0,2}", re.IGNORECASE
)
_LEAST_DIGITS = 3


def correlation_of(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Ids and who answered, the best first; each name once. Names of headers are in lower case."""
    found: dict[str, str] = {}
    for name, value in headers:
        if value and (name in _WHO or _rank(name, value) is not None):
            found.setdefault(name, value)
    return dict(sorted(found.items(), key=_place)[:MOST_KEPT])


def best_id(correlation: Mapping[str, str]) -> str | None:
    """Return the id that finds the request best, with its header's name unless that adds nothing."""
    ids = [item for item in correlation.items() if item[0] not in _WHO]
    if not ids:
        return None
    name, value = min(ids, key=_place)
    return value if _REQUEST.search(_plain(name)) else f"{value} ({name})"


def _place(item: tuple[str, str]) -> tuple[bool, bool, int]:
    """Return a header's rank: ids first, and last of them what a relay hands on, which is not in its own log."""
    name, value = item
    rank = _rank(name, value)
    return name in _WHO, _HANDED_ON.search(_plain(name)) is not None, _BY_VALUE if rank is None else rank


def _rank(name: str, value: str) -> int | None:
    """Return the rank of an id, 0 the best; None for no id."""
    name = _plain(name).removeprefix("llm-provider-")
    if _NEVER.search(name):
        return None
    for rank, pattern in enumerate(_RANKED):
        if pattern.search(name):
            return rank
    if _NOT_BY_VALUE.search(name) or value.isdigit() or not _LOOKS_LIKE_ID.fullmatch(value):
        return None
    return _BY_VALUE if sum(character.isdigit() for character in value) >= _LEAST_DIGITS else None


def _plain(name: str) -> str:
    return name.replace("_", "-")
