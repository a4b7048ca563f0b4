"""Recordings in the Python API: frames of requests and exchanges, and never among scripted runs."""

from pathlib import Path

import pytest

import probe
from probe.errors import UsageError
from tests.builders import GOLDEN


def test_requests_have_a_row_each_with_typed_columns(recording: Path) -> None:
    requests = probe.load(recording).requests
    assert len(requests) == 30
    stormy = requests[requests.request == 6].iloc[0]
    assert (stormy.attempts, stormy.outcome, stormy.clean) == (4, "ok", False)
    assert str(requests.begun_at.dtype) == "datetime64[us, UTC]"
    assert requests.silence_ms.max() == 94_000.0
    assert set(requests[requests.kind == "main"].outcome) == {"ok", "bad_request", "timed_out", "interrupted"}


def test_exchanges_name_the_request_and_the_attempt(recording: Path) -> None:
    exchanges = probe.load(recording).exchanges
    assert len(exchanges) == 35
    attempts = exchanges[exchanges.request == 6]
    assert list(attempts.attempt) == [1, 2, 3, 4]
    assert list(attempts.status) == [529, 529, 529, 200]
    assert attempts.begun_at.is_monotonic_increasing


def test_a_recording_has_no_calls_and_a_scripted_run_no_requests(recording: Path) -> None:
    with pytest.raises(UsageError, match="no scripted run"):
        _ = probe.load(recording).calls
    with pytest.raises(UsageError, match="only recordings have requests"):
        _ = probe.load(GOLDEN / "runs" / "plain").requests
