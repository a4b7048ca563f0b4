"""The nights rule: what it calls an alarm, and how often it does with quiet and with bad nights."""

import random
from collections.abc import Iterable
from datetime import timedelta
from statistics import median
from typing import Any

import pytest

from probe.model.night import Night, NightState, NightStep
from probe.model.statistics import Bound, Figure
from probe.model.verdict import Answer
from probe.stats.night_baseline import (
    baseline,
    judge_night,
    median_p,
    night_of,
    overdispersion,
    predictive_p,
    series_of,
)
from tests.builders import START, manifest
from tests.stats.sections import durations, section, step, verdict

ALARM, WATCH, QUIET, BASELINE = NightState.ALARM, NightState.WATCH, NightState.QUIET, NightState.BASELINE
LIKE = {"model": "glm", "client": "claude 1", "machine": "m1"}


def night(failed: int = 1, n: int = 30, median_ms: float | None = 2000.0, **changes: Any) -> Night:
    identity = LIKE | changes.pop("identity", {})
    steps = (NightStep(label="call1", n=n, failed=failed, median_ms=median_ms),)
    return Night(date=START, run_id="r", target="relay", identity=identity, steps=steps, **changes)


def told(nights: Iterable[Night]) -> list[Night]:
    """Return the history of these nights, each judged by those before it."""
    history: list[Night] = []
    for each in nights:
        history.append(judge_night(each, history))
    return history


def states(*failed: int, **changes: Any) -> list[NightState]:
    return [each.state for each in told(night(k, **changes) for k in failed)]


def test_three_nights_are_only_a_baseline() -> None:
    assert states(20, 20, 20, 1) == [BASELINE, BASELINE, BASELINE, QUIET]


def test_one_bad_night_is_a_watch_two_running_are_an_alarm() -> None:
    assert states(*[1] * 10, 15, 1, 15, 15, 15, 1)[10:] == [WATCH, QUIET, WATCH, ALARM, ALARM, QUIET]


def test_an_alarm_does_not_become_the_baseline() -> None:
    assert set(states(*[1] * 10, *[15] * 60)[11:]) == {ALARM}


def test_the_watch_that_led_to_an_alarm_is_no_baseline_and_a_lone_one_is() -> None:
    history = told(night(k) for k in [1] * 10 + [15, 1, 15, 15] + [1] * 10)
    assert [each.steps[0].failed for each in baseline(history)].count(15) == 1
    assert len(baseline(history)) == 10 + 1 + 1 + 10 - 7


def test_a_night_must_be_ten_points_worse_however_many_calls_it_has() -> None:
    assert states(*[100] * 10, 190, 190, n=2000)[-2:] == [QUIET, QUIET]
    assert states(*[100] * 10, 900, 900, n=2000)[-2:] == [WATCH, ALARM]


def test_both_nights_must_be_worse_in_the_same_thing() -> None:
    quiet = [night() for _ in range(10)]
    assert told([*quiet, night(15), night(median_ms=9000.0)])[-1].state is WATCH
    history = told([*quiet, night(median_ms=9000.0), night(median_ms=9000.0)])
    assert [each.state for each in history[-2:]] == [WATCH, ALARM]
    (found,) = history[-1].findings
    assert (found.quantity, found.value, found.repeated) == ("median_wall", 9000.0, True)
    assert found.expected == pytest.approx(2000.0)


def test_medians_that_cannot_be_known_are_not_compared() -> None:
    assert set(states(*[0] * 10, median_ms=None, n=4)[3:]) == {QUIET}


def test_a_median_must_be_a_quarter_and_250_ms_longer() -> None:
    def last(usual: float, tonight: float) -> NightState:
        return told([*(night(median_ms=usual) for _ in range(30)), night(median_ms=tonight)])[-1].state

    assert [last(10_000.0, 12_400.0), last(10_000.0, 12_600.0)] == [QUIET, WATCH]
    assert [last(500.0, 740.0), last(500.0, 760.0)] == [QUIET, WATCH]


@pytest.mark.parametrize("name", ["model", "machine"])
def test_another_thing_measured_begins_a_new_series(name: str) -> None:
    history = told(night() for _ in range(10))
    assert judge_night(night(15, identity={name: "other"}), history).state is BASELINE
    assert judge_night(night(15, identity={name: "other"}), history, ignoring={name}).state is WATCH


def test_a_new_client_is_held_against_the_old_one() -> None:
    assert judge_night(night(15, identity={"client": "claude 2"}), told(night() for _ in range(10))).state is WATCH


