"""The chart of every round: a sign for each call, at its time, in the shape of its end."""

from collections import Counter
from typing import Any

import pytest

from probe.model.chart import Charts, Mark
from probe.render import charts
from probe.render.rounds_chart import rounds_chart
from tests.render.drawn_charts import EN, SECTION, drawn, filled, place, words
from tests.render.samples import mark_of, section


def test_the_name_counts_how_calls_ended() -> None:
    told = drawn(charts.rounds_chart(SECTION, EN)).get("aria-label", "")
    assert "call1: 18 clean, 3 recovered, 3 failed, 6 stopped at the deadline; call2: 28 clean, 2 recovered" in told


def test_each_call_is_one_sign_in_its_step_s_colour_and_its_end_s_shape() -> None:
    root = drawn(charts.rounds_chart(SECTION, EN))
    signs = [each for each in filled(root, "step1") if each.get("transform")]
    legend = 1
    assert len(signs) == 30 + legend
    shapes = Counter(Counter(each.get("d", "") for each in signs).values())
    counts = Counter(Counter(mark_of(number, "call1") for number in range(1, 31)).values())
    assert shapes - counts == Counter({1: 1})  # the legend's circle is larger than those of the calls


def test_a_call_that_timed_out_stands_at_the_timeout_above_all_others() -> None:
    root = drawn(charts.rounds_chart(SECTION, EN))
    assert "timeout 3 m 00 s" in words(root)
    heights = sorted(Counter(place(each)[1] for each in filled(root, "step1")).items())
    highest_of_calls = [count for height, count in heights if count > 1]
    assert highest_of_calls[0] == 6


def test_no_timeout_is_drawn_where_none_was_met() -> None:
    calm = Charts(rounds=tuple(each for each in SECTION.charts.rounds if mark_of(each.number, "call1") is Mark.CLEAN))
    root = drawn(charts.rounds_chart(section(charts=calm), EN))
    assert not any("timeout" in word for word in words(root))


def spec_layers(**changes: Any) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = rounds_chart(section(**changes), EN)["layer"]
    return layers


def test_a_call_leads_to_its_place_in_the_page_where_it_has_one() -> None:
    first = SECTION.charts.rounds[0]
    linked = rounds_chart(SECTION, EN, anchors={(first.run_id, first.round, "call1"): "call7"})["layer"][-1]
    links = [point.get("link") for point in linked["data"]["values"]]
    assert (links[0], set(links[1:])) == ("#call7", {None})
    assert "href" in linked["encoding"]
    assert "href" not in rounds_chart(SECTION, EN)["layer"][-1]["encoding"]


def test_the_two_calls_of_a_round_are_joined_from_the_quicker_to_the_slower() -> None:
    spans = spec_layers()[-2]["data"]["values"]
    dots = SECTION.charts.rounds[0].dots
    assert (spans[0]["low"], spans[0]["high"]) == (min(d.wall_ms for d in dots), max(d.wall_ms for d in dots))


@pytest.mark.parametrize(("rounds", "size"), [(10, 75), (90, 75), (91, 40), (216, 40), (217, 18)])
def test_dots_are_as_large_as_there_is_room(rounds: int, size: int) -> None:
    assert rounds_chart(section(rounds), EN)["layer"][-1]["mark"]["size"] == size


def test_of_a_run_without_a_manifest_no_timeout_is_known() -> None:
    assert spec_layers(manifest=None)[0]["data"]["values"] == []
