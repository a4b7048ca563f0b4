"""Bodies are decompressed piece by piece."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from probe.decode import STEP_BYTES, Undecodable, UnknownCoding, decoder, start_of
from tests.wire.answers import START, STOP


@pytest.mark.parametrize(("coding", "library"), [("br", "brotli"), ("zstd", "zstandard")])
def test_codings_of_optional_libraries(coding: str, library: str) -> None:
    found = pytest.importorskip(library)
    raw = START + b": " + b"x" * 2_000_000 + b"\n" + STOP
    packed = found.compress(raw)
    whole = decoder(coding)
    pieces = [piece for start in range(0, len(packed), 7) for piece in whole.feed(packed[start : start + 7])]
    assert (b"".join(pieces), whole.whole()) == (raw, True)
    assert max(map(len, decoder(coding).feed(found.compress(b"x" * 50_000_000)))) <= 1_000_000
    assert start_of(packed, coding, 1000) == raw[:1000]
    with pytest.raises(Undecodable):
        list(decoder(coding).feed(b"garbage!" * 9))


def test_codings_in_pieces_concatenated_and_raw() -> None:
    for coding, packed in (
        ("gzip", gzip.compress(START) + gzip.compress(STOP)),
        ("deflate", zlib.compress(START + STOP)),
        ("deflate", zlib.compress(START + STOP)[2:-4]),
        ("identity", START + STOP),
    ):
        whole = decoder(coding)
        pieces = [piece for at in range(len(packed)) for piece in whole.feed(packed[at : at + 1])]
        assert b"".join(pieces) == START + STOP
        assert whole.whole()


@pytest.mark.parametrize(
    ("coding", "name"),
    [
        (None, "identity"),
        ("", "identity"),
        (" Identity ", "identity"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate", "deflate"),
        ("br", "brotli"),
        ("zstd", "zstd"),
    ],
)
def test_a_coding_is_known_however_it_is_written(coding: str | None, name: str) -> None:
    assert decoder(coding).name == name


@pytest.mark.parametrize("coding", ["compress", "gzip, br", "x-strange", "utf-8"])
def test_a_coding_that_cannot_be_read_is_an_error(coding: str) -> None:
    with pytest.raises(UnknownCoding, match=coding):
        decoder(coding)
    with pytest.raises(UnknownCoding):
        start_of(b"", coding, 10)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_bomb_comes_in_small_pieces_of_which_none_need_be_taken(pack: Callable[[bytes], bytes]) -> None:
    coding = "gzip" if pack is gzip.compress else "deflate"
    raw = bytes(10 * STEP_BYTES)
    pieces = decoder(coding).feed(pack(raw))
    assert [len(next(pieces)) for _ in range(3)] == [STEP_BYTES] * 3
    assert sum(map(len, pieces)) == 7 * STEP_BYTES


@pytest.mark.parametrize(("coding", "junk"), [("gzip", b"junk"), ("deflate", b"\xffjunk")])
def test_bytes_of_another_coding_are_an_error(coding: str, junk: bytes) -> None:
    with pytest.raises(Undecodable):
        list(decoder(coding).feed(junk))
    with pytest.raises(Undecodable):
        start_of(junk, coding, 10)


@pytest.mark.parametrize(("coding", "packed"), [("gzip", gzip.compress(START)), ("deflate", zlib.compress(START))])
def test_a_body_that_was_cut_is_not_whole(coding: str, packed: bytes) -> None:
    cut = decoder(coding)
    assert START.startswith(b"".join(cut.feed(packed[:-5])))
    assert not cut.whole()
    assert b"".join([*decoder(coding).feed(packed)]) == START


@pytest.mark.parametrize(("coding", "packed"), [("gzip", gzip.compress(START)), ("deflate", zlib.compress(START))])
def test_what_follows_a_compressed_body_is_ignored_and_not_kept(coding: str, packed: bytes) -> None:
    read = decoder(coding)
    assert b"".join(read.feed(packed + b"and more")) == START
    tracemalloc.start()
    for _ in range(200):
        assert b"".join(read.feed(b"x" * STEP_BYTES)) == b""
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most_bytes < 10 * STEP_BYTES
    assert read.whole()


def test_a_further_part_of_gzip_may_begin_with_any_byte_of_the_next_piece() -> None:
    first, second = gzip.compress(START), gzip.compress(STOP)
    for held in (0, 1, 2):
        read = decoder("gzip")
        assert b"".join(read.feed(first + second[:held])) == START
        assert b"".join(read.feed(second[held:])) == STOP


@pytest.mark.parametrize("most", [0, 1, STEP_BYTES, STEP_BYTES + 1, 10**9])
def test_only_the_start_that_is_asked_for_is_decoded(most: int) -> None:
    raw = bytes(range(256)) * 1000
    for coding, packed in (("gzip", gzip.compress(raw)), ("deflate", zlib.compress(raw)), (None, raw)):
        assert start_of(packed, coding, most) == raw[:most]
