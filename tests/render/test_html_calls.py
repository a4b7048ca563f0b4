"""The calls that can be opened: one scale, chips, an address for each, and as many as the page has room for."""

import pytest

from probe.model.chart import Mark
from probe.model.report_sections import Report
from probe.render.time_scale import time_scale
from probe.texts import Texts
from tests.render.html_reader import Element, page
from tests.render.samples import healthy, report, rich_report, section, several_report

EN = Texts()
EVEN_S = time_scale(section().waterfalls).even_ms / 1000


def test_all_calls_are_drawn_on_one_scale_that_a_timeout_does_not_squash() -> None:
    calls = page().with_class("call")
    assert len(calls) == len(section().waterfalls)
    ends = {call.with_class("took")[0].text: end_of_bar(call) for call in calls}
    assert ends["≥ 3 m 00 s"] > 90
    assert 12.4 < EVEN_S < 13.1  # the slowest call that succeeded took 12.4 s
    assert ends["12.2 s"] == pytest.approx(72 * (0.8 * 12.2 + 0.46) / EVEN_S, abs=0.5)
    assert ends["2.40 s"] == pytest.approx(72 * (0.8 * 2.4 + 0.46) / EVEN_S, abs=0.5)
    assert f"even up to {EVEN_S:.1f} s" in page().with_class("calls")[0].with_class("note")[0].text
    axis = [each.text for each in page().with_class("axis")[0].all("text")]
    assert axis == ["0", "5 s", "10 s", "3 m 00 s"]


def end_of_bar(call: Element) -> float:
    """Return where the bar of a call ends, in percent; the sample's phases do not fill its whole time."""
    last = call.with_class("bar")[0].all("rect")[-1]
    return percent(last, "x") + percent(last, "width")


def test_where_no_call_takes_much_longer_than_the_others_time_is_even() -> None:
    root = page(report(healthy()))
    assert EN("html.scale.even") in root.text
    assert root.with_class("grid")[0].all("rect") == []


def test_an_exchange_is_drawn_at_its_time_within_the_call() -> None:
    call = next(each for each in page().with_class("call") if "Round 5, call1" in each.text)
    row = next(each for each in call.all("li") if "#3" in each.text)
    assert "client_closed" in row.text
    wait = row.all("rect")[-1]
    assert wait.attributes["class"] == "f-wait"
    assert percent(wait, "x") == pytest.approx(72 * 12.2 * 0.7 / EVEN_S, abs=0.5)
    assert percent(wait, "width") == pytest.approx(72 * 12.2 * 0.3 / EVEN_S, abs=0.5)
    assert "boot 341 ms" in call.text


def test_calls_can_be_chosen_by_what_they_came_to_and_by_step() -> None:
    (chips,) = page().with_class("chips")
    assert "hidden" in chips.attributes
    assert [each.text for each in chips.all("button")] == [
        "All 17", "Failed 9", "Recovered 5", "All steps 17", "call1 14", "call2 3"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "name"), [(report(), "r5-call1"), (rich_report(), "r5-call1"), (several_report(), "s1-r5-call1")]
)
def test_each_call_has_an_address_to_which_its_dot_and_the_operator_s_row_lead(made: Report, name: str) -> None:
    root = page(made)
    (call,) = (each for each in root.all("details") if each.attributes.get("id") == name)
    assert "Round 5, call1" in call.text
    links = [each for each in root.all("a") if each.attributes.get("href") == f"#{name}"]
    assert len(links) == 3  # in the chart for a desk, in that for a phone, in the operator's table


def test_of_pooled_runs_each_call_has_an_address_of_its_own() -> None:
    run = section().runs[0]
    first = section().waterfalls[2]
    both = (first, first.model_copy(update={"run_id": "run-2"}))
    pooled = section(runs=(run, run.model_copy(update={"run_id": "run-2"})), waterfalls=both)
    ids = [each.attributes["id"] for each in page(report(pooled)).with_class("call")]
    assert ids == ["r5-call1", "run2-r5-call1"]


def test_what_a_chart_with_links_shows_is_said_beside_it() -> None:
    (rounds,) = page().with_class("rounds")
    assert all(each.attributes["aria-hidden"] == "true" for each in rounds.all("svg"))
    assert "call1: 18 clean, 3 recovered, 3 failed, 6 stopped at the deadline" in rounds.with_class("hidden")[0].text


def test_no_bar_of_a_waterfall_leaves_its_place() -> None:
    for call in page().with_class("call"):
        for rect in call.all("rect"):
            start, width = percent(rect, "x"), percent(rect, "width")
            assert start >= 0
            assert width > 0
            assert start + width <= 100.01


def percent(element: Element, attribute: str) -> float:
    """Return the number of an attribute in percent."""
    return float((element.attributes[attribute] or "").rstrip("%"))


def test_a_call_of_which_there_is_nothing_to_say_has_no_empty_quotation() -> None:
    calls = section().waterfalls
    quiet = section(waterfalls=(calls[0].model_copy(update={"evidence": ""}), calls[1]))
    first, second = page(report(quiet)).with_class("call")
    assert [len(each.all("q")) for each in (first, second)] == [0, 1]


def test_a_call_without_a_record_says_so() -> None:
    (unrecorded, *_) = (each for each in page().with_class("call") if "Round 2, call1" in each.text)
    assert EN("html.not_recorded") in unrecorded.text
    assert unrecorded.all("ol") == []


def test_calls_that_went_wrong_can_be_opened_before_others() -> None:
    calls = section(400).waterfalls
    bad, clean = ([each for each in calls if (each.mark is Mark.CLEAN) == is_clean] for is_clean in (False, True))
    some = section(waterfalls=(*clean, *bad[:140]))
    large = bad[0].model_copy(update={"evidence": "x" * 12_000})
    root = page(report(section(waterfalls=(large,) * 150), some))
    first, second = (shown.with_class("call") for shown in root.all("section"))
    assert 0 < len(first) < 150
    assert [each.with_class("chip")[0].text for each in second].count("clean") == 0
    assert f"{len(second)} of 60 calls" in root.all("section")[1].text
    addresses = {each.attributes["href"] for each in root.with_class("to-call")}
    assert addresses <= {f"#{each.attributes['id']}" for each in root.with_class("call")}
