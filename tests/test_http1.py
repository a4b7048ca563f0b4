"""Messages of HTTP/1.1 are found in bytes that may be cut anywhere, and no byte is lost."""

import itertools
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.http1 import (
    Fragment,
    Framer,
    FramingError,
    HeadTooLongError,
    MessageHead,
    Part,
    RequestFramer,
    ResponseFramer,
    parse_head,
)

MOST = 500
ORDER = [Part.BEGIN, Part.HEAD, Part.BODY, Part.END]


def responses(*methods: str, most: int = MOST) -> ResponseFramer:
    """Return a framer of the answers to requests of these methods, and of GET after them."""
    return ResponseFramer(most, lambda place: methods[place] if place < len(methods) else "GET")


def parts(framer: Framer, *pieces: bytes) -> list[Part]:
    """Return the parts in these pieces, each once where it comes in several fragments."""
    found = [fragment.part for piece in pieces for fragment in framer.feed(piece)]
    return [part for part, _ in itertools.groupby(found)]


def payload(fragments: Sequence[Fragment]) -> bytes:
    return b"".join(fragment.payload for fragment in fragments)


def raw(fragments: Sequence[Fragment]) -> bytes:
    return b"".join(fragment.raw for fragment in fragments)


def lost(framer: Framer, *pieces: bytes) -> FramingError | None:
    """Return the error with which the messages ended."""
    fragments = [fragment for piece in pieces for fragment in framer.feed(piece)]
    return next((fragment.error for fragment in fragments if fragment.part is Part.LOST), None)


def test_a_head_is_read_as_it_is_written() -> None:
    head = parse_head(b"GET /a HTTP/1.1\r\nHost:  h \r\nX-Two: 1\r\nno header\r\nx-two:2\r\nEmpty:\r\n\r\n")
    assert head.start == b"GET /a HTTP/1.1"
    assert head.headers == (("host", "h"), ("x-two", "1"), ("x-two", "2"), ("empty", ""))
    assert (head.get("x-two"), head.get("absent"), head.get("empty")) == ("1", None, "")
    assert (head.get_all("x-two"), head.get_all("absent")) == (["1", "2"], [])


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"HTTP/1.1 200 OK", 200),
        (b"HTTP/1.0 404", 404),
        (b"HTTP/1.1 599 ", 599),
        (b"HTTP/1.1 099 x", None),
        (b"HTTP/1.1 2000 x", None),
        (b"HTTP/2 200", None),
        (b"", None),
    ],
)
def test_a_status_has_three_digits(line: bytes, status: int | None) -> None:
    head = MessageHead(line, ())
    if status is not None:
        assert head.status == status
        return
    with pytest.raises(FramingError):
        assert head.status


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 5", b"hello"),
        (b"content-length: 5, 5", b"hello"),
        (b"Content-Length: 5\r\nContent-Length: 5", b"hello"),
        (b"Transfer-Encoding: chunked", b"5\r\nhello\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: gzip, Chunked", b"3\r\nhel\r\n02\r\nlo\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 2", b"5;x=y\r\nhello\r\n0\r\nTrailer: t\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"5\nhello\n0\n\n"),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_message_ends_where_its_head_says(head: bytes, body: bytes, step: int) -> None:
    next_message = b"HTTP/1.1 204 X\r\n\r\n"
    data = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + body + next_message
    framer = responses()
    found = [fragment for at in range(0, len(data), step) for fragment in framer.feed(data[at : at + step])]
    assert payload(found) == b"hello"
    assert raw(found) == data
    assert [part for part, _ in itertools.groupby(each.part for each in found)] == [
        *ORDER,
        Part.BEGIN,
        Part.HEAD,
        Part.END,
    ]
    requested = RequestFramer(MOST)
    assert payload(requested.feed(data.replace(b"HTTP/1.1 200 OK", b"POST / HTTP/1.1"))) == b"hello"


@given(st.lists(st.integers(1, 60), max_size=12))
def test_messages_are_the_same_wherever_their_bytes_are_cut(lengths: list[int]) -> None:
    data = (
        b"\r\nPOST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
        b"GET /b HTTP/1.1\r\n\r\nPUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n"
    )
    places = [0, *(place for place in itertools.accumulate(lengths) if place < len(data)), len(data)]
    framer = RequestFramer(MOST)
    found = [fragment for start, end in itertools.pairwise(places) for fragment in framer.feed(data[start:end])]
    assert (payload(found), raw(found)) == (b"abcde", data)
    heads = [each.head.start for each in found if each.head is not None]
    assert heads == [b"POST /a HTTP/1.1", b"GET /b HTTP/1.1", b"PUT /c HTTP/1.1"]
    assert Counter(each.part for each in found if not each.raw) == {Part.BEGIN: 3, Part.END: 3}


def test_what_says_nothing_of_its_length_has_no_body_as_a_request_and_goes_on_as_an_answer() -> None:
    asked = RequestFramer(MOST)
    assert parts(asked, b"DELETE / HTTP/1.1\r\n\r\n") == [Part.BEGIN, Part.HEAD, Part.END]
    assert not asked.ends_with_connection
    answer = responses()
    assert not answer.ends_with_connection
    assert parts(answer, b"HTTP/1.1 200 OK\r\n\r\n", b"a", b"HTTP/1.1 200 OK\r\n\r\n") == [
        Part.BEGIN,
        Part.HEAD,
        Part.BODY,
    ]
    assert answer.ends_with_connection


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 404)])
def test_some_answers_have_no_body_whatever_their_head_says(method: str, status: int) -> None:
    head = b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\n" % status
    assert parts(responses(method), head) == [Part.BEGIN, Part.HEAD, Part.END]


