"""The report of a recording: shares of tokens, and its incidents."""

import pytest

from probe.model.recorded_report import TokenCount
from tests.reporting.recordings import Script, eventful
from tests.stats.recorded_summary import summary


@pytest.mark.parametrize(
    ("count", "asked", "share"),
    [
        (TokenCount(), 0, None),
        (TokenCount(input=100), 100, None),
        (TokenCount(input=100, cache_read=300, cache_creation=100), 500, 0.6),
        (TokenCount(input=0, cache_read=0), 0, None),
        (TokenCount(cache_read=5), 5, 1.0),
    ],
)
def test_the_share_that_was_read_is_of_all_that_was_asked(count: TokenCount, asked: int, share: float | None) -> None:
    assert (count.asked, count.cache_read_share) == (asked, share)


def test_incidents_are_told_once_each_in_their_order() -> None:
    report = summary(eventful())
    numbers = [request.number for request in report.incidents]
    assert numbers == sorted(set(numbers))
    assert set(numbers) == {request.number for request in (*report.failed, *report.recovered, *report.stalls)}
    assert len(numbers) < len(report.failed) + len(report.recovered) + len(report.stalls)
    assert summary(Script()).incidents == ()
