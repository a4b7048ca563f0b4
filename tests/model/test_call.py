"""A call, and what it counts as."""

import pytest
from pydantic import ValidationError

from probe.model.call import Call
from probe.model.outcome import Outcome
from probe.model.scenario import Scenario
from tests.builders import call, flags, scenario


@pytest.mark.parametrize(
    ("made", "ok", "as_expected", "clean", "counts"),
    [
        (call(), True, True, True, True),
        (call(flags=flags("left_processes")), True, True, True, True),
        (call(flags=flags("retried")), True, True, False, True),
        (call(flags=flags("left_processes", "model_mismatch", "fake_stream")), True, True, True, True),
        (call(flags=flags("fallback_non_streaming")), True, True, False, True),
        (call(outcome=Outcome.AUTH), False, False, False, True),
        (call(outcome=Outcome.AUTH, expected_outcome=Outcome.AUTH), False, True, True, True),
        (call(expected_outcome=Outcome.AUTH), True, False, False, True),
        (call(outcome=Outcome.INTERRUPTED), False, False, False, False),
    ],
)
def test_what_a_call_counts_as(made: Call, ok: bool, as_expected: bool, clean: bool, counts: bool) -> None:
    assert (made.ok, made.as_expected, made.clean, made.counts) == (ok, as_expected, clean, counts)


def test_what_is_stored_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        call().round = 2  # type: ignore[misc]


def test_a_newer_probe_s_keys_are_dropped_in_calls_but_refused_in_scenarios() -> None:
    assert Call.model_validate({**call().model_dump(mode="json"), "novelty": 1}) == call()
    with pytest.raises(ValidationError, match="novelty"):
        Scenario.model_validate({**scenario().model_dump(by_alias=True), "novelty": 1})
