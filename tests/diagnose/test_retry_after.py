"""A refused call tells when it may be made again."""

from datetime import UTC, datetime, timedelta

import pytest

from probe.diagnose.retry_after import retry_at
from probe.model.client import ClientOutput
from probe.model.observation import Observation
from probe.model.request_kind import RequestKind
from tests.builders import START, result
from tests.diagnose.exchanges import observed, status


def test_the_last_attempt_tells_when_to_try_again() -> None:
    early, late = START + timedelta(minutes=1), START + timedelta(hours=1)
    attempts = (status(429, retry_at=late), status(429, 900, retry_at=early))
    assert retry_at(observed(*attempts)) == early
    assert retry_at(observed(*attempts, status(500, 1500))) is None
    assert retry_at(observed()) is None
    beside = status(429, 1500, retry_at=late, kind=RequestKind.BACKGROUND)
    assert retry_at(observed(*attempts, beside)) == early


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Claude AI usage limit reached|1795257000", datetime(2026, 11, 21, 10, 30, tzinfo=UTC)),
        ("it broke", None),
        ("", None),
        (None, None),
    ],
)
def test_without_a_recorder_the_words_of_the_client_tell_it(text: str | None, at: datetime | None) -> None:
    words = ClientOutput(result=result(text=text))
    assert retry_at(Observation(("claude",), START, START, 900.0, 1, words=words)) == at


def test_a_client_without_a_result_tells_nothing() -> None:
    assert retry_at(Observation(("claude",), START, START, 900.0, 1)) is None
