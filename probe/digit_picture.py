"""Pictures of digits as PNG files: draw one, and read one that was drawn here."""

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FONT = {
    "0": "01110 10001 10001 10001 10001 10001 01110",
    "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00110 01000 10000 11111",
    "3": "11111 00010 00100 00010 00001 10001 01110",
    "4": "00010 00110 01010 10010 11111 00010 00010",
    "5": "11111 10000 11110 00001 00001 10001 01110",
    "6": "00110 01000 10000 11110 10001 10001 01110",
    "7": "11111 00001 00010 00100 01000 01000 01000",
    "8": "01110 10001 10001 01110 10001 10001 01110",
    "9": "01110 10001 10001 01111 00001 00010 01100",
}
"""Glyphs of 5 by 7 points, row by row from the top."""
_COLUMNS, _ROWS = 5, 7
_SCALE = 16
"""The pixels of a point in each direction: large enough for a model that scales pictures down."""
_MARGIN = 2
_GAP = 2
"""The points around the digits, and between two of them."""
_BLACK, _WHITE = 0, 255
_MOST_PIXELS = 4_000_000


def draw_digits(digits: str) -> bytes:
    """Return a PNG file that shows these digits in black on white."""
    rows = [[_WHITE] * _width(len(digits)) for _ in range(_ROWS + 2 * _MARGIN)]
    for position, digit in enumerate(digits):
        left = _MARGIN + position * (_COLUMNS + _GAP)
        for y, line in enumerate(_FONT[digit].split()):
            for x, point in enumerate(line):
                if point == "1":
                    rows[_MARGIN + y][left + x] = _BLACK
    pixels = b"".join(_scan_line(row) * _SCALE for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]) * _SCALE, len(rows) * _SCALE, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def read_digits(png: bytes) -> str | None:
    """Return the digits that a picture of `draw_digits` shows; None for any other picture."""
    chunks = dict(_chunks(png))
    size = picture_size(png)
    if size is None or size[0] * size[1] > _MOST_PIXELS or b"IDAT" not in chunks:
        return None
    try:
        pixels = zlib.decompressobj().decompress(chunks[b"IDAT"], _MOST_PIXELS + size[1])
    except zlib.error:
        return None
    width, height = size
    if len(pixels) != (width + 1) * height or height != (_ROWS + 2 * _MARGIN) * _SCALE:
        return None
    points = [pixels[y * (width + 1) + 1 : (y + 1) * (width + 1) : _SCALE] for y in range(0, height, _SCALE)]
    count = (len(points[0]) - 2 * _MARGIN + _GAP) // (_COLUMNS + _GAP)
    return _digits(points, count)


def picture_size(png: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG file; None where it is none."""
    if png[:8] != _SIGNATURE or png[12:16] != b"IHDR" or len(png) < 24:
        return None
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _width(count: int) -> int:
    return 2 * _MARGIN + count * _COLUMNS + (count - 1) * _GAP


def _scan_line(points: list[int]) -> bytes:
    """Return a line of pixels; the zero before them says that it is not filtered."""
    return b"\0" + b"".join(bytes([point]) * _SCALE for point in points)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    start = len(_SIGNATURE)
    while start + 8 <= len(png):
        (length,) = struct.unpack(">I", png[start : start + 4])
        yield png[start + 4 : start + 8], png[start + 8 : start + 8 + length]
        start += 12 + length


def _digits(points: list[bytes], count: int) -> str | None:
    """Return the digits in rows of points; None where a glyph is none of them."""
    names = {glyph: digit for digit, glyph in _FONT.items()}
    found = ""
    for position in range(count):
        left = _MARGIN + position * (_COLUMNS + _GAP)
        lines = (points[_MARGIN + y][left : left + _COLUMNS] for y in range(_ROWS))
        glyph = " ".join("".join("1" if point == _BLACK else "0" for point in line) for line in lines)
        digit = names.get(glyph)
        if digit is None:
            return None
        found += digit
    return found or None
