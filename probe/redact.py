"""Redaction of secrets in whatever is about to be written.

Known secrets go by value: as they stand, in base64 at each of its three offsets, in UTF-16; and all these also in
whatever escapes a program may have put them (`probe.unescape`): data is looked at as it stands, and with its escapes
undone. Unknown ones go by the shape of common tokens.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from probe.sanitise import joined
from probe.unescape import Spans, signs_before, views

MARK = b"[redacted]"
MIN_SECRET_CHARS = 6
"""Shorter values are not redacted: they stand in too many innocent places, and protect nothing."""

LEAST_TORN_BYTES = 8
"""The least bytes of a secret's beginning that are redacted where the data ends in them."""

_SHORT_CHARS = 128
_MOST_REMEMBERED = 1024
"""Short texts whose redaction is remembered: names and values of headers, names of models, and the like."""
_MOST_LAYERS = 3
"""The deepest nesting of escapes of different kinds, such as JSON in HTML in JSON."""
_FOLD = bytes.maketrans(b"\n\r\t\b\f ", b"nrtbf+")
"""Map control characters to what `views` leaves of their escapes, and a space to the plus of HTML forms."""
# A pattern that begins with a text is looked for fast, so what must not stand before it is asked for afterwards.
# Group 1 is the secret; what begins as a JSON Web Token and is none is passed over whole, so that time stays linear.
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rb"(sk-(?<!\wsk-)[A-Za-z0-9_\-]{16,})",  # Anthropic, OpenAI and their relays
        rb"eyJ(?:(?<!\weyJ)([\w\-]{8,}+\.[\w\-]{8,}+\.[\w\-]{8,})|[\w\-]*)",  # a JSON Web Token
        rb"""://([^\s/@:"'<>]{1,256}:[^\s/@"'<>]{1,256})(?=@)""",  # user:password in a URL
    )
)
_SHAPES_IN_LOWER_CASE = tuple(
    re.compile(shape)
    for shape in (
        rb"(bearer(?<!\wbearer)[ \t]+[a-z0-9._~+/=\-]{8,})",  # an Authorization header
        rb"""(x-api-key(?<!\wx-api-key)["']?[ \t]*[:=][ \t]*["']?[a-z0-9._~+/=\-]{8,})""",
    )
)
_HALF_LETTERS = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that do not stand for a byte (PEP 383)."""
_WORD = re.compile(r"[a-z]{1,11}|[A-Z][a-z]{1,10}")
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSW|HEADER|AUTH|COOKIE|CREDENTIAL", re.IGNORECASE)


def looks_secret(name: str) -> bool:
    """Return whether a variable of this name is likely to hold a secret."""
    return bool(_SECRET_NAME.search(name)) and not name.upper().endswith(("_TOKENS", "_TOKEN_LIMIT"))


def url_secrets(url: str) -> list[str]:
    """Return the password of a URL, as it stands and decoded, and `user:password`, where it has them."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    if not parts.password:
        return []
    return [*dict.fromkeys((parts.password, unquote(parts.password))), f"{parts.username or ''}:{parts.password}"]


def environment_secrets(environment: Mapping[str, str]) -> list[str]:
    """Return the values that must not be written: those with a telling name, and passwords in proxy addresses.

    Of headers, which stand as `Name: value` on lines of their own, each value counts by itself too, if it is more than
    a word such as `client`, which stands in all that is written.
    """
    values = [value for name, value in environment.items() if looks_secret(name)]
    in_headers = [secret for value in values for secret in _header_secrets(value)]
    in_urls = [secret for value in environment.values() if "://" in value for secret in url_secrets(value)]
    return values + in_headers + in_urls


def request_secrets(headers: Iterable[tuple[str, str]]) -> list[str]:
    """Return the credentials in the headers of a request: whole values, their words, and the values of cookies."""
    found: dict[str, None] = {}
    for name, value in headers:
        if looks_secret(name):
            parts = [value, *value.split(), *(part.partition("=")[2] for part in re.split(r"[;,]\s*", value))]
            parts += filter(None, map(_basic_password, value.split()[1:]))
            found |= dict.fromkeys(part.strip('"') for part in parts)
    return [part for part in found if len(part) >= MIN_SECRET_CHARS and not _WORD.fullmatch(part)]


def _basic_password(word: str) -> str | None:
    """Return the password of `Authorization: Basic`; None for a word that is none."""
    try:
        return base64.b64decode(word, validate=True).decode().partition(":")[2]
    except ValueError:
        return None


def _header_secrets(headers: str) -> list[str]:
    """Return the values in lines of `Name: value`, and the last word of each, without those that are mere words."""
    values = [line.partition(":")[2].strip() for line in headers.splitlines() if ":" in line]
    last_words = [value.split()[-1] for value in values if value]
    return [secret for secret in (*values, *last_words) if not _WORD.fullmatch(secret)]


