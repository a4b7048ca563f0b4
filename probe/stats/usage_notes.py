"""Remarks on what calls used, and on when what they may use ran out."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT
from probe.model.spending import ANSWERED
from probe.model.statistics import StepStatistics
from probe.stats.frame import Frame
from probe.stats.frame_columns import Bools

_ANSWERED = [outcome.number for outcome in ANSWERED]
_LEAST = 2
"""So many calls are no chance."""


def unknown_usage(calls: Frame) -> Bools:
    """Return which calls were answered while nobody said what they used."""
    return np.isnan(calls["input"]) & np.isin(calls["outcome"], _ANSWERED)


def account_notes(calls: Frame, rounds: NDArray[np.float64]) -> Iterator[Note]:
    """Yield the notes; `rounds` holds the number by which each call's round is named."""
    unknown = int(np.count_nonzero(unknown_usage(calls)))
    if unknown:
        answered = int(np.count_nonzero(np.isin(calls["outcome"], _ANSWERED)))
        yield Note(code=NoteCode.USAGE_UNKNOWN, values={"count": unknown, "n": answered})
    yield from _quota_ended(calls, rounds)
    yield from _retry_at(calls)


def cache_notes(steps: Sequence[StepStatistics]) -> Iterator[Note]:
    """Yield which steps read nothing from the prompt cache where they repeat a prompt: not one call, but most."""
    for step in steps:
        cache = step.cache
        if cache and cache.expected >= _LEAST and cache.expected_unread * 2 > cache.expected:
            values = {"label": step.label, "count": cache.expected_unread, "n": cache.expected}
            yield Note(code=NoteCode.CACHE_NOT_READ, values=values)


def _quota_ended(calls: Frame, rounds: NDArray[np.float64]) -> Iterator[Note]:
    """Yield since when all calls were refused, where an account ran out in the middle of them."""
    order = np.argsort(calls["started_s"], kind="stable")
    good = np.flatnonzero(~calls.are("failed")[order])
    if not len(good):
        return
    after = order[good[-1] + 1 :]
    refused = _refused(calls)[after]
    if np.count_nonzero(refused) < _LEAST:
        return
    after = after[int(np.argmax(refused)) :]
    yield Note(
        code=NoteCode.QUOTA_ENDED,
        values={
            "round": int(rounds[after[0]]),
            "since": _utc(float(calls["started_s"][after[0]])),
            "count": int(np.count_nonzero(_refused(calls)[after])),
            "n": len(after),
        },
    )


def _retry_at(calls: Frame) -> Iterator[Note]:
    """Yield when to try again, of the call that was put off the longest."""
    deferred = np.flatnonzero(~np.isnan(calls["retry_at_s"]))
    if not len(deferred):
        return
    last = deferred[int(np.argmax(calls["retry_at_s"][deferred]))]
    when_s, begun_s = float(calls["retry_at_s"][last]), float(calls["started_s"][last])
    wait_ms = max(when_s - begun_s, 0.0) * 1000
    yield Note(code=NoteCode.RETRY_AT, values={"when": _utc(when_s), "wait_ms": wait_ms})


def _utc(moment_s: float) -> str:
    return f"{datetime.fromtimestamp(moment_s, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _refused(calls: Frame) -> Bools:
    """Return which calls failed since the account had run out."""
    causes = np.array([cause == USAGE_LIMIT for cause in calls.causes] or [False])
    limited = causes[calls["cause"].astype(np.intp)] & (calls["outcome"] == Outcome.RATE_LIMITED.number)
    refused: Bools = (calls["outcome"] == Outcome.BILLING.number) | limited
    return refused
