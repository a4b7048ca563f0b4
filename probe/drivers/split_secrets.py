"""Takes out secrets that an upstream said back in pieces: one bit in each delta of a stream.

No line of the client's output holds such a secret, but whoever puts the deltas together has it. So the text of a
message's deltas is looked at as a whole, and the pieces of what is found there go.
"""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from probe.redact import MARK, Redactor

_DATA = b"data:"
_TEXT_KEYS = ("text", "partial_json", "thinking", "signature", "content", "reasoning_content", "reasoning")


def redact_split(stdout: bytes, redactor: Redactor) -> bytes:
    """`stdout` without secrets that are spread over deltas.

    It is stream-json, or a recorded event stream with the same objects in `data:` lines, or with chunks of a chat
    completion; redacted by line already.
    """
    if not _holds_delta(stdout):
        return stdout
    lines = stdout.split(b"\n")
    for run in _runs(lines):
        texts = [text.encode("utf-8", "surrogatepass") for _, _, text in run]
        for number, clean in enumerate(_cleaned(texts, redactor)):
            if clean is not None:
                place, said, _ = run[number]
                delta, key = _slot(said)
                delta[key] = clean.decode("utf-8", "replace")
                text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
                lines[place] = (_DATA + b" " if lines[place].startswith(_DATA) else b"") + text
    return b"\n".join(lines)


def _runs(lines: list[bytes]) -> Iterator[list[tuple[int, dict[str, Any], str]]]:
    """The deltas of each message: (line, object, text)."""
    run: list[tuple[int, dict[str, Any], str]] = []
    for place, line in enumerate(lines):
        if b'"message_start"' in line:
            yield run
            run = []
        if _holds_delta(line) and (found := _delta(line)):
            run.append((place, *found))
    yield run


def _delta(line: bytes) -> tuple[dict[str, Any], str] | None:
    try:
        said = json.loads(line.removeprefix(_DATA))
        delta, key = _slot(said)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, StopIteration):
        return None
    return said, delta[key]


def _holds_delta(data: bytes) -> bool:
    return b'"content_block_delta"' in data or b'"choices"' in data


def _slot(said: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Where the text of an event stands, bare or in the client's envelope, or that of a chunk."""
    if "choices" in said:
        delta = said["choices"][0]["delta"]
        delta = delta["tool_calls"][0]["function"] if delta.get("tool_calls") else delta
        if isinstance(delta.get("arguments"), str):
            return delta, "arguments"
    else:
        delta = said.get("event", said)["delta"]
    return delta, next(key for key in _TEXT_KEYS if delta.get(key) and isinstance(delta[key], str))


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
