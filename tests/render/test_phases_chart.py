"""The chart of the phases of good calls."""

import re

import pytest

from probe.render import charts
from tests.render.drawn_charts import EN, SECTION, drawn, filled, words
from tests.render.samples import first_step, second_step, section


def test_phases_are_as_long_as_they_took_and_retries_are_among_them() -> None:
    spec = charts.phases_chart(SECTION, EN)
    root = drawn(spec)
    (wait, *_), (retries, *_) = (
        [each for each in filled(root, name) if "h" in each.get("d", "") and each.get("transform") is None]
        for name in ("wait", "retries")
    )
    lengths = [float(re.findall(r"h(-?[\d.]+)", each.get("d", ""))[0]) for each in (wait, retries)]
    assert abs(lengths[0]) / abs(lengths[1]) == pytest.approx(31_500 / 5_200, rel=0.02)
    assert "38.0 s" in words(root)
    assert "retries 5.20 s" in spec["description"]


def test_bars_follow_each_other_and_a_phase_that_took_no_time_is_left_out() -> None:
    spec = charts.phases_chart(SECTION, EN)
    bars = [bar for bar in spec["layer"][0]["data"]["values"] if bar["step"] == "call1"]
    assert bars[0]["from"] == 0
    assert [bar["from"] for bar in bars[1:]] == [bar["to"] for bar in bars[:-1]]
    assert EN("phase.unsplit") not in {bar["phase"] for bar in bars}
    total = spec["layer"][1]["data"]["values"][0]
    assert total["ms"] == pytest.approx(bars[-1]["to"])


def test_steps_without_good_calls_have_no_bar() -> None:
    none = first_step().model_copy(update={"success_phases": {}})
    spec = charts.phases_chart(section(steps=(none, second_step())), EN)
    assert {bar["step"] for bar in spec["layer"][0]["data"]["values"]} == {"call2"}
    assert "call1" not in spec["description"]
