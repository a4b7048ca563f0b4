"""Several targets in one table, the worst first."""

import json

import pytest

from probe.model.health import HealthWord
from probe.model.report_sections import Section
from probe.render.json_report import render_json
from probe.render.markdown import render_markdown
from probe.stats.rank_targets import rank_targets
from probe.stats.rates import clopper_pearson
from probe.texts import Texts
from tests.render.sections import report, statistics
from tests.render.sections import section as built
from tests.stats.sections import section


def target(
    name: str, word: HealthWord, failed: int = 0, median_ms: float | None = 2000.0, recovered: int = 0
) -> Section:
    plain = section(name=name)
    health = plain.health.model_copy(update={"word": word, "n": 60, "failed": failed, "recovered": recovered})
    return plain.model_copy(update={"health": health, "success_median_ms": median_ms})


def test_the_worst_comes_first_by_health_then_failures_then_time() -> None:
    targets = [
        target("fine", HealthWord.OK),
        target("unknown", HealthWord.UNKNOWN),
        target("slower", HealthWord.OK, median_ms=4000.0),
        target("flaky", HealthWord.FLAKY, failed=3),
        target("recovering", HealthWord.FLAKY, recovered=9),
        target("flakier", HealthWord.FLAKY, failed=9),
        target("dead", HealthWord.DOWN, failed=60, median_ms=None),
        target("cold", HealthWord.COLD),
    ]
    ranked = rank_targets(targets)
    assert [each.name for each in ranked] == [
        "dead", "flakier", "flaky", "recovering", "cold", "unknown", "slower", "fine"
    ]  # fmt: skip
    assert [each.rank for each in ranked] == [*range(1, 9)]


def test_intervals_hold_for_all_targets_together() -> None:
    ranked = rank_targets([target(name, HealthWord.FLAKY, failed=6) for name in "abcde"])
    rate = ranked[0].failure_rate
    assert rate is not None
    assert [rate.low, rate.high] == pytest.approx(clopper_pearson(6, 60, 0.025 / 5))


def test_the_table_is_the_first_of_the_report_and_sections_come_worst_first() -> None:
    fine, down = built(statistics("call1", 30)), target("dead", HealthWord.DOWN, failed=60, median_ms=None)
    of_both = report(fine, down)
    text = render_markdown(of_both, Texts())
    assert text.index("| **DOWN**") < text.index("## dead") < text.index(f"## {fine.name}")
    assert "hold for all 2 targets together" in text
    parsed = json.loads(render_json(of_both, Texts()))
    assert [each["name"] for each in parsed["sections"]] == [fine.name, "dead"]
    assert [(each["name"], each["rank"]) for each in parsed["ranking"]] == [("dead", 1), (fine.name, 2)]
