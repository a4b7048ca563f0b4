"""Warnings about a run that are known before anything is sent."""

from probe.session.early_warnings import early_warnings
from probe.texts import Texts
from tests.builders import scenario, step
from tests.session.prepared import prepared_arm


def test_a_run_without_anything_odd_has_none() -> None:
    assert early_warnings([prepared_arm(of_manifest={"gates": ("failed > 2",)})], Texts()) == ()


def test_targets_come_before_limits_and_these_before_gates_each_once() -> None:
    script = scenario(step(timeout=10), step("call2", timeout=20))
    odd = {"aliases": {"opus": "claude-haiku-4-5"}}
    arms = [
        prepared_arm(
            name,
            script,
            runs_client=False,
            max_cost_usd=1.0,
            target=odd,
            of_manifest={"gates": ("p90_wall > 30s", "p90_wall > 15s", "failed > 2")},
        )
        for name in ("a", "b")
    ]
    told = early_warnings(arms, Texts())
    assert [word for word in told if "haiku" in word] == list(told[:2])
    assert "--max-cost-usd" in told[2]
    assert "p90_wall > 30s" in told[3]
    assert len(told) == 4
