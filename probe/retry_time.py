"""The time when an upstream that refuses may be asked again, by its headers and its text."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

HEADERS = (
    "retry-after-ms",
    "retry-after",
    "anthropic-ratelimit-unified-reset",
    "x-ratelimit-reset",
    "x-ratelimit-reset-requests",
    "x-ratelimit-reset-tokens",
    "ratelimit-reset",
)
"""Headers that say it, the most certain first; the last are looked at only where no other does."""
_CERTAIN = 3
_LONGEST = timedelta(days=400)
_SECONDS = re.compile(r"\d{1,13}(?:\.\d{1,9})?")
_PARTS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)")
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_YEAR_2001_S, _YEAR_2001_MS = 1e9, 1e12
_EPOCH = re.compile(r"\|(1\d{9})(?!\d)")
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T| at | )(\d\d:\d\d(?::\d\d)?)(?:\.\d+)? ?(Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d)", re.IGNORECASE
)
"""A time with its zone. One without may be of any place, and stays a text."""


def retry_time(headers: Mapping[str, str], text: str, now: datetime) -> datetime | None:
    """Return when a request that was refused at `now` may be retried; None where nothing says it, or nonsense."""
    certain = (*_of_headers(HEADERS[:_CERTAIN], headers, now), *_in_text(text))
    if (first := next(_plausible(certain, now), None)) is not None:
        return first
    return max(_plausible(_of_headers(HEADERS[_CERTAIN:], headers, now), now), default=None)


def _plausible(moments: Iterable[datetime], now: datetime) -> Iterator[datetime]:
    """Return the moments that are neither past nor too far ahead."""
    return (when for when in moments if timedelta(0) <= when - now <= _LONGEST)


def _of_headers(names: Sequence[str], headers: Mapping[str, str], now: datetime) -> Iterator[datetime]:
    for name in names:
        when = _of_header(name, headers[name].strip(), now) if name in headers else None
        if when is not None:
            yield when


def _of_header(name: str, value: str, now: datetime) -> datetime | None:
    if _SECONDS.fullmatch(value):
        number = float(value)
        if name == "retry-after-ms":
            return now + timedelta(milliseconds=number)
        return _of_number(number, now)
    parts = _PARTS.findall(value)
    if parts and "".join(number + unit for number, unit in parts) == value:
        seconds = sum(float(number) * _UNITS_S[unit] for number, unit in parts)
        return now + timedelta(seconds=seconds) if seconds <= _LONGEST.total_seconds() else None
    return _date(value) or next(_in_text(value), None)


def _of_number(number: float, now: datetime) -> datetime | None:
    """Read seconds or ms since 1970, or seconds from now; the size of the number tells which."""
    if number >= _YEAR_2001_MS:
        number /= 1000
    if number >= _YEAR_2001_S:
        return datetime.fromtimestamp(number, UTC) if number < 1e11 else None
    return now + timedelta(seconds=math.ceil(number))


def _date(value: str) -> datetime | None:
    """Parse a date as HTTP writes it."""
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _in_text(text: str) -> Iterator[datetime]:
    """Yield moments that a text names for certain: `reached|1762952400`, `2026-06-01 at 00:00 UTC`."""
    for found in _EPOCH.finditer(text):
        yield datetime.fromtimestamp(int(found[1]), UTC)
    for found in _ISO.finditer(text):
        zone = found[3].upper()
        offset = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone
        try:
            yield datetime.fromisoformat(f"{found[1]}T{found[2]}{offset}")
        except ValueError:
            continue
