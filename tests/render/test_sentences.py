"""Words of gates, quantities and differences."""

import pytest

from probe.model.choices import Language
from probe.model.comparison import Unit
from probe.model.report_sections import Gate
from probe.model.statistics import Bound, Estimate, Figure
from probe.render import sentences as say
from probe.texts import Texts
from tests.render.sections import (
    cold_section,
    comparison,
    estimate,
)
from tests.render.spoken import EN, ZH


def test_what_gates_saw() -> None:
    assert [say.gate_observed(gate, EN) for gate in cold_section().gates] == [
        "30 % (17 % to 48 %), 9 of 30", "420 ms", "COLD",
    ]  # fmt: skip
    nothing = Gate(expression="call1.failure_rate > 0.1", failed=True, unit=Unit.SHARE)
    assert say.gate_observed(nothing, EN) == "no data"
    of_one = Gate(expression="median_ttft > 5s", failed=True, unit=Unit.MS, unmeasured="call1")
    assert say.gate_observed(of_one, EN) == "no data for call1"
    assert say.gate_observed(of_one, ZH) == "call1 没有数据"
    counted = Gate(expression="retried > 0", failed=True, unit=Unit.COUNT, count=2, estimate=estimate(2 / 15, n=15))
    assert say.gate_observed(counted, EN) == "2 of 15"
    mean = Gate(expression="mean_wall > 1s", failed=True, unit=Unit.MS, estimate=estimate(1200.0, 400.0, 2000.0))
    assert say.gate_observed(mean, EN) == "1.20 s (400 ms to 2.00 s)"


def test_of_a_bound_it_is_said_once_that_n_is_too_small() -> None:
    bound = Figure(value_ms=501.0, bound=Bound.TOO_FEW, low_ms=501.0)
    assert say.quantity_value(bound, Unit.MS, EN) == "≥ 501 ms (n too small)"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0 ms"), (0.3, "0 ms"), (-0.3, "0 ms"), (0.6, "+1 ms"), (-0.6, "−1 ms")]
)
def test_nothing_has_no_sign(value: float, text: str) -> None:
    assert say.difference_text(Estimate(value=value, n=9), Unit.MS, EN) == text


def test_a_phase_has_its_own_words_in_chinese_too() -> None:
    assert say.quantity_words("phase.wait", Texts(Language.ZH)) == "等待首字节阶段用时"
    assert say.quantity_words("phase.wait", EN) == "wait phase"


def test_differences_in_words() -> None:
    rate, mean, p90, outcome = comparison().differences
    assert say.comparison_words(rate, EN) == (
        "call1, failure rate: no difference seen. 8 % instead of 30 %, a difference of −22 points (−41 to 6)."
    )
    assert "better. 4.10 s instead of 45.2 s, a difference of −41.1 s (−66.0 s to −16.2 s)" in say.comparison_words(
        mean, EN
    )
    assert "too few calls. n too small instead of 420 ms." in say.comparison_words(p90, EN)
    assert "calls with outcome overloaded" in say.comparison_words(outcome, EN)
    assert say.comparison_words(rate, ZH) == "call1 的失败率：未见差别。8%，基准为 30%，差值 −22 个百分点（−41 至 6）。"
