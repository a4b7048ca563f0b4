"""Comparing two sections: intervals of differences, what they come to, and how often chance makes a regression."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from probe.model.comparison import Comparison, Difference, Judgement, Unit
from probe.model.note import NoteCode
from probe.model.outcome import Outcome
from probe.model.report_sections import Section
from probe.model.run_manifest import ClientInfo, Options
from probe.model.statistics import Bound, Estimate, Figure, OutcomeCount, Pairs, StepStatistics
from probe.model.wire import PhaseSource
from probe.stats.compare_sections import compare_sections
from probe.stats.headlines import mover
from probe.stats.rates import wilson_interval
from tests.builders import manifest, scenario, target_info
from tests.builders import step as scripted
from tests.stats.sections import durations, section, step

WORSE, BETTER, SAME, TOO_FEW = Judgement.WORSE, Judgement.BETTER, Judgement.NO_DIFFERENCE_SEEN, Judgement.TOO_FEW


def difference_of(base: StepStatistics, candidate: StepStatistics, quantity: str) -> Difference:
    """Return this quantity of call1, where call2 is alike."""
    found = compare_sections(section(base, step("call2")), section(candidate, step("call2"))).differences
    (wanted,) = (each for each in found if (each.label, each.quantity) == ("call1", quantity))
    return wanted


def rate(k: int, n: int) -> Estimate:
    low, high = wilson_interval(k, n)
    return Estimate(value=k / n, low=low, high=high, n=n)


@pytest.mark.parametrize(
    ("base", "candidate", "low", "high"),
    [
        # Newcombe (1998), table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((0, 20), (10, 10), 0.6791, 1.0),
    ],
)
def test_the_interval_of_a_difference_of_rates(
    base: tuple[int, int], candidate: tuple[int, int], low: float, high: float
) -> None:
    found = mover(rate(*base), rate(*candidate))
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4)


def test_an_end_that_is_missing_leaves_the_other() -> None:
    found = mover(Estimate(value=1.0, low=0.5, n=9), Estimate(value=3.0, low=2.5, high=3.5, n=5))
    assert (found.value, found.low, found.n) == (2.0, None, 5)
    assert found.high == pytest.approx(2 + 0.5**0.5)


@pytest.mark.parametrize(
    ("failed", "judgement", "regression"),
    [(2, SAME, False), (7, SAME, False), (8, WORSE, False), (12, WORSE, True)],
)
def test_a_rate_that_is_worse(failed: int, judgement: Judgement, regression: bool) -> None:
    base = step(n=30, failed=2)
    found = difference_of(base, step(n=30, failed=failed), "failure_rate")
    assert (found.judgement, found.regression, found.unit) == (judgement, regression, Unit.SHARE)
    back = difference_of(step(n=30, failed=failed), base, "failure_rate")
    assert (back.judgement, back.regression) == (BETTER if judgement is WORSE else SAME, False)


def test_more_clean_calls_are_better() -> None:
    assert difference_of(step(n=30, recovered=20), step(n=30), "clean_rate").judgement is BETTER
    assert difference_of(step(n=30), step(n=30, recovered=20), "clean_rate").judgement is WORSE


def test_the_mean_duration() -> None:
    base = step(n=30, durations=durations(30, 2000.0, 200.0))
    slower = difference_of(base, step(n=30, durations=durations(30, 2600.0, 200.0)), "mean_wall")
    assert (slower.judgement, slower.regression) == (WORSE, True)
    assert slower.difference is not None
    assert [slower.difference.value, slower.difference.low] == pytest.approx([600.0, 600 - 200 * 2**0.5])
    # clears 0 by itself, and not when several are looked at
    hardly = difference_of(base, step(n=30, durations=durations(30, 2300.0, 200.0)), "mean_wall")
    assert (hardly.judgement, hardly.regression) == (WORSE, False)


def test_means_up_to_different_timeouts_are_warned_of_and_are_no_regression() -> None:
    base, candidate = (step(n=30, durations=durations(30, ms, 100.0, t)) for ms, t in ((2e3, 60e3), (9e3, 180e3)))
    found = compare_sections(section(base), section(candidate))
    assert found.regressions == ()
    assert [(each.code, each.values["name"]) for each in found.warnings] == [
        (NoteCode.SETTING_DIFFERS, "timeout of call1")
    ]


def exact(value: float, low: float, high: float) -> Figure:
    return Figure(value_ms=value, low_ms=low, high_ms=high, high_bound=Bound.EXACT)


def over(value: float, low: float) -> Figure:
    return Figure(value_ms=value, bound=Bound.MORE_THAN, low_ms=low, high_ms=value, high_bound=Bound.MORE_THAN)


@pytest.mark.parametrize(
    ("base", "candidate", "judgement", "difference"),
    [
        (exact(2e3, 1.8e3, 2.2e3), exact(3e3, 2.8e3, 3.2e3), WORSE, 1e3),
        (exact(3e3, 2.8e3, 3.2e3), exact(2e3, 1.8e3, 2.2e3), BETTER, -1e3),
        (exact(2e3, 1.5e3, 4e3), exact(3e3, 2e3, 5e3), SAME, 1e3),
        (exact(2e3, 1.5e3, 4e3), over(60e3, 5e3), WORSE, None),
        (over(60e3, 5e3), exact(2e3, 1.5e3, 4e3), BETTER, None),
        (exact(2e3, 1.5e3, 9e3), over(60e3, 5e3), TOO_FEW, None),
        (over(60e3, 5e3), over(60e3, 40e3), TOO_FEW, None),
        (exact(2e3, 1.5e3, 4e3), Figure(value_ms=1e3, bound=Bound.TOO_FEW), TOO_FEW, None),
        (Figure(value_ms=2e3), Figure(value_ms=3e3), TOO_FEW, 1e3),
    ],
)
def test_quantiles(base: Figure, candidate: Figure, judgement: Judgement, difference: float | None) -> None:
    found = difference_of(
        step(n=30, durations=durations(30, p90=base)), step(n=30, durations=durations(30, p90=candidate)), "p90_wall"
    )
    assert found.judgement is judgement
    assert (found.difference.value if found.difference else None) == difference
    assert (found.base, found.candidate) == (base, candidate)


def test_five_calls_judge_nothing() -> None:
    found = compare_sections(section(step(n=5)), section(step(n=500, failed=400)))
    assert {each.judgement for each in found.differences} == {TOO_FEW}
    assert found.regressions == ()


def test_sections_without_calls_can_be_compared() -> None:
    assert compare_sections(section(), section(step())).differences == ()
    found = compare_sections(section(step(n=0)), section(step()))
    assert {(each.base, each.judgement) for each in found.differences} == {(None, TOO_FEW)}
    assert compare_sections(section(step(n=0)), section(step(n=0))).differences == ()


def test_outcomes_are_listed_where_they_differ_and_were_not_expected() -> None:
    def refused(n: int, expected: bool) -> OutcomeCount:
        return OutcomeCount(outcome=Outcome.SESSION_IN_USE, cause=None, expected=expected, n=n)

    def listed(*outcomes: OutcomeCount) -> list[str]:
        found = compare_sections(section(step(n=30, failed=2)), section(step(n=30, failed=2, outcomes=outcomes)))
        return [each.quantity for each in found.differences if each.quantity.startswith("outcome.")]

    timed_out = OutcomeCount(outcome=Outcome.TIMED_OUT, cause="overloaded", expected=False, n=2)
    assert listed(timed_out) == []
    assert listed(timed_out, refused(3, True)) == []
    assert listed(timed_out, refused(3, False)) == ["outcome.session_in_use"]
    assert listed(refused(2, False)) == ["outcome.timed_out", "outcome.session_in_use"]


def test_phases_are_compared_where_their_source_is_the_same() -> None:
    def phases(ms: float, source: PhaseSource) -> StepStatistics:
        wait = Estimate(value=ms, low=ms - 10, high=ms + 10, n=10)
        return step(success_phases={"wait": wait}, phases_source=source)

    wire = phases(100.0, PhaseSource.WIRE)
    assert difference_of(wire, phases(200.0, PhaseSource.WIRE), "phase.wait").judgement is WORSE
    changed = compare_sections(section(wire), section(phases(200.0, PhaseSource.CLIENT)))
    assert [each for each in changed.differences if each.quantity == "phase.wait"] == []


def test_what_a_first_call_costs() -> None:
    def pairs(ms: float) -> Pairs:
        return Pairs(
            first="call1", second="call2", n=30, only_first_failed=0, only_second_failed=0, both_failed=0,
            none_failed=30, failure_difference=Estimate(value=0.0, n=30), mcnemar_mid_p=1.0, mcnemar_exact_p=1.0,
            slower_by_ms=500.0, first_slower=0, second_slower=0, alike=30,
            mean_difference_ms=Estimate(value=ms, low=ms - 100, high=ms + 100, n=30), sign_flip_p=None, ratio=None,
        )  # fmt: skip

    found = compare_sections(section(pairs=pairs(500.0)), section(pairs=pairs(900.0)))
    assert [(each.label, each.quantity, each.judgement) for each in found.differences] == [
        ("call1", "first_call_cost", WORSE)
    ]


def test_what_was_not_alike_is_warned_of() -> None:
    base = manifest()
    changed = manifest(
        scenario(scripted(timeout="60s"), scripted("call2")),
        client=ClientInfo(program="claude", version="2.2.0"),
        machine=base.machine.model_copy(update={"id": "ffffffff"}),
        target=target_info(model="glm-5", base_url="https://changed.example"),
        workload="lean",
        driver="messages",
        options=Options(concurrency=4),
    )
    found = compare_sections(section(step()), section(step(), provenance=changed))
    codes = [(each.code, each.values.get("name")) for each in found.warnings]
    assert sorted(codes, key=str) == sorted(
        [
            (NoteCode.SCENARIO_DIFFERS, None),
            (NoteCode.CLIENT_DIFFERS, None),
            (NoteCode.MACHINE_DIFFERS, None),
            (NoteCode.DRIVER_DIFFERS, None),
            (NoteCode.SETTING_DIFFERS, "model"),
            (NoteCode.SETTING_DIFFERS, "workload"),
            (NoteCode.SETTING_DIFFERS, "concurrency"),
        ],
        key=str,
    )
    assert compare_sections(section(step()), section(step())).warnings == ()


def test_two_drivers_of_the_client_are_not_told_of_plain_http() -> None:
    found = compare_sections(section(step()), section(step(), provenance=manifest(driver="claude-live")))
    assert [each.code for each in found.warnings] == [NoteCode.CLIENT_DRIVER_DIFFERS]


def test_sections_of_one_name_are_told_apart() -> None:
    found = compare_sections(section(step()), section(step(n=8), provenance=manifest(run_id="later")))
    assert (found.base, found.candidate) == ("20261121T073000Z", "later")
    assert found.rounds == (10, 8)
    assert (compare_sections(section(step()), section(step(), name="b")).base) == "relay"


def drawn(rng: np.random.Generator, label: str, n: int, p: float, **slower: Any) -> StepStatistics:
    """Return a step of n calls: log-normal durations, a share p of them censored at 20 s."""
    failed: NDArray[np.bool_] = rng.random(n) < p
    wall = np.where(failed, 20_000.0, np.minimum(rng.lognormal(7.6, 0.5, n), 20_000.0))
    half = 2.05 * float(wall.std(ddof=1)) / n**0.5  # t of 29 degrees of freedom is 2.045
    return step(label, n=n, failed=int(failed.sum()), durations=durations(n, float(wall.mean()), half, 20_000.0))


def simulated(rng: np.random.Generator, p: float, q: float, n: int = 30) -> Comparison:
    def both(rate: float) -> Section:
        return section(drawn(rng, "call1", n, rate), drawn(rng, "call2", n, rate))

    return compare_sections(both(p), both(q))


@pytest.mark.parametrize("p", [0.02, 0.1, 0.4])
def test_alike_sections_give_a_regression_in_at_most_one_of_twenty(p: float) -> None:
    rng = np.random.default_rng(20261121)
    series = 400
    assert sum(bool(simulated(rng, p, p).regressions) for _ in range(series)) <= 0.05 * series


def test_a_gross_difference_is_seen() -> None:
    rng = np.random.default_rng(20261122)
    assert sum(bool(simulated(rng, 0.02, 0.4).regressions) for _ in range(100)) >= 95
