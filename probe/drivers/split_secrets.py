"""Takes out secrets that an upstream said back in pieces: one bit in each delta of a stream.

No line of the client's output holds such a secret, but whoever puts the deltas together has it. So the text of a
message's deltas is looked at as a whole, and the pieces of what is found there go.
"""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from probe.redact import MARK, Redactor

_DATA = b"data: "
_TEXT_KEYS = ("text", "partial_json", "thinking", "signature")


def redact_split(stdout: bytes, redactor: Redactor) -> bytes:
    """`stdout` without secrets that are spread over deltas.

    It is stream-json, or a recorded event stream with the same objects in `data:` lines, redacted by line already.
    """
    if b'"content_block_delta"' not in stdout:
        return stdout
    lines = stdout.split(b"\n")
    for run in _runs(lines):
        texts = [text.encode("utf-8", "surrogatepass") for _, _, text in run]
        for number, clean in enumerate(_cleaned(texts, redactor)):
            if clean is not None:
                place, said, _ = run[number]
                delta = _delta_of(said)
                delta[_key(delta)] = clean.decode("utf-8", "replace")
                text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
                lines[place] = (_DATA if lines[place].startswith(_DATA) else b"") + text
    return b"\n".join(lines)


def _runs(lines: list[bytes]) -> Iterator[list[tuple[int, dict[str, Any], str]]]:
    """The deltas of each message: (line, object, text)."""
    run: list[tuple[int, dict[str, Any], str]] = []
    for place, line in enumerate(lines):
        if b'"message_start"' in line:
            yield run
            run = []
        if b'"content_block_delta"' in line and (found := _delta(line)):
            run.append((place, *found))
    yield run


def _delta(line: bytes) -> tuple[dict[str, Any], str] | None:
    try:
        said = json.loads(line.removeprefix(_DATA))
        delta = _delta_of(said)
        text = delta[_key(delta)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, StopIteration):
        return None
    return (said, text) if isinstance(text, str) else None


def _delta_of(said: dict[str, Any]) -> Any:
    """The delta of an event, bare or in the client's envelope."""
    return said.get("event", said)["delta"]


def _key(delta: dict[str, Any]) -> str:
    return next(key for key in _TEXT_KEYS if key in delta)


def _cleaned(pieces: list[bytes], redactor: Redactor) -> Iterator[bytes | None]:
    """For each piece: what is left of it, or None where nothing of it was secret."""
    spans = deque(redactor.spans(b"".join(pieces)))
    start = 0
    for piece in pieces:
        end, position, left = start + len(piece), 0, b""
        while spans and spans[0][0] < end:
            low, high = spans[0]
            left += piece[position : max(low - start, position)] + MARK
            position = min(high, end) - start
            if high > end:  # it goes on in the next piece
                break
            spans.popleft()
        yield left + piece[position:] if left else None
        start = end
