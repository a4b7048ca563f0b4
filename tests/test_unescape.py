"""Unescaping of data, and the source position of every byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.unescape import UnescapedData, views

pieces = st.sampled_from(
    [b"a", b"+", b"\\", b"\\u002B", b"\\\\u00e4", b"\\ud83d\\ude00", b"\\n", b'\\"', b"%2B", b"%25", b"%", b"&amp;",
     b"&#43;", b"&", b"\\x41", b"\xc3\xa4", b"\\U0001f600"]
)  # fmt: skip
data = st.lists(pieces, max_size=12).map(b"".join)


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (rb"a\u002Bb\u002bc\\\\u002Bd", b"a+b+c+d"),
        (rb"\ud83d\ude00 \\ud83D\\uDE00 \ud83d", "😀 😀 ?".encode()),
        (rb"\/\"\'\\\\/", b"/\"'/"),
        (rb"\x2b\U0000002b\UFFFFFFFF", "++\U0010ffff".encode()),
        (rb"C:\new", b"C:new"),
        (b"%2B%2b%252B%25252b%", b"++++%"),
        (b"&#43;&#x2b;&#X2B;&plus;&amp;amp;plus;&amp;&nosuch;&#9999999;", "+++++&&nosuch;\U0010ffff".encode()),
    ],
)  # fmt: skip
def test_escapes_at_any_level(escaped: bytes, plain: bytes) -> None:
    assert next(view.data for view in views(escaped)) == plain


@pytest.mark.parametrize("torn", [b"a\\", b"a\\u00", b"a%", b"a%2", b"a%252", b"a&", b"a&#4", b"a&amp;#4"])
def test_the_beginning_of_an_escape_is_left_out_as_well(torn: bytes) -> None:
    assert b"a" in [view.data for view in views(torn)]


def test_data_without_escapes_is_no_view() -> None:
    assert list(views(b"100 % of the R&D.")) == []


def _same_kind(one: UnescapedData, other: UnescapedData) -> bool:
    return one._kind is other._kind


@given(data, st.data())
def test_what_stands_at_the_origins_reads_as_the_span(data: bytes, draw: st.DataObject) -> None:
    for view in views(data):
        cuts = sorted(draw.draw(st.sets(st.integers(0, len(view.data)), max_size=6)))
        spans = list(zip(cuts[::2], cuts[1::2], strict=False))
        origins = view.origins(spans)
        assert len(origins) == len(spans)
        for (start, end), (low, high) in zip(spans, origins, strict=True):
            around = b"<" + data[low:high] + b">"
            assert view.data[start:end] in next(
                (inner.data for inner in views(around) if _same_kind(inner, view)), around
            )
