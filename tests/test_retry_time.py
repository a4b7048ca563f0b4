"""The time after which a retry may succeed, from headers and texts of upstreams, valid and invalid."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.retry_time import HEADERS, retry_time

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
EPOCH = int(datetime(2026, 11, 28, 15, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("headers", "text", "expected"),
    [
        ({"retry-after": "57600"}, "", "2026-11-29 02:00:00"),
        ({"retry-after": "0"}, "", "2026-11-28 10:00:00"),
        ({"retry-after": "Sat, 28 Nov 2026 11:30:00 GMT"}, "", "2026-11-28 11:30:00"),
        ({"retry-after-ms": "1500"}, "", "2026-11-28 10:00:01"),
        ({"anthropic-ratelimit-unified-reset": str(EPOCH)}, "", "2026-11-28 15:00:00"),
        ({"x-ratelimit-reset": str(EPOCH * 1000)}, "", "2026-11-28 15:00:00"),
        ({"x-ratelimit-reset": "2026-11-28T12:00:00Z"}, "", "2026-11-28 12:00:00"),
        ({"x-ratelimit-reset-requests": "1m30s", "x-ratelimit-reset-tokens": "6ms"}, "", "2026-11-28 10:01:30"),
        ({"retry-after": "60", "x-ratelimit-reset": "3600"}, "", "2026-11-28 10:01:00"),
        ({"x-ratelimit-reset": "30"}, f"Claude AI usage limit reached|{EPOCH}", "2026-11-28 15:00:00"),
        ({}, "You will regain access on 2026-12-01 at 00:00 UTC.", "2026-12-01 00:00:00"),
        ({}, '"resetAt":"2026-11-28T17:00:00.000Z"', "2026-11-28 17:00:00"),
        ({}, "resets 2026-11-28 20:00:00+08:00", "2026-11-28 12:00:00"),
    ],
)
def test_it_is_told(headers: dict[str, str], text: str, expected: str) -> None:
    found = retry_time(headers, text, NOW)
    assert found is not None
    assert f"{found.astimezone(UTC):%Y-%m-%d %H:%M:%S}" == expected


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({}, "Overloaded"),
        ({}, "您的限额将在 2026-11-28 16:20:12 重置。"),
        ({"retry-after": "soon"}, ""),
        ({"retry-after": "-5"}, ""),
        ({"retry-after": "9" * 400}, ""),
        ({"retry-after": "999999999"}, ""),
        ({"retry-after": "Sat, 28 Nov 2020 11:30:00 GMT"}, ""),
        ({"retry-after": "99999999d"}, ""),
        ({}, "usage limit reached|1000000000"),
        ({}, "2026-13-45 at 99:99 UTC"),
    ],
)
def test_nothing_is_told_where_nothing_sound_is_said(headers: dict[str, str], text: str) -> None:
    assert retry_time(headers, text, NOW) is None


@given(st.dictionaries(st.sampled_from(HEADERS), st.text(max_size=40)), st.text(max_size=80))
def test_no_text_of_a_stranger_breaks_it(headers: dict[str, str], text: str) -> None:
    found = retry_time(headers, text, NOW)
    assert found is None or found >= NOW
