"""Takes secrets out of whatever is about to be written.

Known secrets go by value, in each form in which a program may print them (plain, JSON-escaped, URL-encoded, base64 at
each of its three offsets); unknown ones by the shape of common tokens. Works on whole records, before any write.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus, unquote, urlsplit

from probe.sanitise import joined

MARK = b"[redacted]"
MIN_SECRET_CHARS = 6
"""A shorter value stands in too many innocent places; a token that short protects nothing."""

_SHAPES = re.compile(
    rb"""
    \bsk-[A-Za-z0-9_\-]{16,}                                        # Anthropic, OpenAI and their relays
    | (?i:\bbearer)[ \t]+[A-Za-z0-9._~+/=\-]{8,}                    # an Authorization header
    | (?i:\bx-api-key)["']?[ \t]*[:=][ \t]*["']?[A-Za-z0-9._~+/=\-]{8,}
    | \beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,} # a JSON Web Token
    | (?<=://)[^\s/@:"'<>]{1,256}:[^\s/@"'<>]{1,256}(?=@)           # user:password in a URL
    """,
    re.VERBOSE,
)
_HALF_LETTERS = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")
"""Those that do not stand for a byte (PEP 383)."""
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSW|HEADER|AUTH|COOKIE|CREDENTIAL", re.IGNORECASE)


def looks_secret(name: str) -> bool:
    """Whether a variable of this name is likely to hold a secret."""
    return bool(_SECRET_NAME.search(name)) and not name.upper().endswith(("_TOKENS", "_TOKEN_LIMIT"))


def url_secrets(url: str) -> list[str]:
    """The password of a URL, as it stands and decoded, and `user:password`, where it has them."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    if not parts.password:
        return []
    return [*dict.fromkeys((parts.password, unquote(parts.password))), f"{parts.username or ''}:{parts.password}"]


def environment_secrets(environment: Mapping[str, str]) -> list[str]:
    """The values that must not be written: those with a telling name, and passwords in proxy addresses.

    Of headers, which stand as `Name: value` on lines of their own, each value counts by itself too.
    """
    values = [value for name, value in environment.items() if looks_secret(name)]
    lines = [line.partition(":")[2].strip() for value in values for line in value.splitlines() if ":" in line]
    named = [*values, *lines, *(line.split()[-1] for line in lines if line)]
    proxies = [secret for value in environment.values() if "://" in value for secret in url_secrets(value)]
    return named + proxies


def mask(secret: str) -> str:
    """Enough of a token to tell which one it is, and no more: `sk-...wxyz`; `***` for short ones."""
    return f"{secret[:3]}...{secret[-4:]}" if len(secret) >= 20 else "***"


def encoded(text: str) -> bytes:
    """The text in UTF-8, whatever it holds.

    A byte that the system handed over, and Python could not read, becomes that byte again, so that such a secret is
    found. Halves of a letter, as JSON of strangers may hold, are joined; one that is alone becomes `?`.
    """
    return _HALF_LETTERS.sub("?", joined(text)).encode("utf-8", "surrogateescape")


class Redactor:
    """Replaces secrets by `[redacted]`. Not a byte of a match is left, also where two matches overlap."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= MIN_SECRET_CHARS for form in _forms(secret)}
        ordered = sorted(forms, key=len, reverse=True)
        # A look-ahead finds matches that overlap, which alternation alone would pass over.
        self._known = re.compile(b"(?=(" + b"|".join(re.escape(form) for form in ordered) + b"))") if ordered else None

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        """Where secrets stand: (start, end), in order, without overlaps."""
        found = [match.span() for match in _SHAPES.finditer(data)]
        if self._known:
            found += [match.span(1) for match in self._known.finditer(data)]
        merged: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def data(self, data: bytes) -> bytes:
        """`data` without secrets. It has as many lines as before, each in its place."""
        pieces, end = [], 0
        for start, stop in self.spans(data):
            pieces += [data[end:start], MARK, b"\n" * data.count(b"\n", start, stop)]
            end = stop
        return b"".join([*pieces, data[end:]]) if pieces else data

    def start(self, data: bytes, most: int) -> bytes:
        """The first `most` bytes without secrets, and without the beginning of one that goes on behind them."""
        cut = next((end for start, end in self.spans(data) if start < most < end), most)
        return self.data(data[:cut])[:most]

    def text(self, text: str) -> str:
        """`text` without secrets."""
        return self.data(encoded(text)).decode("utf-8", "replace")


def _forms(secret: str) -> set[bytes]:
    plain = encoded(secret)
    escaped = _json_forms({secret})
    quoted = {quote(plain, safe=""), quote(plain), quote(plain, safe="!'()*"), quote_plus(plain)}
    quoted |= {re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text) for text in quoted}
    texts = escaped | _json_forms(escaped) | quoted
    forms = {plain} | {encoded(text) for text in texts}
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            # Only the characters that depend on the secret alone, whatever stands around it.
            first, last = -(-offset * 8 // 6), (offset + len(plain)) * 8 // 6
            forms.add(encode(b"\0" * offset + plain)[first:last])
    return forms


def _json_forms(texts: Iterable[str]) -> set[str]:
    """The texts as they stand in a JSON string, with or without escaped slashes and letters beyond ASCII."""
    escaped = {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for text in texts for ascii_only in (True, False)}
    return escaped | {text.replace("/", "\\/") for text in escaped}
