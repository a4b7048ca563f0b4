"""The chart of first calls by the idle time before them."""

import pytest

from probe.render.charts import svg
from probe.render.warmth_chart import warmth_chart
from probe.texts import Texts
from tests.render.spoken import BOTH, warmth


@BOTH
def test_the_chart_tells_those_who_cannot_see_it(texts: Texts) -> None:
    levels = [{"idle_ms": 10_000.0, "n": 3, "cold": 1, "fitted_share": 1 / 3}]
    trials = [
        {"idle_ms": 9000.0, "first_content_ms": 50.0, "cold": False, "failed": False},
        {"idle_ms": 10_000.0, "first_content_ms": 2000.0, "cold": True, "failed": False},
        {"idle_ms": 11_000.0, "first_content_ms": None, "cold": True, "failed": True},
    ]
    drawn = svg(warmth_chart(warmth(levels=levels, trials=trials), texts, 900))
    assert texts("chart.warmth.level", idle="10.0 s", cold=1, n=3) in drawn
    for name in ("warm", "cold", "failed"):
        assert texts(f"chart.warmth.{name}") in drawn


def test_one_that_failed_stands_at_the_top_and_none_below_a_millisecond() -> None:
    trials = [
        {"idle_ms": 9000.0, "first_content_ms": 0.0, "cold": False, "failed": False},
        {"idle_ms": 10_000.0, "first_content_ms": 5000.0, "cold": True, "failed": False},
        {"idle_ms": 11_000.0, "first_content_ms": None, "cold": True, "failed": True},
    ]
    points = warmth_chart(warmth(trials=trials), Texts(), 900)["layer"][2]["data"]["values"]
    assert [(point["what"], point["ms"]) for point in points] == [("warm", 1), ("cold", 5000.0), ("failed", 5000.0)]
    assert {"from": 57_000.0, "to": 66_000.0} in warmth_chart(warmth(), Texts(), 900)["layer"][0]["data"]["values"]


@pytest.mark.parametrize(
    ("changes", "span"),
    [
        ({"low_ms": None}, [{"from": 5000.0, "to": 66_000.0}]),
        ({"high_ms": None}, [{"from": 57_000.0, "to": 900_000.0}]),
        ({"low_ms": None, "high_ms": None}, []),
    ],
)
def test_the_stretch_in_which_it_goes_cold_reaches_as_far_as_it_is_known(
    changes: dict[str, None], span: list[dict[str, float]]
) -> None:
    assert warmth_chart(warmth(**changes), Texts(), 900)["layer"][0]["data"]["values"] == span


def test_where_all_failed_there_is_a_picture_all_the_same() -> None:
    failed = {"idle_ms": 11_000.0, "first_content_ms": None, "cold": True, "failed": True}
    spec = warmth_chart(warmth(cold_from_ms=None, trials=[failed]), Texts(), 900)
    assert spec["layer"][1]["data"]["values"] == []
    assert "NaN" not in svg(spec)