def test_a_baseline_can_be_begun_anew() -> None:
    history = told([*(night() for _ in range(10)), night(15, begins=True), *(night(15) for _ in range(4))])
    assert [each.state for each in history[10:]] == [BASELINE, BASELINE, BASELINE, QUIET, QUIET]
    assert len(series_of(night(), history)) == 5


def test_the_record_of_a_section() -> None:
    over = Figure(value_ms=60_000.0, bound=Bound.MORE_THAN)
    few = Figure(value_ms=1000.0, bound=Bound.TOO_FEW)
    of_run = manifest()
    steps = (step(failed=6, durations=durations(10, p50=over)), step("call2", durations=durations(10, p50=few)))
    record = night_of(section(*steps, verdict=verdict(Answer.COLD)), of_run)
    assert (record.run_id, record.target, record.verdict) == (of_run.run_id, "relay", Answer.COLD)
    assert [(each.label, each.n, each.failed, each.median_ms, each.median_censored) for each in record.steps] == [
        ("call1", 10, 6, 60_000.0, True),
        ("call2", 10, 0, None, False),
    ]
    assert record.identity == of_run.identity()


def test_overdispersion() -> None:
    assert overdispersion([(1, 20), (1, 20), (1, 20)]) == 0.0
    assert overdispersion([(0, 20), (20, 20)]) == pytest.approx(1.0)
    rng = random.Random(1)
    drawn = [(binomial(rng, 30, rng.betavariate(3.8, 15.2)), 30) for _ in range(2000)]  # rho = 1 / (3.8 + 15.2 + 1)
    assert overdispersion(drawn) == pytest.approx(0.05, abs=0.01)


def test_the_predictive_probability() -> None:
    many = [(50, 1000)] * 200
    # With rho = .05 taken for granted: beta-binomial of n = 1 is a single call, and of n = 2 two correlated ones.
    assert predictive_p(1, 1, many) == pytest.approx(0.05, abs=1e-3)
    assert predictive_p(2, 2, many) == pytest.approx(0.05 * (0.05 + 0.05 * 0.95), abs=1e-3)
    assert predictive_p(0, 30, many) == 1.0
    assert predictive_p(6, 30, [(1, 30)] * 3) > predictive_p(6, 30, [(1, 30)] * 30)
    # Two medians: one degree of freedom, for which t is the Cauchy distribution.
    assert median_p(1000.0, [1000.0, 1000.0]) == pytest.approx(0.5)
    assert median_p(100.0 * 2.718281828**3, [100.0, 100.0 * 2.718281828**2]) == pytest.approx(0.2272, abs=1e-3)


def binomial(rng: random.Random, n: int, p: float) -> int:
    return sum(rng.random() < p for _ in range(n))


def first_alarm(rng: random.Random, rate: float, nights: int, rho: float, n: int = 30, before: int = 30) -> int | None:
    """Count the nights at `rate` until an alarm, after `before` nights at 5 %; None where none comes."""

    def drawn(rate: float) -> Night:
        precision = 1 / rho - 1 if rho else 0.0
        p = rng.betavariate(rate * precision, (1 - rate) * precision) if rho else rate
        return night(binomial(rng, n, p), n, None)

    history = [drawn(0.05).model_copy(update={"state": QUIET}) for _ in range(before)]
    for number in range(1, nights + 1):
        history.append(judge_night(drawn(rate), history))
        if history[-1].state is ALARM:
            return number
    return None


@pytest.mark.parametrize(("rho", "most"), [(0.0, 0.01), (0.05, 0.22)])
def test_ninety_quiet_nights_seldom_give_an_alarm(rho: float, most: float) -> None:
    rng = random.Random(20261121)
    series = 150
    assert sum(first_alarm(rng, 0.05, 90, rho) is not None for _ in range(series)) <= most * series


@pytest.mark.parametrize(
    ("rate", "rho", "least", "delay"),
    [(0.2, 0.0, 0.75, 4), (0.3, 0.0, 0.97, 2), (0.2, 0.05, 0.65, 5), (0.3, 0.05, 0.95, 2)],
)
def test_bad_nights_are_caught(rate: float, rho: float, least: float, delay: int) -> None:
    rng = random.Random(20261122)
    series = 300
    delays = [first_alarm(rng, rate, 10, rho) for _ in range(series)]
    caught = [each for each in delays if each is not None]
    assert len(caught) >= least * series
    assert median(caught) <= delay


def test_dates_do_not_matter_only_the_order() -> None:
    history = told(night().model_copy(update={"date": START + timedelta(hours=hour)}) for hour in range(10))
    assert history[-1].state is QUIET
