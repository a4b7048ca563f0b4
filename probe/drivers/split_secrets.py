"""Takes out secrets that come back in pieces: one bit in each event of a stream, of whatever shape.

No line of the output holds such a secret, but whoever puts the events together has it. So what stands in the same place
of successive lines is looked at as one text, and the pieces of what is found there go.
"""

import json
from array import array
from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Any

from probe.redact import MARK, Redactor

_DATA = b"data:"
_MOST_STRANDS = 1000
"""What stands in further places is looked at together, so that a stranger's keys do not fill the memory."""
_MOST_INDEX = 8

_Place = tuple[Hashable, ...]
_Slot = tuple[_Place, Any, Any]
"""The place of a text, the container that holds it, and its key there."""


def redact_split(data: bytes, redactor: Redactor) -> bytes:
    """Return `data` without secrets that are spread over its lines.

    It is stream-json or a recorded body, redacted by line already. Lines in which nothing is found stay to the byte.
    """
    lines = data.split(b"\n")
    strands: dict[Hashable, _Strand] = defaultdict(_Strand)
    for number, line in enumerate(lines):
        for ordinal, (place, text) in enumerate(_texts(line)):
            known = place in strands or len(strands) < _MOST_STRANDS
            strands[place if known else None].add(text, number, ordinal)
    clean: dict[int, dict[int, bytes]] = defaultdict(dict)
    for strand in strands.values():
        for number, ordinal, text in strand.cleaned(redactor):
            clean[number][ordinal] = text
    for number, texts in clean.items():
        lines[number] = _rewritten(lines[number], texts)
    return b"\n".join(lines)


class _Strand:
    """Texts that belong together, in order, and where each stands."""

    def __init__(self) -> None:
        self._joined = bytearray()
        self._ends, self._numbers, self._ordinals = array("q"), array("q"), array("q")

    def add(self, text: bytes, number: int, ordinal: int) -> None:
        self._joined += text
        self._ends.append(len(self._joined))
        self._numbers.append(number)
        self._ordinals.append(ordinal)

    def cleaned(self, redactor: Redactor) -> Iterator[tuple[int, int, bytes]]:
        """Yield line, ordinal and what is left of each text of which something was secret."""
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
    """Yield the texts of a line: all of its JSON, or what it says as it stands."""
    said = _parsed(line)
    if said is not None:
        for place, holder, key in _slots(said):
            yield place, holder[key].encode("utf-8", "surrogatepass")
    elif line:
        prefix, text, _ = _parts(line)
        yield (prefix,), text


def _parsed(line: bytes) -> list[Any] | None:
    """Return the JSON of a line, in a list of one, or None."""
    text = line.removeprefix(_DATA).lstrip()
    if not text.startswith((b"{", b"[", b'"')):
        return None
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return None


def _slots(root: list[Any]) -> Iterator[_Slot]:
    """Yield all texts in order; elements far back in a list stand in the same place."""
    waiting: list[_Slot] = [((), root, 0)]
    while waiting:
        place, holder, key = waiting.pop()
        value = holder[key]
        if isinstance(value, str):
            yield place, holder, key
        elif isinstance(value, dict):
            waiting += [((*place, inner), value, inner) for inner in reversed(value)]
        elif isinstance(value, list):
            waiting += [((*place, min(inner, _MOST_INDEX)), value, inner) for inner in reversed(range(len(value)))]


def _parts(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Split a line that is no JSON into what announces its text, the text, and what ends it."""
    prefix = next((start for start in (_DATA + b" ", _DATA) if line.startswith(start)), b"")
    text = line.removeprefix(prefix)
    bare = text.removesuffix(b"\r")
    return prefix, bare, text[len(bare) :]


def _rewritten(line: bytes, texts: dict[int, bytes]) -> bytes:
    said = _parsed(line)
    if said is None:
        prefix, _, ending = _parts(line)
        return prefix + texts[0] + ending
    for ordinal, (_, holder, key) in enumerate(_slots(said)):
        if ordinal in texts:
            holder[key] = texts[ordinal].decode("utf-8", "replace")
    text = json.dumps(said[0], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return (_DATA + b" " if line.startswith(_DATA) else b"") + text
