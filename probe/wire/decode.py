"""Content codings, undone bit by bit and only for looking."""

import importlib
import zlib
from typing import Any, Protocol


class Undecodable(ValueError):  # noqa: N818 - it is a property of the data
    """The bytes are not what content-encoding says."""


class UnknownCoding(ValueError):  # noqa: N818 - it is a property of the data
    """A coding that cannot be undone here."""


class Decoder(Protocol):
    """`feed` gives at most `most` bytes, and `full` is set when there would have been more. `name` is the coding's."""

    name: str
    full: bool

    def feed(self, data: bytes, most: int) -> bytes: ...

    def whole(self) -> bool: ...


class _Plain:
    name = "identity"
    full = False

    def feed(self, data: bytes, most: int) -> bytes:
        self.full = len(data) > most
        return data[:most]

    def whole(self) -> bool:
        return True


class _Zlib:
    full = False

    def __init__(self, *, gzip: bool) -> None:
        self.name = "gzip" if gzip else "deflate"
        self._gzip = gzip
        self._inner: Any = zlib.decompressobj(31) if gzip else None

    def feed(self, data: bytes, most: int) -> bytes:
        if self._inner is None:
            # Some servers mean raw deflate by "deflate"; a zlib header tells by its first byte.
            self._inner = zlib.decompressobj(15 if data[:1] and data[0] & 0x0F == 8 else -15)
        found = bytearray()
        try:
            while data and len(found) <= most:
                found += self._inner.decompress(data, most + 1 - len(found))
                data = self._inner.unconsumed_tail
                if self._inner.eof and self._gzip and self._inner.unused_data.startswith(b"\x1f\x8b"):
                    data = self._inner.unused_data
                    self._inner = zlib.decompressobj(31)
        except zlib.error as error:
            raise Undecodable(str(error)) from error
        self.full = len(found) > most
        return bytes(found[:most])

    def whole(self) -> bool:
        return self._inner is None or self._inner.eof


class _Brotli:
    name = "brotli"
    full = False

    def __init__(self) -> None:
        self._inner: Any = importlib.import_module("brotli").Decompressor()
        if not hasattr(self._inner, "can_accept_more_data"):
            raise UnknownCoding("this brotli cannot bound what a few bytes become")

    def feed(self, data: bytes, most: int) -> bytes:
        found = bytearray()
        try:
            found += self._inner.process(data, output_buffer_limit=most + 1)
            while len(found) <= most and not self._inner.can_accept_more_data():
                found += self._inner.process(b"", output_buffer_limit=most + 1 - len(found))
        except Exception as error:  # the library has an exception of its own
            raise Undecodable(str(error)) from error
        self.full = len(found) > most
        return bytes(found[:most])

    def whole(self) -> bool:
        return bool(self._inner.is_finished())


class _Zstd:
    """A few bytes become at most some blocks of 128 KiB, so that small steps bound what comes of them."""

    name = "zstd"
    full = False
    _STEP = 64

    def __init__(self) -> None:
        self._inner: Any = importlib.import_module("zstandard").ZstdDecompressor().decompressobj()

    def feed(self, data: bytes, most: int) -> bytes:
        found = bytearray()
        for start in range(0, len(data), self._STEP):
            try:
                found += self._inner.decompress(data[start : start + self._STEP])
            except Exception as error:  # the library has an exception of its own
                raise Undecodable(str(error)) from error
            if len(found) > most:
                self.full = True
                break
        return bytes(found[:most])

    def whole(self) -> bool:
        return bool(self._inner.eof)


def decoder(coding: str | None) -> Decoder:
    """The decoder for the value of a content-encoding header. Raises UnknownCoding."""
    name = (coding or "").strip().lower()
    if name in {"", "identity"}:
        return _Plain()
    if name in {"gzip", "x-gzip"}:
        return _Zlib(gzip=True)
    if name == "deflate":
        return _Zlib(gzip=False)
    try:
        if name == "br":
            return _Brotli()
        if name == "zstd":
            return _Zstd()
    except ImportError as error:
        raise UnknownCoding(name) from error
    raise UnknownCoding(name)
