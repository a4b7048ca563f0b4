"""Pictures of digits: what is drawn can be read, and nothing else."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.digit_picture import draw_digits, picture_size, read_digits


@given(st.text("0123456789", min_size=1, max_size=9))
def test_what_is_drawn_is_read(digits: str) -> None:
    assert read_digits(draw_digits(digits)) == digits


def test_the_file_is_a_sound_png() -> None:
    png = draw_digits("42")
    assert picture_size(png) == ((2 * 2 + 2 * 5 + 2) * 16, (2 * 2 + 7) * 16)
    for place, kind in ((8, b"IHDR"), (33, b"IDAT")):
        length = int.from_bytes(png[place : place + 4])
        body = png[place + 4 : place + 8 + length]
        assert body[:4] == kind
        assert int.from_bytes(png[place + 8 + length : place + 12 + length]) == zlib.crc32(body)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"no picture",
        draw_digits("42")[:40],
        draw_digits("42").replace(b"IDAT", b"idat"),
        draw_digits("42")[:60] + b"\xff" * 40,
    ],
)
def test_other_files_are_not_read(damaged: bytes) -> None:
    assert read_digits(damaged) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(garbage: bytes) -> None:
    assert read_digits(garbage) is None
    header = draw_digits("7")[:33]
    assert read_digits(header + garbage) is None


def test_a_picture_that_claims_a_huge_size_is_not_unpacked() -> None:
    png = bytearray(draw_digits("7"))
    png[16:20] = (2**31 - 1).to_bytes(4)
    assert read_digits(bytes(png)) is None
