"""Parsing of server-sent events, split into chunks anywhere."""

import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.sse import SseEvent, SseParser, events_of

LINES = st.sampled_from(
    ["data: a", "data:b", "data", "event: x", "event:y", ": comment", "id: 1", "retry: 9", "", "", "dätä: ü"]
)
ENDS = st.sampled_from(["\n", "\r", "\r\n"])


def parsed(*chunks: bytes, most: int = 1000) -> tuple[list[SseEvent], SseParser]:
    parser = SseParser(most)
    return [event for chunk in chunks for event in parser.feed(chunk)], parser


@given(st.lists(st.tuples(LINES, ENDS), max_size=20), st.lists(st.integers(0, 200), max_size=10))
def test_chunks_make_no_difference(lines: list[tuple[str, str]], cuts: list[int]) -> None:
    data = "".join(line + end for line, end in lines).encode()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    expected, whole = parsed(data)
    events, split = parsed(*(data[start:end] for start, end in itertools.pairwise(places)))
    assert (events, split.broken) == (expected, whole.broken)
    assert parsed(*(bytes([byte]) for byte in data))[0] == expected


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (b"data: a\n\n", [("", "a")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("", "a")]),
        (b"data:a\r\rdata:b\r\n\r\n", [("", "a"), ("", "b")]),
        (b"event: e\ndata: 1\ndata: 2\n\n", [("e", "1\n2")]),
        (b"data:  a\n\n", [("", " a")]),
        (b"data\n\n", [("", "")]),
        (b"event: e\n\ndata: a\n\n", [("", "a")]),
        (b": c\nid: 3\nretry: 1\nfoo: x\n\n", []),
        (b"data: cut\n", []),
        (b"data: \xff\n\n", [("", "\ufffd")]),
    ],
)
def test_the_standard_holds(data: bytes, events: list[tuple[str, str]]) -> None:
    found, parser = parsed(data)
    assert found == events
    assert not parser.broken


@pytest.mark.parametrize("line", [b"<html>", b'{"type": "x"}', b"upstream failed"])
def test_lines_that_are_no_fields_are_noted(line: bytes) -> None:
    assert parsed(line + b"\n")[1].broken


def test_an_endless_event_is_passed_over() -> None:
    parser = SseParser(100)
    piece = b"data: " + b"x" * 10_000
    tracemalloc.start()
    try:
        for _ in range(1000):
            assert parser.feed(piece) == []
        kept_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept_bytes < 5_000
    assert parser.feed(b"\ndata: y\n\ndata: z\n\n") == [("", "z")]
    assert parser.overflowed


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b"event: e\ndata: 1\ndata: 2\n\ndata: cut", [("e", "1\n2")]),
        (b"data: " + b"x" * 3_000_000 + b"\n\n", [("", "x" * 3_000_000)]),
        (b'{\n  "content": "data: no stream"\n}', []),
        (b"", []),
    ],
)
def test_a_whole_body(body: bytes, events: list[tuple[str, str]]) -> None:
    assert events_of(body) == events
