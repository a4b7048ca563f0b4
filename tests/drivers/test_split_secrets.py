"""Secrets that come back in pieces."""

import json
from itertools import pairwise

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
    st.text(max_size=10),
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


def test_what_holds_no_secret_stays_to_the_byte() -> None:
    stdout = stream(["one ", "two "]) + b"\nnot json\n" + b'{"type":"content_block_delta"}'
    assert redact_split(stdout, Redactor([SECRET])) == stdout


def test_a_hundred_thousand_deltas_do_not_take_for_ever() -> None:
    pieces = ["canary!4411", "!do!not!leak "] * 50_000
    assert SECRET not in said(redact_split(stream(pieces), Redactor([SECRET])))