@pytest.mark.parametrize(("method", "status"), [("CONNECT", 200), ("GET", 101)])
def test_a_tunnel_goes_on_to_the_end_of_the_connection(method: str, status: int) -> None:
    framer = responses(method)
    framer.feed(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)
    assert framer.ends_with_connection
    refused = responses("CONNECT")
    refused.feed(b"HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n")
    assert not refused.ends_with_connection


def test_each_answer_is_that_to_the_request_whose_turn_it_is() -> None:
    waiting = ["HEAD", "GET", "HEAD"]
    framer = ResponseFramer(MOST, lambda place: waiting[place])
    head = b"HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n"
    two = framer.feed(head + head + b"ok")
    assert [each.part for each in two].count(Part.END) == 2
    del waiting[:2]
    assert [each.part for each in framer.feed(head)] == [Part.BEGIN, Part.HEAD, Part.END]


def test_continue_is_no_answer_and_an_answer_may_follow_any_number_of_such_but_not_endlessly_many() -> None:
    interim, answer = b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 204 X\r\n\r\n"
    assert parts(responses(), interim + answer) == [
        Part.BEGIN, Part.INTERIM, Part.BEGIN, Part.HEAD, Part.END
    ]  # fmt: skip
    framer = responses()
    for _ in range(3):
        assert lost(framer, interim * 1000 + answer) is None
    assert isinstance(lost(framer, interim * 1001), HeadTooLongError)


@pytest.mark.parametrize(
    "response",
    [
        b"SSH-2.0-OpenSSH_9\r\n",
        b"\x00\x00\x12\x04",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000000\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello, you\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n",
    ],
)
@pytest.mark.parametrize("step", [1, 10_000])
def test_bytes_that_are_no_message_are_lost_for_framing_but_kept(response: bytes, step: int) -> None:
    framer = responses()
    found = [each for at in range(0, len(response), step) for each in framer.feed(response[at : at + step])]
    assert found[-1].part is Part.LOST
    assert raw(found) == response
    assert any(isinstance(each.error, FramingError) for each in found)
    after = framer.feed(b"HTTP/1.1 200 OK\r\n\r\n")
    assert [(each.part, each.error) for each in after] == [(Part.LOST, None)], "nothing is a message any more"


def test_a_sound_head_is_told_though_what_it_says_of_its_body_is_not() -> None:
    data = b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nrest"
    assert [(each.part, each.raw) for each in responses().feed(data)] == [
        (Part.BEGIN, b""),
        (Part.HEAD, data[:-4]),
        (Part.LOST, b"rest"),
    ]


@pytest.mark.parametrize("step", [1, 300, 10_000])
def test_of_a_head_without_end_no_more_is_held_than_the_limit(step: int) -> None:
    head = b"GET / HTTP/1.1\r\nx: " + b"y" * (MOST - 19)
    assert len(head) == MOST
    for data, error in ((head, None), (head + b"y", HeadTooLongError)):
        told = lost(RequestFramer(MOST), *(data[at : at + step] for at in range(0, len(data), step)))
        assert told is None if error is None else isinstance(told, error)
    assert parts(RequestFramer(MOST), head[:-4], b"\r\n\r\n") == [Part.BEGIN, Part.HEAD, Part.END]


@pytest.mark.parametrize("endless", [b"1;" + b"x" * 20_000, b"0\r\n" + b"trailer: x\r\n" * 2000, b"0" * 20_000])
def test_the_framing_of_a_body_is_bounded_too(endless: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert isinstance(lost(responses(), head, endless), HeadTooLongError)


@pytest.mark.parametrize("step", [1, 5000])
def test_a_head_before_a_large_body_is_found_at_once(step: int) -> None:
    body = b"x" * 20_000
    head = b"POST / HTTP/1.1\r\nContent-Length: 20000\r\n\r\n"
    framer = RequestFramer(MOST)
    data = head + body
    found = [each for at in range(0, len(data), step) for each in framer.feed(data[at : at + step])]
    assert (payload(found), raw(found), found[-1].part) == (body, data, Part.END)
