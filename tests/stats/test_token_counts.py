"""Tokens of recorded requests, in all and over time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probe.model.client import ModelUsage
from probe.model.recorded_report import TokenCount
from probe.stats.token_counts import MOST_BINS, add_tokens, begin_of, token_count, tokens_over_time
from tests.reporting.recordings import Script, good
from tests.stats.recorded import recorded
from tests.stats.recorded_summary import summary


def usage(read: int | None, fresh: int) -> dict[str, Any]:
    return good(usage={"input_tokens": fresh, "output_tokens": 5, "cache_read_tokens": read})


def test_tokens_add_up_over_time_and_the_share_is_of_all_that_was_asked() -> None:
    script = Script()
    for at_s, read in ((0, 0), (30, 300), (600, 900)):
        script.request(at_s, usage(read, 100))
    report = summary(script)
    assert report.tokens.asked == sum(each.tokens.asked for each in report.tokens_over_time) == 1500
    assert [each.tokens.cache_read_share for each in report.tokens_over_time] == [0.6, 0.9]
    assert len(report.tokens_over_time) == 2


def test_what_no_answer_says_is_unknown() -> None:
    script = Script()
    script.request(0, good(usage=None))
    assert (summary(script).tokens.input, summary(script).tokens.cache_read_share) == (None, None)


def test_what_one_answer_does_not_say_is_not_lost_from_the_others() -> None:
    first, second = ModelUsage(input_tokens=3, output_tokens=1), ModelUsage(input_tokens=4, cache_read_tokens=0)
    total = token_count([recorded(usage=first), recorded(usage=None), recorded(usage=second)])
    assert (total.input, total.output, total.cache_read, total.cache_creation) == (7, 1, 0, None)
    assert total.answers == 2
    assert add_tokens(TokenCount(), None) == TokenCount() == token_count([])


@pytest.mark.parametrize(
    ("length_min", "minutes"), [(0, 1), (48, 1), (49, 2), (96, 2), (240, 5), (72 * 60, 120), (10_000 * 1440, 1440)]
)
def test_stretches_are_of_a_round_number_of_minutes_and_not_too_many(length_min: int, minutes: int) -> None:
    bins = tokens_over_time([recorded(0), recorded(60 * length_min)])
    assert {each.minutes for each in bins} == {minutes}
    assert length_min / minutes <= MOST_BINS or minutes == 1440


def test_stretches_without_a_request_are_left_out_and_the_rest_is_in_order() -> None:
    bins = tokens_over_time([recorded(at_s) for at_s in (0, 30, 60, 600)])
    assert [each.requests for each in bins] == [2, 1, 1]
    assert [each.begins_at - bins[0].begins_at for each in bins] == [timedelta(minutes=m) for m in (0, 1, 10)]
    assert tokens_over_time([]) == ()


@pytest.mark.parametrize(
    ("moment", "minutes", "begin"),
    [
        (datetime(2026, 11, 21, 7, 44, 59, tzinfo=UTC), 15, datetime(2026, 11, 21, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 21, 7, 45, tzinfo=UTC), 15, datetime(2026, 11, 21, 7, 45, tzinfo=UTC)),
        (datetime(2026, 11, 21, 23, 59, tzinfo=UTC), 1440, datetime(2026, 11, 21, tzinfo=UTC)),
        (datetime(1969, 12, 31, 23, 59, tzinfo=UTC), 60, datetime(1969, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_stretch_begins_at_a_round_time(moment: datetime, minutes: int, begin: datetime) -> None:
    assert begin_of(moment, minutes) == begin
