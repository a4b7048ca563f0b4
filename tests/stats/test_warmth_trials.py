"""Trials of how long the upstream stays warm, and what a report says of them."""

from typing import Any

import pytest

from probe.model.call import Call
from probe.model.outcome import Outcome
from probe.model.warmth import Warmth
from probe.model.wire import Phases, PhaseSource, WireSummary
from tests.builders import call, manifest, scenario, step
from tests.stats.frames import section

SCRIPT = scenario(step(), step("call2"), gap="5s", gap_upto="15m")


def pair(number: int, idle_s: float | None, ttft_ms: float | None, **second: Any) -> list[Call]:
    """Return a round: a first call with this idle time before it and this time to its first content (None: failed)."""
    idle: dict[str, Any] = {"idle_before_ms": None if idle_s is None else idle_s * 1000}
    first = (
        call(number, 1, Outcome.TIMED_OUT, **idle)
        if ttft_ms is None
        else call(number, 1, wire=WireSummary(attempts=1, ttft_ms=ttft_ms), **idle)
    )
    return [first, call(number, 2, **{"wire": WireSummary(attempts=1, ttft_ms=40.0), **second})]


def warmth(*rounds: list[Call]) -> Warmth:
    found = section([each for both in rounds for each in both], manifest(SCRIPT), len(rounds))
    assert (found.verdict, found.pairs) == (None, None)
    assert found.warmth
    return found.warmth


def test_a_call_is_cold_by_its_first_content_or_as_it_failed() -> None:
    found = warmth(pair(1, None, 900.0), pair(2, 10, 60.0), pair(3, 20, 1039.0), pair(4, 40, 1041.0), pair(5, 80, None))
    assert (found.reference_ms, found.cold_from_ms) == (40.0, 1040.0)
    assert [(each.cold, each.failed) for each in found.trials] == [
        (False, False), (False, False), (True, False), (True, True)
    ]  # fmt: skip
    assert (found.n, found.left_out) == (4, 0)
    assert (found.last_warm_ms, found.first_cold_ms) == (20_000.0, 40_000.0)
    assert (found.warm_n, found.warm_cold, found.cold_n, found.cold_cold) == (2, 0, 2, 2)


def test_what_it_waited_for_retries_is_a_part_of_the_wait() -> None:
    retried = call(2, 1, idle_before_ms=10_000.0, wire=WireSummary(attempts=2, ttft_ms=50.0),
                   phases=Phases(source=PhaseSource.WIRE, boot_ms=300.0, retries_ms=2000.0))  # fmt: skip
    (trial,) = warmth(pair(1, None, 60.0), [retried, pair(2, None, 60.0)[1]]).trials
    assert (trial.cold, trial.first_content_ms) == (True, 2050.0)
    assert trial.idle_ms == 10_300.0, "until the client's request, not until its start"


def test_a_call_after_a_failed_one_is_no_trial() -> None:
    failed = {"outcome": Outcome.OVERLOADED, "wire": None}
    found = warmth(pair(1, None, 60.0, **failed), pair(2, 10, 60.0), pair(3, 20, 60.0))
    assert (found.n, found.left_out) == (1, 1)
    assert [each.idle_ms for each in found.trials] == [20_000.0]


def test_nothing_can_be_said_without_trials() -> None:
    found = warmth(pair(1, None, 60.0))
    assert (found.n, found.last_warm_ms, found.first_cold_ms, found.low_ms, found.high_ms) == (
        0,
        None,
        None,
        None,
        None,
    )


def test_levels_join_what_lies_close_together() -> None:
    idle = [10.0, 10.4, 30.0, 30.1, 30.2, 600.0]
    found = warmth(pair(1, None, 60.0), *(pair(number, each, 60.0 if each < 20 else 3000.0)
                                          for number, each in enumerate(idle, 2)))  # fmt: skip
    assert [(each.n, each.cold, each.fitted_share) for each in found.levels] == [(2, 0, 0.0), (3, 3, 1.0), (1, 1, 1.0)]
    assert found.levels[0].idle_ms == pytest.approx(10_200)


def test_one_idle_time_for_all_is_no_search() -> None:
    assert section(pair(1, 5, 60.0), manifest()).warmth is None
