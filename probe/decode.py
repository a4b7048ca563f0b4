"""Bounded incremental decompression: a few bytes of an upstream may become gigabytes."""

import importlib
import zlib
from collections.abc import Iterator
from typing import Any, Protocol

STEP_BYTES = 64 * 1024
"""The approximate size of the pieces that decoders yield, however much is in the compressed bytes."""
_GZIP = b"\x1f\x8b"
"""The first bytes of gzip."""


class Undecodable(ValueError):  # noqa: N818 - it is a property of the data
    """The bytes are not what content-encoding says."""


class UnknownCoding(ValueError):  # noqa: N818 - it is a property of the data
    """A content coding that cannot be decoded here."""


class Decoder(Protocol):
    """A decoder. `feed` yields decoded bytes piece by piece; a caller that has enough takes no more, and feeds no more.

    Raises Undecodable. `name` is the coding's.
    """

    name: str

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def whole(self) -> bool: ...


class _Plain:
    name = "identity"

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def whole(self) -> bool:
        return True


class _Zlib:
    def __init__(self, *, gzip: bool) -> None:
        self.name = "gzip" if gzip else "deflate"
        self._gzip = gzip
        self._inner: Any = zlib.decompressobj(31) if gzip else None
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._inner is None:
            # Some servers mean raw deflate by "deflate"; a zlib header tells by its first byte.
            self._inner = zlib.decompressobj(15 if data[:1] and data[0] & 0x0F == 8 else -15)
        more = not self._over
        while more:
            try:
                found = self._inner.decompress(data, STEP_BYTES)
            except zlib.error as error:
                raise Undecodable(str(error)) from error
            yield found
            data = self._inner.unconsumed_tail
            if self._inner.eof:
                data = self._after_end(self._inner.unused_data)
            more = not self._over and (len(found) == STEP_BYTES or bool(data))

    def _after_end(self, rest: bytes) -> bytes:
        """Return what goes on after the end of a compressed body: gzip may have a further part. All else is ignored."""
        if self._gzip and rest.startswith(_GZIP):
            self._inner = zlib.decompressobj(31)
            return rest
        self._over = not (self._gzip and _GZIP.startswith(rest))
        return b""

    def whole(self) -> bool:
        return self._inner is None or self._inner.eof


class _Brotli:
    name = "brotli"

    def __init__(self) -> None:
        self._inner: Any = importlib.import_module("brotli").Decompressor()
        if not hasattr(self._inner, "can_accept_more_data"):
            raise UnknownCoding("this brotli cannot bound what a few bytes become")

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while found := self._inner.process(data, output_buffer_limit=STEP_BYTES):
                yield found
                data = b""
        except Exception as error:  # the library has an exception of its own
            raise Undecodable(str(error)) from error

    def whole(self) -> bool:
        return bool(self._inner.is_finished())


class _Zstd:
    """A decoder for zstd, fed in small steps: a few bytes become at most some blocks of 128 KiB."""

    name = "zstd"
    _TAKEN_BYTES = 16

    def __init__(self) -> None:
        self._inner: Any = importlib.import_module("zstandard").ZstdDecompressor().decompressobj()

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), self._TAKEN_BYTES):
            try:
                yield self._inner.decompress(data[start : start + self._TAKEN_BYTES])
            except Exception as error:  # the library has an exception of its own
                raise Undecodable(str(error)) from error

    def whole(self) -> bool:
        return bool(self._inner.eof)


def decoder(coding: str | None) -> Decoder:
    """Return the decoder for the value of a content-encoding header. Raises UnknownCoding."""
    match (coding or "").strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Zlib(gzip=True)
        case "deflate":
            return _Zlib(gzip=False)
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstd()
        case unknown:
            raise UnknownCoding(unknown)


def start_of(data: bytes, coding: str | None, most: int) -> bytes:
    """Return the first `most` bytes of what `data` decodes to. Raises Undecodable and UnknownCoding."""
    found = bytearray()
    for piece in decoder(coding).feed(data):
        found += piece[: most - len(found)]
        if len(found) >= most:
            break
    return bytes(found)