def mask(secret: str) -> str:
    """Return enough of a token to recognise it, and no more: `sk-...wxyz`; `***` for short ones."""
    return f"{secret[:3]}...{secret[-4:]}" if len(secret) >= 20 else "***"


def encoded(text: str) -> bytes:
    """Encode the text in UTF-8, whatever it holds.

    A byte that the system handed over, and Python could not read, becomes that byte again, so that such a secret is
    found. Halves of a letter, as JSON of strangers may hold, are joined; one that is alone becomes `?`.
    """
    return _HALF_LETTERS.sub("?", joined(text)).encode("utf-8", "surrogateescape")


class Redactor:
    """A replacement of secrets by `[redacted]`. Not a byte of a match is left, also where two matches overlap."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= MIN_SECRET_CHARS for form in _forms(secret)}
        self._forms = [(form, form[:LEAST_TORN_BYTES]) for form in sorted(forms)]
        self._signs_before = signs_before(forms)
        self._longest = max(map(len, forms), default=0)
        self._remembered_text = lru_cache(_MOST_REMEMBERED)(self._text)

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        """Return where secrets stand: (start, end), in order, without overlaps."""
        return self._spans(data, _MOST_LAYERS)

    def data(self, data: bytes) -> bytes:
        """Return `data` without secrets. It has as many lines as before, each in its place."""
        return _without(data, self.spans(data))

    def start(self, data: bytes, most: int) -> bytes:
        """Return the first `most` bytes without secrets, and without the beginning of one that goes on behind them."""
        spans = [(start, end) for start, end in self.spans(data) if start < most]
        return _without(data[:most], spans)[:most]

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        return self._remembered_text(text) if len(text) <= _SHORT_CHARS else self._text(text)

    def _text(self, text: str) -> str:
        return self.data(encoded(text)).decode("utf-8", "replace")

    def _spans(self, data: bytes, layers: int) -> list[tuple[int, int]]:
        found = [*_shapes(data), *self._known(data.translate(_FOLD))]
        for view in views(data) if layers else ():
            found += view.origins(self._spans(view.data, layers - 1))
        for signs in self._signs_before if layers else ():
            # A sign that stands before a secret by chance is no escape. Its place is taken, so that spans stay.
            data_without, count = signs.subn(_same_length, data)
            if count:
                found += self._spans(data_without, layers - 1)
        return _merged(found)

    def _known(self, folded: bytes) -> Iterator[tuple[int, int]]:
        ending = folded[-self._longest :]
        for form, beginning in self._forms:
            if form in folded:
                yield from ((at, at + len(form)) for at in _places(folded, form))
            if beginning in ending:
                yield from _torn(folded, form)


def _same_length(signs: re.Match[bytes]) -> bytes:
    return b"\0" * len(signs[0])


def _without(data: bytes, spans: Spans) -> bytes:
    pieces, end = [], 0
    for start, stop in spans:
        pieces += [data[end:start], MARK, b"\n" * data.count(b"\n", start, stop)]
        end = stop
    return b"".join([*pieces, data[end:]]) if pieces else data


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _shapes(data: bytes) -> Iterator[tuple[int, int]]:
    for shapes, text in ((_SHAPES, data), (_SHAPES_IN_LOWER_CASE, data.lower())):
        for shape in shapes:
            yield from (match.span(1) for match in shape.finditer(text) if match[1])


def _places(data: bytes, wanted: bytes, start: int = 0) -> Iterator[int]:
    at = data.find(wanted, start)
    while at >= 0:
        yield at
        at = data.find(wanted, at + 1)


def _torn(data: bytes, form: bytes) -> Iterator[tuple[int, int]]:
    """Find the beginning of a form that the data ends in."""
    begins = _places(data, form[:LEAST_TORN_BYTES], max(0, len(data) - len(form) + 1))
    yield from ((at, len(data)) for at in begins if form.startswith(data[at:]))


def _forms(secret: str) -> set[bytes]:
    """Return the bytes by which a secret is known, folded."""
    plain = encoded(secret)
    text = plain.decode("utf-8", "replace")
    # Python writes some letters as one number of two digits, and the others as their number in Unicode.
    by_number = b"".join(letter.encode("latin-1" if letter <= "\xff" else "utf-8") for letter in text)
    forms = {plain, by_number, text.encode("utf-16-le"), text.encode("utf-16-be")}
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            # Only the characters that depend on the secret alone, whatever stands around it.
            first, last = -(-offset * 8 // 6), (offset + len(plain)) * 8 // 6
            forms.add(encode(b"\0" * offset + plain)[first:last])
    folded = {form.translate(_FOLD) for plain in forms for form in _readings(plain, _MOST_LAYERS)}
    return {form for form in folded if len(form) >= MIN_SECRET_CHARS}


def _readings(data: bytes, layers: int) -> set[bytes]:
    """Return the data as it stands, and as what in it looks like an escape reads when it is undone."""
    inner = (_readings(view.data, layers - 1) for view in views(data)) if layers else ()
    return {data}.union(*inner)
