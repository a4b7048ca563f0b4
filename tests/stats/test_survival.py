"""The Kaplan-Meier estimate against a textbook's data set, and by hand."""

import numpy as np
import pytest

from probe.stats.survival import SurvivalCurve, kaplan_meier

REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
"""Weeks of remission under 6-MP (Freireich 1963), `+`: censored; the example of most textbooks."""
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
"""Survival, as Kleinbaum & Klein, Survival Analysis, 3rd ed. 2012, chapter 2 has it."""
INTERVALS = {6: (0.6197, 0.9516), 13: (0.4316, 0.8491), 23: (0.1881, 0.6801)}
"""Of the log-log transform, computed by lifelines 0.30.3."""


@pytest.fixture(scope="module")
def curve() -> SurvivalCurve:
    told = [(float(text.rstrip("+")), text.endswith("+")) for text in REMISSION.split()]
    return kaplan_meier(np.array([time for time, _ in told]), np.array([censored for _, censored in told]))


@pytest.mark.parametrize(("time", "share"), PUBLISHED.items())
def test_the_textbooks_example(curve: SurvivalCurve, time: float, share: float) -> None:
    assert curve.survival[curve.time_ms == time] == pytest.approx(share, abs=0.0005)


@pytest.mark.parametrize(("time", "interval"), INTERVALS.items())
def test_its_intervals(curve: SurvivalCurve, time: float, interval: tuple[float, float]) -> None:
    (place,) = np.flatnonzero(curve.time_ms == time)
    assert (curve.low[place], curve.high[place]) == pytest.approx(interval, abs=5e-5)


def test_its_counts(curve: SurvivalCurve) -> None:
    assert curve.at_risk.tolist()[:3] == [21, 17, 16]
    assert (curve.events.sum(), curve.censored.sum()) == (9, 12)


def test_without_censoring_it_is_the_share_that_takes_longer() -> None:
    curve = kaplan_meier(np.array([3.0, 1.0, 2.0, 2.0]), np.zeros(4, dtype=np.bool_))
    assert curve.time_ms.tolist() == [1.0, 2.0, 3.0]
    assert curve.survival.tolist() == pytest.approx([0.75, 0.25, 0.0])
    assert np.isnan([curve.low[-1], curve.high[-1]]).all()


def test_nobody_who_never_ended_lowers_it() -> None:
    curve = kaplan_meier(np.array([5.0, 5.0]), np.ones(2, dtype=np.bool_))
    assert curve.survival.tolist() == [1.0]
    assert np.isnan(curve.low).all()


def test_of_no_calls_there_is_no_curve() -> None:
    assert len(kaplan_meier(np.empty(0), np.empty(0, dtype=np.bool_)).time_ms) == 0
