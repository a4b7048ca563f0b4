"""The chart of outcomes as rounds went by."""

from collections import Counter

import pytest

from probe.model.chart import Charts, Mark, OutcomeBin
from probe.render import charts
from tests.builders import START
from tests.render.drawn_charts import EN, SECTION, drawn, words
from tests.render.samples import section


def test_each_column_of_outcomes_is_all_calls_of_its_rounds() -> None:
    spec = charts.outcomes_chart(SECTION, EN)
    parts = spec["layer"][0]["data"]["values"]
    heights: Counter[tuple[float, int]] = Counter()
    for part in parts:
        heights[part["from"], int(part["low"] >= 1)] += part["high"] - part["low"]
    assert len(heights) == 20
    assert all(height == pytest.approx(1) for height in heights.values())
    assert {"call1", "call2"} <= set(words(drawn(spec)))


def of_rounds(first: int, last: int, **counts: int) -> OutcomeBin:
    return OutcomeBin(
        label="call1", first=first, last=last, started_at=START, counts={Mark(name): n for name, n in counts.items()}
    )


def test_parts_of_a_column_stand_in_one_order_and_none_is_empty() -> None:
    over_time = (of_rounds(1, 3, failed=1, clean=3), of_rounds(4, 4, clean=2), of_rounds(5, 6))
    spec = charts.outcomes_chart(section(charts=Charts(over_time=over_time)), EN)
    parts = spec["layer"][0]["data"]["values"]
    assert [(part["mark"], part["from"], part["to"], part["low"], part["high"]) for part in parts] == [
        ("clean", 0.5, 3.5, 0.0, 0.75),
        ("clean", 3.5, 4.5, 0.0, 1.0),
        ("failed", 0.5, 3.5, 0.75, 1.0),
    ]
    assert "call1: 5 clean, 1 failed" in spec["description"]


def test_a_label_that_is_no_name_cannot_leave_its_axis() -> None:
    hostile = of_rounds(1, 1, clean=1).model_copy(update={"label": "it's' + datum.x + '"})
    spec = charts.outcomes_chart(section(charts=Charts(over_time=(hostile,))), EN)
    assert "it's' + datum.x + '" in words(drawn(spec))
