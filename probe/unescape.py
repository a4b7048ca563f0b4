"""Undo escapes in data of unknown format, and map bytes of the result to their source positions."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.entities import html5

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A way to escape. `unit` finds an escape, however often it was escaped again, `torn` the beginning of one.

    `signs` is the part of `unit` before what tells the character.
    """

    sign: bytes
    signs: bytes
    unit: re.Pattern[bytes]
    torn: re.Pattern[bytes]


_BACKSLASHES = _Kind(
    b"\\",
    rb"(?<!\\)\\++",
    re.compile(
        rb"""
        \\++(?:
            u(?:(?P<pair>[dD][89abAB][0-9A-Fa-f]{2}\\++u[dD][c-fC-F][0-9A-Fa-f]{2})|(?P<number>[0-9A-Fa-f]{4}))
            | U(?P<long>[0-9A-Fa-f]{8})
            | x(?P<byte>[0-9A-Fa-f]{2})
            | (?P<letter>[^\\]?)
        )
        """,
        re.VERBOSE,
    ),
    re.compile(rb"\\++(?:u[0-9A-Fa-f]{0,3}|U[0-9A-Fa-f]{0,7}|x[0-9A-Fa-f]?)\Z"),
)
_PERCENT = _Kind(
    b"%", rb"%(?:25)*", re.compile(rb"%(?:25)*(?P<byte>[0-9A-Fa-f]{2})"), re.compile(rb"%(?:(?:25)*[0-9A-Fa-f])?\Z")
)
_ENTITIES = _Kind(
    b"&",
    rb"&(?:amp;)*",
    re.compile(rb"&(?:amp;)*(?P<entity>#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"),
    re.compile(rb"&(?:(?:amp;)*[#0-9A-Za-z]{1,8})?\Z"),
)
_KINDS = (_BACKSLASHES, _PERCENT, _ENTITIES)
_LONGEST_TORN = 64


@dataclass(frozen=True, slots=True)
class UnescapedData:
    """Data as it reads with the escapes of one kind undone."""

    data: bytes
    _escaped: bytes
    _kind: _Kind

    def origins(self, spans: Spans) -> list[tuple[int, int]]:
        """Return where in the escaped data stood what is at these spans: whole escapes, never a part of one.

        The spans are in order and do not overlap.
        """
        edges = self._origins_of_bytes(edge for start, end in spans for edge in (start, end - 1))
        return [(first[0], last[1]) for first, last in zip(edges, edges, strict=True)]

    def _origins_of_bytes(self, positions: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield for ascending positions in `data` the span that each came from."""
        units = self._kind.unit.finditer(self._escaped)
        unit = next(units, None)
        here = there = 0
        for position in positions:
            while unit is not None and position >= (after := there + unit.start() - here + len(_plain(unit))):
                here, there = unit.end(), after
                unit = next(units, None)
            place = here + position - there
            yield (place, place + 1) if unit is None or place < unit.start() else unit.span()


def signs_before(texts: Iterable[bytes]) -> list[re.Pattern[bytes]]:
    """Return patterns of signs that make an escape with the beginning of one of these texts: `%` before `ab`."""
    patterns = []
    for kind in _KINDS:
        escapes = (kind.unit.match(kind.sign + text) for text in texts)
        beginnings = {escape[0][1:] for escape in escapes if escape and escape.lastgroup not in (None, "letter")}
        if beginnings:
            patterns.append(re.compile(kind.signs + b"(?=" + b"|".join(map(re.escape, sorted(beginnings))) + b")"))
    return patterns


def views(data: bytes) -> Iterator[UnescapedData]:
    r"""Yield the data without escapes of backslashes (JSON, JavaScript, Python), of URLs and of HTML, where it has any.

    Levels of one kind are undone at once. Of `\n` the letter is left, since nobody can tell a line break that was
    escaped once from a backslash before an n. Data that ends in the beginning of an escape is also seen without that.
    """
    for kind in _KINDS:
        if kind.sign in data:
            torn = kind.torn.search(data, max(0, len(data) - _LONGEST_TORN))
            for escaped in (data, data[: torn.start()]) if torn else (data,):
                plain = kind.unit.sub(_plain, escaped)
                if plain != data:
                    yield UnescapedData(plain, escaped, kind)


def _plain(unit: re.Match[bytes]) -> bytes:
    found = unit[unit.lastgroup or 0]
    match unit.lastgroup:
        case "letter":
            return found
        case "byte":
            return bytes.fromhex(found.decode())
        case "number" | "long":
            return _letter(int(found, 16))
        case "pair":
            first, second = int(found[:4], 16), int(found[-4:], 16)
            return _letter(0x10000 + (first - 0xD800) * 0x400 + second - 0xDC00)
        case _:
            return _of_entity(found.decode())


def _of_entity(name: str) -> bytes:
    if name.startswith("#"):
        digits = name[1:].lower()
        return _letter(int(digits.lstrip("x"), 16 if "x" in digits else 10))
    return html5.get(f"{name};", f"&{name};").encode()


def _letter(number: int) -> bytes:
    return chr(min(number, sys.maxunicode)).encode("utf-8", "replace")
