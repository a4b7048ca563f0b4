"""Sanitising of text of unknown origin, for a terminal and for a file."""

import json
import re

_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def printable(text: str, most: int | None = None) -> str:
    """Return one line without control characters, terminal escapes and reversed text, cut to `most` characters."""
    plain = _UNSAFE.sub("�", " ".join(text.split()))
    return plain if most is None or len(plain) <= most else plain[: most - 1] + "…"


def harmless(text: str) -> str:
    """Return the text, line breaks and all, without what drives a terminal."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] in "\n\t" else "�", text)


def harmless_json(text: str) -> str:
    """Return JSON of the same value in which whatever drives a terminal is escaped; it can stand in strings only."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] in "\n\r\t" else json.dumps(found[0])[1:-1], text)


def joined(text: str) -> str:
    """Return the text with adjacent halves of a letter (UTF-16 surrogates) joined.

    JSON of strangers may hold halves, and a stream may cut between them.
    """
    return _HALVES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


def sound(text: str) -> str:
    """Return the text with halves of letters joined; lone ones, which no file can hold, become `?`."""
    return joined(text).encode("utf-8", "replace").decode()
