"""Figures as people read them, which claim no more than is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.note import Note, NoteCode
from probe.model.statistics import Bound, Figure, Tokens
from probe.render import sentences as say
from probe.render.numbers import (
    NOTHING,
    count_text,
    duration_text,
    estimate_number,
    figure_interval,
    interval_text,
    number_text,
    odds_text,
    points_text,
    rising,
    usage_texts,
)
from probe.render.pair_rows import pair_rows
from tests.render.sections import (
    cold_section,
    estimate,
    pairs,
)
from tests.render.spoken import EN, ZH


@given(st.floats(1e-12, 0.5))
def test_odds_never_make_a_probability_smaller_than_it_is(p: float) -> None:
    n = int(odds_text(p, EN).removeprefix("1 in ").replace(",", ""))
    assert 1 / n >= p * (1 - 1e-6)
    assert n == 1_000_000 or n >= 0.9 / p - 1


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0"), (1.0, "100"), (0.17, "17"), (-0.05, "−5"), (0.004, "0.4"), (0.9996, "99.9"), (0.9949, "99.5")],
)
def test_a_share_is_not_rounded_to_certainty(share: float, text: str) -> None:
    assert points_text(share) == text


@pytest.mark.parametrize(("ms", "text"), [(None, "–"), (3430.0, "3.43 s"), (-850.0, "−850 ms"), (-0.2, "0 ms")])
def test_durations(ms: float | None, text: str) -> None:
    assert duration_text(ms) == text


@pytest.mark.parametrize(
    ("figure", "text", "interval"),
    [
        (Figure(value_ms=3400.0, low_ms=3000.0, high_ms=4000.0, high_bound=Bound.EXACT), "3.40 s", "3.00 s to 4.00 s"),
        (Figure(value_ms=180_000.0, bound=Bound.MORE_THAN), "> 3 m 00 s", "–"),
        (Figure(value_ms=21_000.0, bound=Bound.TOO_FEW, low_ms=900.0), "≥ 21.0 s (n too small)", "–"),
        (Figure(value_ms=None, bound=Bound.TOO_FEW), "n too small", "–"),
        (
            Figure(value_ms=9000.0, low_ms=3000.0, high_ms=90_000.0, high_bound=Bound.MORE_THAN),
            "9.00 s",
            "3.00 s to > 90.0 s",
        ),
    ],
)
def test_figures(figure: Figure, text: str, interval: str) -> None:
    assert say.figure_text(figure, EN) == text
    assert say.figure_interval(figure, EN) == interval


def test_estimates() -> None:
    assert say.estimate_ms(estimate(1200.0, 400.0, 2000.0), EN) == "1.20 s (400 ms to 2.00 s)"
    assert say.estimate_ms(estimate(1200.0), EN) == "1.20 s"
    assert say.estimate_share(estimate(0.17, 0.07, 0.34), EN) == "17 % (7 % to 34 %)"
    assert say.estimate_share(estimate(0.17, 0.07, 0.34), ZH) == "17%（7% 至 34%）"
    assert say.estimate_share(estimate(0.0, 0.0, 0.1), EN) == "0 % (at most 10 %)"
    assert say.estimate_share(estimate(0.0, None, 0.1), EN) == "0 % (at most 10 %)"
    assert say.estimate_share(estimate(1.0, 0.9, 1.0), EN) == "100 % (at least 90 %)"
    assert say.estimate_share(estimate(0.0, -0.1, 0.1), EN) == "0 % (−10 % to 10 %)"
    assert say.estimate_share(None, EN) == "–"


def test_a_higher_quantile_is_at_least_what_a_lower_one_is() -> None:
    def figure(value_ms: float | None, bound: Bound = Bound.EXACT) -> Figure:
        return Figure(value_ms=value_ms, bound=bound)

    few = Bound.TOO_FEW
    shown = rising({"p50": figure(480.0), "p75": figure(492.0), "p90": figure(477.0, few), "p95": figure(600.0, few),
                    "p99": figure(None, few)})  # fmt: skip
    assert [each.value_ms for each in shown.values()] == [480.0, 492.0, 492.0, 600.0, None]
    long = rising({"p75": figure(900.0, Bound.MORE_THAN), "p90": figure(900.0, Bound.MORE_THAN)})
    assert [each.bound for each in long.values()] == [Bound.MORE_THAN] * 2


def test_numbers_below_nothing_have_a_minus_and_no_hyphen() -> None:
    falling = Note(code=NoteCode.DRIFT, values={"label": "call1", "direction": "faster", "tau": -0.538, "p": 0.008})
    assert "−0.538" in say.note_sentence(falling, EN)
    rows = dict(pair_rows(cold_section(), pairs(30), EN))
    assert rows[EN("pairs.difference_one_sided")] == "−100 points; 100 points"
    assert number_text(-2.4, ".2f") == "−2.40"
    assert number_text(2e-05) == "2e-05"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.01, "1"), (0.99, "99"), (0.005, "0.5"), (0.995, "99.5"), (0.00001, "<0.01"), (0.0001, "0.01"), (-1.0, "−100")],
)
def test_a_share_near_an_end_has_a_digit_more(share: float, text: str) -> None:
    assert points_text(share) == text


def test_half_a_point_is_rounded_up() -> None:
    assert [points_text(share) for share in (0.125, 0.375)] == ["13", "38"]


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.5, "1 in 2"),
        (1 / 3, "1 in 3"),
        (0.1, "1 in 10"),
        (0.00123, "1 in 810"),
        (1e-6, "1 in 1,000,000"),
        (0.0, "1 in 1,000,000"),
    ],
)
def test_odds_have_two_digits(p: float, text: str) -> None:
    assert odds_text(p, EN) == text


def test_an_interval_may_have_one_end_or_none() -> None:
    assert interval_text("7", "34", EN) == "7 to 34"
    assert interval_text("7", None, EN) == "at least 7"
    assert interval_text(None, "34", EN) == "at most 34"
    assert interval_text(None, None, EN) == "–"


def test_numbers_without_a_unit_have_their_interval() -> None:
    assert estimate_number(estimate(7.1, 5.2, 8.94), EN) == "7.1 (5.2 to 8.94)"
    assert estimate_number(estimate(-7.1), EN) == "−7.1"
    assert estimate_number(None, EN) == NOTHING


def test_counts_have_commas_and_unknown_ones_a_dash() -> None:
    assert [count_text(count) for count in (0, 999, 105_010, None)] == ["0", "999", "105,010", "–"]


def test_usage_that_came_unmetered_is_unknown_and_what_nobody_tells_of_is_a_dash() -> None:
    metered = Tokens(input=105_010, output=3, cache_read=None, cost_usd=1.25)
    assert usage_texts(metered, EN) == ("105,010", "3", "–", "1.2500")
    assert usage_texts(Tokens(unknown=2), EN) == ("unknown",) * 4
    assert usage_texts(Tokens(input=5, unknown=2), EN)[:2] == ("5", "unknown")


def test_of_a_figure_with_a_low_end_alone_that_is_said() -> None:
    exact = Figure(value_ms=5000.0, low_ms=3000.0)
    assert figure_interval(exact, EN) == "at least 3.00 s"
    few = Figure(value_ms=5000.0, low_ms=3000.0, high_ms=9000.0, high_bound=Bound.TOO_FEW)
    assert figure_interval(few, EN) == "at least 3.00 s"
