"""The better of two targets is told, and several alike ones seldom seem to differ."""

from itertools import combinations

import numpy as np
import pytest

from probe.model.comparison import Comparison, Side
from probe.model.report_sections import Section
from probe.render.comparison_conclusion import conclusion
from probe.render.comparison_markdown import render_comparison
from probe.stats.compare_targets import SectionPair, compare_pairs, holm
from probe.stats.durations import durations
from probe.texts import Texts
from tests.stats.sections import section, step

TIMEOUT_MS = 180_000.0


def target(failed: int, n: int = 60, median_ms: float = 2000.0, name: str = "relay", seed: int = 1) -> Section:
    """Return a target of one step whose calls scatter by 30 %, the first ones failing at once."""
    wall = np.random.default_rng(seed).lognormal(np.log(median_ms), 0.3, n)
    gone = np.arange(n) < failed
    found = durations(np.where(gone, 400.0, wall), np.full(n, TIMEOUT_MS), gone, ~gone)
    return section(step(n=n, failed=failed, durations=found), name=name)


def compared(*targets: Section) -> list[Comparison]:
    return list(compare_pairs([SectionPair(*two, interleaved=True) for two in combinations(targets, 2)]))


def test_holm_s_method_gives_its_textbook_values() -> None:
    # Holm (1979): the least p times m, the next times m - 1, and none below the one before
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


@pytest.mark.parametrize("turned", [False, True])
def test_the_side_that_fails_less_is_better_whichever_it_is(turned: bool) -> None:
    sides = [target(30, name="flaky"), target(2, name="steady", seed=2)]
    (found,) = compared(*(sides[::-1] if turned else sides))
    assert found.better is (Side.BASE if turned else Side.CANDIDATE)
    assert found.p < 0.001
    said = conclusion(found, Texts())
    assert said.startswith(
        "steady is better than flaky: call1 failed in 3 % of calls instead of 50 %, a difference of −47 points ("
    )


def test_a_side_that_is_quicker_is_better_by_its_time() -> None:
    (found,) = compared(target(0, name="slow", median_ms=6000.0), target(0, name="quick", seed=2))
    assert found.decided_by is not None
    assert found.decided_by.quantity == "mean_wall"
    assert conclusion(found, Texts()).startswith("quick is better than slow: call1 took 2.")


def test_where_each_side_is_better_in_something_none_is_called_better() -> None:
    first = section(step("call1", n=60, failed=30, durations=target(30).steps[0].durations), step("call2", n=60))
    second = section(step("call1", n=60), step("call2", n=60, failed=30, durations=target(30).steps[0].durations))
    (found,) = compared(first, second.model_copy(update={"name": "other"}))
    assert (found.better, found.mixed) == (None, True)
    assert conclusion(found, Texts()).startswith("Neither relay nor other is better in everything: ")


def test_each_side_s_health_is_said_below_the_conclusion() -> None:
    (found,) = compared(target(30, name="flaky"), target(2, name="steady", seed=2))
    said = render_comparison(found, Texts()).splitlines()
    assert said[2].startswith("**steady is better than flaky: ")
    assert [line[:9] for line in said[4:6]] == ["- flaky: ", "- steady:"]


def test_of_several_targets_the_level_is_adjusted_and_that_is_named() -> None:
    """Alone this pair is told apart; as one of 15 pairs of six targets it is not."""
    fewer, more = target(3, name="a"), target(13, name="b", seed=2)
    (alone,) = compared(fewer, more)
    assert alone.better is Side.BASE
    assert alone.family == 1
    several = compared(fewer, more, *(target(8, name=name, seed=at) for at, name in enumerate("cdef", 3)))
    same = several[0]
    assert (same.base, same.candidate, same.family) == ("a", "b", 15)
    assert same.p > alone.p
    assert same.better is None
    assert not same.regressions
    assert "Of 15 comparisons made together" in render_comparison(same, Texts())


def test_alike_targets_seem_to_differ_in_at_most_a_twentieth() -> None:
    """Four targets that fail in 10 % each, and take equally long: 300 times, 30 calls a target, seed 7."""
    random = np.random.default_rng(7)
    wrong = 0
    for trial in range(300):
        targets = [target(int(random.binomial(30, 0.1)), 30, name=str(at), seed=trial * 10 + at) for at in range(4)]
        wrong += any(found.better or found.mixed or found.regressions for found in compared(*targets))
    assert wrong <= 0.05 * 300
