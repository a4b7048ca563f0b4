"""The chart of a recording's tokens: where they came from, and the share of the cache."""

from datetime import timedelta
from typing import Any

from probe.model.recorded_report import TokenBin, TokenCount
from probe.render.tokens_chart import tokens_chart
from tests.builders import START
from tests.render.drawn_charts import EN, drawn


def stretch(number: int, **tokens: Any) -> TokenBin:
    return TokenBin(
        begins_at=START + timedelta(minutes=10 * number), minutes=10, requests=1, tokens=TokenCount(**tokens)
    )


def test_sources_stand_upon_each_other_from_the_cache_upwards() -> None:
    columns = tokens_chart([stretch(0, cache_read=900, cache_creation=50, input=100)], EN)["layer"][0]["data"]["values"]
    assert [(part["low"], part["high"]) for part in columns] == [(0, 900), (900, 950), (950, 1050)]
    assert len({part["source"] for part in columns}) == 3
    assert {part["end"] for part in columns} == {(START + timedelta(minutes=10)).isoformat()}


def test_the_share_stands_at_the_middle_and_only_where_something_is_known() -> None:
    spec = tokens_chart([stretch(0, cache_read=900, cache_creation=0, input=100), stretch(1)], EN)
    (dot,) = spec["layer"][1]["data"]["values"]
    assert (dot["begin"], dot["share"]) == ((START + timedelta(minutes=5)).isoformat(), 0.9)
    assert all(part["high"] == 0 for part in spec["layer"][0]["data"]["values"][3:])


def test_it_can_be_drawn_and_tells_those_who_cannot_see_it() -> None:
    root = drawn(tokens_chart([stretch(n, cache_read=900, cache_creation=5, input=100) for n in range(3)], EN))
    assert "90 %" in root.get("aria-label", "")
