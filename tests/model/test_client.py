"""The client's own account of a call: how long its first content took."""

from typing import Any

import pytest

from probe.model.client import Retry
from tests.builders import words


@pytest.mark.parametrize(
    ("changes", "ttft_ms"),
    [
        ({}, 40.0),  # the wait that it names, and from the first event to the first content
        ({"wait_ms": None}, 50.0),  # from the request that it announced
        ({"wait_ms": None, "retries": (Retry(attempt=1),)}, None),
        ({"wait_ms": None, "attempts_started": 2}, None),
        ({"wait_ms": None, "requesting_at_ms": None}, None),
        ({"attempts_started": 2}, 40.0),
        ({"first_content_at_ms": None}, None),
        ({"first_event_at_ms": None}, None),
    ],
)
def test_the_first_content_is_told_only_where_one_request_counts(
    changes: dict[str, Any], ttft_ms: float | None
) -> None:
    assert words(**changes).ttft_ms == ttft_ms
