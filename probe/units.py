"""Durations as people write them."""

import math
import re

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|min|s|m|h)", re.IGNORECASE)
_PARTS = re.compile(rf"(?:{_PART.pattern}\s*)+", re.IGNORECASE)
_MOST_SHOWN = 60
_MOST_CHARS = 100
_LONGEST_S = 20 * 86_400.0
"""Beyond some 24 days the system's own waits fail."""


def parse_duration_s(text: object) -> float:
    """Return the seconds in `90s`, `1.5m`, `1h30m`, `250ms`, or a bare number (seconds).

    Raises ValueError, in words for a person, for anything else, for negative numbers and for more than 20 days.
    """
    seconds = _sum_of_parts_s(text) if isinstance(text, str) else None
    if seconds is None:
        seconds = _number(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"{shown(text)} is not a duration; write it as 90s, 2m, 1h30m or 250ms")
    if seconds > _LONGEST_S:
        raise ValueError(f"{shown(text)} is longer than 20 days, the longest time there is for anything")
    return seconds


def _sum_of_parts_s(text: str) -> float | None:
    """Return the seconds of parts with units, such as `1h30m`; None for a text that is not made of them."""
    if len(text.strip()) > _MOST_CHARS or not _PARTS.fullmatch(text.strip()):
        return None
    return sum(float(number) * _UNITS_S[unit.lower()] for number, unit in _PART.findall(text))


def _number(value: object) -> float:
    """Return a number, or a text of one, as it is; NaN for all else, and for a text too long to be meant."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    if isinstance(value, str) and len(value.strip()) > _MOST_CHARS:
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def shown(value: object) -> str:
    """Return the value as it was written, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # more digits than Python writes out
        return "a number"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def format_duration(seconds: float) -> str:
    """Format a duration for people, three figures at most: `850 ms`, `1.24 s`, `2 m 05 s`, `1 h 02 m`."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} m {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} m"


def format_bytes(count: int) -> str:
    """Format a size for people: `812 B`, `4.2 kB`, `130 MB`; in powers of 1000."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5:
            return f"{size:.1f} {unit}" if unit != "B" and size < 9.95 else f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
