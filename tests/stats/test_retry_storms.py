"""Times in which many attempts failed."""

from datetime import timedelta

import pytest

from probe.model.outcome import Outcome
from probe.stats.retry_storms import retry_storms
from tests.builders import START
from tests.reporting.recordings import Script, good, refused
from tests.stats.recorded import recorded
from tests.stats.recorded_summary import summary


def test_three_attempts_or_three_requests_at_once_are_a_storm() -> None:
    script = Script()
    script.request(0, refused(), good())
    script.request(100, refused(), refused(), good())
    for at_s in (300, 301, 302):
        script.request(at_s, refused(), good(), wait_s=5)
    first, second = summary(script).storms
    assert (first.requests, first.attempts, first.endings) == (1, 3, {"529 overloaded_error": 2})
    assert (second.requests, second.attempts, second.failed) == (3, 6, 0)


TWICE, THRICE = ("529", "good"), ("529", "reset", "good")


@pytest.mark.parametrize(
    ("begun", "storms"),
    [
        ([], 0),
        ([(0, TWICE), (5, TWICE)], 0),
        ([(0, TWICE), (5, TWICE), (10, TWICE)], 1),
        ([(0, THRICE)], 1),
        ([(0, THRICE), (31, TWICE)], 1),
        ([(0, THRICE), (31.1, THRICE)], 2),
        ([(0, TWICE), (5, ("good",)), (31.1, TWICE), (62.2, TWICE)], 0),
    ],
)
def test_attempts_are_near_each_other_within_thirty_seconds(
    begun: list[tuple[float, tuple[str, ...]]], storms: int
) -> None:
    assert len(retry_storms([recorded(at_s, endings=endings) for at_s, endings in begun])) == storms


def test_a_long_request_keeps_a_storm_together() -> None:
    (storm,) = retry_storms([recorded(0, 100, TWICE), recorded(1, 1, TWICE), recorded(129, 1, TWICE)])
    assert (storm.requests, storm.begun_at, storm.ended_at) == (3, START, START + timedelta(seconds=130))


def test_a_storm_counts_attempts_without_an_answer_the_most_frequent_first() -> None:
    failed = recorded(2, endings=("reset", "529", "529"), outcome=Outcome.OVERLOADED)
    (storm,) = retry_storms([recorded(0, endings=THRICE), failed])
    assert (storm.attempts, storm.failed) == (6, 1)
    assert list(storm.endings.items()) == [("529", 3), ("reset", 2)]
