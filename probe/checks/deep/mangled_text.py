"""Tell in which way a text was mangled on its way, as relays do it and models do not. Pure."""

import html
import json
import re
from collections.abc import Callable

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_QUOTES = re.compile(r"[\"'\\`]")
_LEAST_CUT = 5
"""A text that is cut has at least so many characters left."""


def mangled_how(sent: str, came: str) -> str | None:
    """Return the way in which `came` was made from `sent`, as part of a key of texts; None for no known way."""
    return next((how for how, is_so in _WAYS.items() if sent != came and is_so(sent, came)), None)


def _is_escaped(sent: str, came: str) -> bool:
    """Return True for JSON within JSON, escaped once too often."""
    return came in {json.dumps(sent)[1:-1], json.dumps(sent, ensure_ascii=False)[1:-1]}


def _is_mojibake(sent: str, came: str) -> bool:
    """Return True for UTF-8 that was read in another encoding."""
    data = sent.encode("utf-8", "surrogatepass")
    return came in {data.decode(encoding, "replace") for encoding in ("latin-1", "cp1252", "gbk")}


def _is_lost(sent: str, came: str) -> bool:
    """Return True where letters beyond ASCII are gone, or have become `?`."""
    kept = map(re.escape, _NOT_ASCII.split(sent))
    return not sent.isascii() and bool(re.fullmatch("[?\ufffd]*".join(kept), came, re.DOTALL))


def _lacks(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    """Return a test for texts that are the same but for these characters."""
    return lambda sent, came: pattern.sub("", sent) == pattern.sub("", came)


_WAYS: dict[str, Callable[[str, str], bool]] = {
    "escaped": _is_escaped,
    "html": lambda sent, came: came in {html.escape(sent), html.escape(sent, quote=False), html.unescape(sent)},
    "mojibake": _is_mojibake,
    "lost_letters": _is_lost,
    "quotes": _lacks(_QUOTES),
    "pipes": _lacks(re.compile(r"\|")),
    "cut": lambda sent, came: len(came) >= _LEAST_CUT and sent.startswith(came),
}
