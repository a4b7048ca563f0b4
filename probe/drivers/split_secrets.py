"""Remove secrets that an upstream says back in pieces, one in each event of a stream of any format.

No line of the output holds such a secret, but a reader can join the events. So the texts in the same place of
successive lines are searched as one text, and the pieces of a secret found there are removed.
"""

import json
from array import array
from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Any

from probe.redact import MARK, Redactor

_DATA = b"data:"
_MAX_STRANDS = 1000
"""Texts in further places are searched together, so that an upstream's keys cannot fill the memory."""
_MAX_INDEX = 8

_Place = tuple[Hashable, ...]
_Slot = tuple[_Place, Any, Any]
"""The place of a text, the container that holds it, and its key there."""


def redact_split(data: bytes, redactor: Redactor) -> bytes:
    """Return `data` without secrets that are spread over its lines.

    `data` is stream-json or a recorded body, redacted line by line before. Lines without a find stay unchanged.
    """
    lines = data.split(b"\n")
    strands: dict[Hashable, _Strand] = defaultdict(_Strand)
    for number, line in enumerate(lines):
        for ordinal, (place, text) in enumerate(_texts(line)):
            known = place in strands or len(strands) < _MAX_STRANDS
            strands[place if known else None].add(text, number, ordinal)
    clean: dict[int, dict[int, bytes]] = defaultdict(dict)
    for strand in strands.values():
        for number, ordinal, text in strand.cleaned(redactor):
            clean[number][ordinal] = text
    for number, texts in clean.items():
        lines[number] = _rewritten(lines[number], texts)
    return b"\n".join(lines)


class _Strand:
    """The texts in one place, in order, with their lines and ordinals."""

    def __init__(self) -> None:
        self._joined = bytearray()
        self._ends, self._numbers, self._ordinals = array("q"), array("q"), array("q")

    def add(self, text: bytes, number: int, ordinal: int) -> None:
        self._joined += text
        self._ends.append(len(self._joined))
        self._numbers.append(number)
        self._ordinals.append(ordinal)

    def cleaned(self, redactor: Redactor) -> Iterator[tuple[int, int, bytes]]:
        """Yield line number, ordinal and the redacted text of each text that held a piece of a secret."""
        joined = bytes(self._joined)
        spans = redactor.spans(joined)
        at = begin = 0
        for number, ordinal, end in zip(self._numbers, self._ordinals, self._ends, strict=True):
            position, left = begin, b""
            while at < len(spans) and spans[at][0] < end:
                low, high = spans[at]
                left += joined[position : max(low, position)] + MARK
                position = min(high, end)
                if high > end:  # it goes on in the next text
                    break
                at += 1
            if left:
                yield number, ordinal, left + joined[position:end]
            begin = end


def _texts(line: bytes) -> Iterator[tuple[_Place, bytes]]:
    """Yield the strings in a line's JSON with their places, or else the line as one text."""
    root = _parsed(line)
    if root is not None:
        for place, holder, key in _slots(root):
            yield place, holder[key].encode("utf-8", "surrogatepass")
    elif line:
        prefix, text, _ = _parts(line)
        yield (prefix,), text


def _parsed(line: bytes) -> list[Any] | None:
    """Return a list that holds the JSON value of a line, or None when it has none."""
    text = line.removeprefix(_DATA).lstrip()
    if not text.startswith((b"{", b"[", b'"')):
        return None
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return None


def _slots(root: list[Any]) -> Iterator[_Slot]:
    """Yield all strings in order. All elements from `_MAX_INDEX` on have the same place."""
    waiting: list[_Slot] = [((), root, 0)]
    while waiting:
        place, holder, key = waiting.pop()
        value = holder[key]
        if isinstance(value, str):
            yield place, holder, key
        elif isinstance(value, dict):
            waiting += [((*place, inner), value, inner) for inner in reversed(value)]
        elif isinstance(value, list):
            waiting += [((*place, min(inner, _MAX_INDEX)), value, inner) for inner in reversed(range(len(value)))]


def _parts(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Split a line without JSON into its prefix (`data:`), its text, and its ending."""
    prefix = next((start for start in (_DATA + b" ", _DATA) if line.startswith(start)), b"")
    text = line.removeprefix(prefix)
    bare = text.removesuffix(b"\r")
    return prefix, bare, text[len(bare) :]


def _rewritten(line: bytes, texts: dict[int, bytes]) -> bytes:
    """Return the line with the texts of these ordinals replaced."""
    root = _parsed(line)
    if root is None:
        prefix, _, ending = _parts(line)
        return prefix + texts[0] + ending
    for ordinal, (_, holder, key) in enumerate(_slots(root)):
        if ordinal in texts:
            holder[key] = texts[ordinal].decode("utf-8", "replace")
    text = json.dumps(root[0], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return (_DATA + b" " if line.startswith(_DATA) else b"") + text
