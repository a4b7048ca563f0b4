"""The chart of the share of calls that had succeeded by a time."""

from itertools import pairwise

import pytest

from probe.model.chart import Charts, Ecdf
from probe.model.choices import Language
from probe.render import charts
from probe.texts import Texts
from tests.render.drawn_charts import EN, SECTION, drawn, place, words
from tests.render.samples import section


def test_the_curve_of_calls_that_failed_ends_below_one_and_says_how_many() -> None:
    spec = charts.ecdf_chart(SECTION, EN)
    root = drawn(spec)
    assert [word for word in words(root) if "failed" in word] == ["call1: 9 of 30 failed"]
    assert "call1: 70% of 30 succeeded in the end; call2: 100% of 30" in spec["description"]
    points = spec["layer"][0]["data"]["values"]
    assert max(each["share"] for each in points if each["step"] == "call1") == pytest.approx(0.7)
    assert max(each["ms"] for each in points if each["step"] == "call1") == 180_000


@pytest.mark.parametrize("language", Language)
def test_a_call_that_ended_early_is_not_said_to_be_still_running(language: Language) -> None:
    """Hold that a call cut short after half a second is said to have failed, but not to run still."""
    told = " ".join(words(drawn(charts.ecdf_chart(SECTION, Texts(language)))))
    assert "never" not in told
    assert "未完成" not in told


@pytest.mark.parametrize("reached", [0.0, 0.5, 0.98])
def test_what_is_said_of_curves_that_end_alike_can_be_read(reached: float) -> None:
    curves = [
        Ecdf(label=label, n=12, points=((500.0, reached),), censored=6, horizon_ms=8_000.0) for label in ("a", "b", "c")
    ]
    root = drawn(charts.ecdf_chart(section(charts=Charts(ecdfs=tuple(curves))), EN))
    said = [each for each in root.iter("text") if "of 12 failed" in (each.text or "")]
    heights = sorted(place(each)[1] for each in said)
    assert len(heights) == 3
    assert all(lower - upper >= 12 for upper, lower in pairwise(heights))
    assert heights[0] >= 0
    assert {each.get("fill") for each in said} == {"var(--ink)"}


def test_steps_differ_in_more_than_colour() -> None:
    root = drawn(charts.ecdf_chart(SECTION, EN))
    dashes = {each.get("stroke"): each.get("stroke-dasharray") for each in root.iter("path") if each.get("stroke")}
    assert dashes["var(--step1)"] != dashes["var(--step2)"]


def test_a_curve_begins_at_the_floor_and_ends_at_the_horizon() -> None:
    curve = Ecdf(label="call1", n=4, points=((500.0, 0.25), (900.0, 0.5)), censored=2, horizon_ms=8000.0)
    spec = charts.ecdf_chart(section(charts=Charts(ecdfs=(curve,))), EN)
    points = [(point["ms"], point["share"]) for point in spec["layer"][0]["data"]["values"]]
    assert points == [(500.0, 0.0), (500.0, 0.25), (900.0, 0.5), (8000.0, 0.5)]


def test_a_curve_that_reached_all_has_no_arrow() -> None:
    whole = Ecdf(label="call1", n=2, points=((500.0, 0.5), (900.0, 1.0)), censored=0, horizon_ms=900.0)
    spec = charts.ecdf_chart(section(charts=Charts(ecdfs=(whole,))), EN)
    assert [layer["data"]["values"] for layer in spec["layer"][1:]] == [[], [], []]
