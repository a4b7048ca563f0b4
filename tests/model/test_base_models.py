"""Times and texts of all models."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from probe.model.base_models import utc_text
from probe.model.events import CallFinished
from probe.model.target import Target
from tests.builders import call


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert utc_text(datetime(2026, 11, 21, 7, 30, 0, 123_987, UTC)) == "2026-11-21T07:30:00.123Z"


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    moment = datetime(2026, 11, 21, 8, 30, tzinfo=timezone(timedelta(hours=1)))
    assert utc_text(moment) == "2026-11-21T07:30:00.000Z"
    assert '"started_at":"2026-11-21T07:30:00.000Z"' in call(started_at=moment).model_dump_json()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="zone"):
        call(started_at=datetime(2026, 11, 21))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_beyond_the_calendar_is_refused(moment: str) -> None:
    with pytest.raises(ValidationError, match="no calendar has"):
        CallFinished.model_validate({"call": {**call().model_dump(), "started_at": moment}})


@pytest.mark.parametrize("text", ["half a letter: \ud83d", "a byte of another encoding: \udcff"])
def test_text_that_cannot_be_handed_to_a_program_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="half of a letter, or a byte that is no text"):
        Target(name="relay", base_url="http://127.0.0.1:9", model="m", env={"NAME": text})
