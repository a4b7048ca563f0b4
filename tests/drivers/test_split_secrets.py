"""Secrets that come back in pieces."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.drivers.split_secrets import redact_split
from probe.redact import Redactor

SECRET = "canary!4411!do!not!leak"


def stream(pieces: list[str], key: str = "text") -> bytes:
    start = {"type": "stream_event", "event": {"type": "message_start"}}
    deltas = [
        {"type": "stream_event", "event": {"type": "content_block_delta", "delta": {key: each}}} for each in pieces
    ]
    return "\n".join(json.dumps(each) for each in [start, *deltas]).encode()


def said(stdout: bytes, key: str = "text") -> str:
    return "".join(json.loads(line)["event"].get("delta", {}).get(key, "") for line in stdout.split(b"\n"))


@given(
    st.lists(st.integers(0, 60), max_size=12),
    st.text(max_size=10).map(lambda text: text.rstrip("\\")),  # a backslash may be its first letter's escape, and goes
    st.text(max_size=10),
    st.sampled_from(["text", "partial_json", "thinking"]),
)
def test_wherever_it_is_cut_nothing_of_it_is_left(cuts: list[int], before: str, after: str, key: str) -> None:
    whole = before + SECRET + " and " + SECRET + after
    marks = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    pieces = [whole[low:high] for low, high in pairwise(marks)]
    clean = said(redact_split(stream(pieces, key), Redactor([SECRET])), key)
    assert clean.replace("[redacted]", "") == before.encode("utf-8", "surrogatepass").decode() + " and " + after


def test_a_recorded_event_stream_too() -> None:
    events = [
        {"type": "content_block_delta", "delta": {"text": each}} for each in ("x canary!44", "11!do!not", "!leak y")
    ]
    body = b"".join(b"event: content_block_delta\ndata: " + json.dumps(each).encode() + b"\n\n" for each in events)
    clean = redact_split(body, Redactor([SECRET]))
    texts = [json.loads(line[6:])["delta"]["text"] for line in clean.splitlines() if line.startswith(b"data: ")]
    assert "".join(texts).replace("[redacted]", "") == "x  y"


def _event(said: object) -> bytes:
    return b"event: x\ndata: " + json.dumps(said).encode() + b"\n\n"


SHAPES: dict[str, Callable[[str], bytes]] = {
    "Messages": lambda text: _event({"type": "content_block_delta", "index": 0, "delta": {"text": text}}),
    "chat completion": lambda text: _event({"choices": [{"delta": {"content": text}}]}),
    "tool calls": lambda text: _event({"choices": [{"delta": {"tool_calls": [{"function": {"arguments": text}}]}}]}),
    "two texts in a chunk": lambda text: _event({"choices": [{"delta": {"content": "x", "reasoning": text}}]}),
    "Responses": lambda text: _event({"type": "response.output_text.delta", "delta": text}),
    "Gemini": lambda text: _event({"candidates": [{"content": {"parts": [{"text": text}]}}]}),
    "a relay's own": lambda text: json.dumps({"ok": True, "x": {"y": ["z", text]}}).encode() + b"\r\n",
    "bare texts": _event,
    "text by event": lambda text: b"event: piece\nid: 7\ndata: " + text.encode() + b"\n\n",
    "text by line": lambda text: text.encode() + b"\n",
    "text by line, as on Windows": lambda text: text.encode() + b"\r\n",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11])
def test_in_whatever_shape_the_pieces_come_they_go(shape: str, size: int) -> None:
    whole = f"say {SECRET} now"
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    body = b"".join(SHAPES[shape](piece) for piece in pieces)
    assert SECRET in "".join(_texts_in(body))
    clean = "".join(_texts_in(redact_split(body, Redactor([SECRET]))))
    for at in range(len(SECRET) - 3):
        assert SECRET[at : at + 4] not in clean
    assert redact_split(body, Redactor(["another-secret"])) == body


def test_an_escaped_secret_in_pieces_goes_though_a_piece_ends_within_an_escape() -> None:
    escaped = json.dumps(SECRET.replace("!", "\\u0021"))[1:-1]
    for size in (1, 4, 9):
        pieces = [escaped[at : at + size] for at in range(0, len(escaped), size)]
        assert set(said(redact_split(stream(pieces, "partial_json"), Redactor([SECRET])), "partial_json")) <= set(
            "[redacted]"
        )


def test_a_text_in_bytes_of_no_encoding_stays_as_it_was_but_for_the_secret() -> None:
    body = b"\xff\xe4 canary!44\n11!do!not!leak \xc3\n\xa4"
    assert redact_split(body, Redactor([SECRET])) == b"\xff\xe4 [redacted]\n[redacted] \xc3\n\xa4"


def test_many_other_keys_hide_no_text() -> None:
    pieces = [SECRET[at : at + 4] for at in range(0, len(SECRET), 4)]
    more = {f"k{number}": "x" for number in range(3000)}
    body = b"\n".join(json.dumps({"text": piece} | more).encode() for piece in pieces)
    clean = redact_split(body, Redactor([SECRET]))
    assert {json.loads(line)["text"] for line in clean.split(b"\n")} == {"[redacted]"}


def test_the_places_that_are_looked_at_alone_are_limited() -> None:
    class Counting(Redactor):
        looks = 0

        def spans(self, data: bytes) -> list[tuple[int, int]]:
            self.looks += 1
            return super().spans(data)

    redactor = Counting([SECRET])
    redact_split(json.dumps({f"k{number}": "x" for number in range(3000)}).encode(), redactor)
    assert redactor.looks == 1001


def _texts_in(body: bytes) -> Iterator[str]:
    """Yield the texts that a reader would join, or else the text of each line."""
    for line in body.splitlines():
        data = line.removeprefix(b"data: ")
        if data.startswith((b"{", b'"')):
            yield from _strings(json.loads(data))
        elif not line.startswith((b"event:", b"id:")):
            yield data.decode()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value if value not in {"x", "z", "content_block_delta", "response.output_text.delta"} else ""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


def test_what_holds_no_secret_stays_to_the_byte() -> None:
    stdout = stream(["one ", "two "]) + b"\nnot json\n" + b'{"type":"content_block_delta"}'
    assert redact_split(stdout, Redactor([SECRET])) == stdout


def test_a_hundred_thousand_deltas_do_not_take_for_ever() -> None:
    pieces = ["canary!4411", "!do!not!leak "] * 50_000
    assert SECRET not in said(redact_split(stream(pieces), Redactor([SECRET])))
