"""Tokens of recorded requests, in all and over time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from probe.model.client import ModelUsage
from probe.model.recorded_report import TokenBin, TokenCount
from probe.model.recorded_request import RecordedRequest

MOST_BINS = 48
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
_FIELDS = ("input", "output", "cache_read", "cache_creation")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def token_count(requests: Iterable[RecordedRequest]) -> TokenCount:
    """Return the tokens of these requests together."""
    total = TokenCount()
    for request in requests:
        total = add_tokens(total, request.usage)
    return total


def add_tokens(total: TokenCount, usage: ModelUsage | None) -> TokenCount:
    """Return the count with those of one more request; None where its answers did not say what they used."""
    if usage is None:
        return total
    sums = {name: _sum(getattr(total, name), getattr(usage, f"{name}_tokens")) for name in _FIELDS}
    return TokenCount(**sums, answers=total.answers + 1)


def tokens_over_time(requests: Sequence[RecordedRequest]) -> tuple[TokenBin, ...]:
    """Return tokens by time, in stretches of a round number of minutes; those without a request are left out."""
    if not requests:
        return ()
    minutes = _minutes(requests[-1].begun_at - requests[0].begun_at)
    bins: dict[datetime, list[RecordedRequest]] = defaultdict(list)
    for request in requests:
        bins[begin_of(request.begun_at, minutes)].append(request)
    return tuple(
        TokenBin(begins_at=begin, minutes=minutes, requests=len(found), tokens=token_count(found))
        for begin, found in sorted(bins.items())
    )


def begin_of(moment: datetime, minutes: int) -> datetime:
    """Return the beginning of the stretch of so many minutes, counted in UTC, that the moment lies in."""
    step = timedelta(minutes=minutes)
    return _EPOCH + (moment - _EPOCH) // step * step


def _minutes(length: timedelta) -> int:
    wanted = length / timedelta(minutes=1) / MOST_BINS
    return next((minutes for minutes in _MINUTES if minutes >= wanted), _MINUTES[-1])


def _sum(total: int | None, count: int | None) -> int | None:
    return total if count is None else (total or 0) + count
