"""Read what a web page says to a person, in the encoding that it declares."""

import html
import re

from probe.sanitise import printable

_LOOKED_AT = 65536
_MOST_WORDS = 160
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(r"<(head|title|script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]{0,2000}>")


def title_of(page: bytes, content_type: str | None = None) -> str:
    """Return the title of a page; empty where there is none."""
    found = _TITLE.search(_text_of(page, content_type))
    return html.unescape(found[1]) if found else ""


def words_of(page: bytes, content_type: str | None = None) -> str:
    """Return what a person reads on a page, the beginning of it."""
    text = _HEAD.sub(" ", _text_of(page, content_type))
    return printable(" ".join(html.unescape(_TAG.sub(" ", text)).split()), _MOST_WORDS)


def summary_of(page: bytes, content_type: str | None = None) -> str:
    """Return the title, and the words where they are few: an error's page says what it has to say in a line."""
    title, words = title_of(page, content_type), words_of(page, content_type)
    if words.endswith("…") or words.startswith(title.strip()):
        return title if words.endswith("…") else words
    return ": ".join(part for part in (title, words) if part)


def _text_of(page: bytes, content_type: str | None) -> str:
    looked_at = page[:_LOOKED_AT]
    declared = _CHARSET.search(content_type or "") or _CHARSET.search(looked_at[:1024].decode("latin-1"))
    return looked_at.decode(_known(declared[1]) if declared else "utf-8", "replace")


def _known(charset: str) -> str:
    """Return the encoding where it is one that Python has, else UTF-8."""
    try:
        b"-".decode(charset, "replace")
    except LookupError:
        return "utf-8"
    return charset
