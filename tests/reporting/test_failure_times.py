"""The party that has to act on a failure: it passed where a later call succeeded."""

from datetime import datetime, timedelta

from probe.model.fault_party import party_of
from probe.model.outcome import Outcome
from probe.reporting.failure_times import FailureTimes
from tests.builders import START


def later(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def test_a_failure_passes_where_a_later_call_succeeded() -> None:
    times = FailureTimes()
    for minutes, failed in ((1, False), (5, True), (3, True), (4, False), (2, False)):
        times.note(Outcome.AUTH, "401" if failed else None, later(minutes), failed=failed)
    assert times.party(Outcome.AUTH, "401") is party_of(Outcome.AUTH, "401", passes=True)
    lasting = FailureTimes()
    lasting.note(Outcome.OK, None, later(1), failed=False)
    lasting.note(Outcome.AUTH, "401", later(1), failed=True)
    assert lasting.party(Outcome.AUTH, "401") is party_of(Outcome.AUTH, "401", passes=False)
    assert party_of(Outcome.AUTH, "401", passes=True) is not party_of(Outcome.AUTH, "401", passes=False)
