"""The few figures of a recording at its end."""

import pytest

from probe.model.outcome import Flag
from probe.model.recording_tally import RequestStall, recovered_from
from probe.model.request_kind import RequestKind
from tests.stats.recorded import recorded

IDS = ({"request-id": "req_1"}, {"request-id": "req_2"})


@pytest.mark.parametrize(
    ("ids", "attempt", "found"),
    [(IDS, 1, "req_1"), (IDS, 2, "req_2"), (IDS, None, "req_2"), (IDS, 3, None), ((), 1, None), ((), None, None)],
)
def test_a_stall_has_the_id_of_the_attempt_that_was_silent(
    ids: tuple[dict[str, str], ...], attempt: int | None, found: str | None
) -> None:
    stall = RequestStall.of(recorded(request_ids=ids, silent_attempt=attempt, silence_ms=40_000.0))
    assert (stall.request_id, stall.silence_ms) == (found, 40_000.0)


def test_what_was_recovered_from_is_of_main_requests_the_most_frequent_first() -> None:
    retried = (Flag.RETRIED,)
    requests = [
        recorded(endings=("reset", "529", "529", "good"), flags=retried),
        recorded(endings=("500", "good"), kind=RequestKind.BACKGROUND, flags=retried),
        recorded(endings=("401", "good")),
        recorded(),
    ]
    assert list(recovered_from(requests).items()) == [("529", 2), ("reset", 1)]
    assert recovered_from([]) == {}
