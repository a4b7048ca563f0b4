"""Arms side by side: several targets, the control, and stopping when sure; with the stub client."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from probe.store import read_run
from probe.upstream import EmbeddedUpstream
from tests.conftest import Probe, journal

CONFIG = """
[targets.one]
base_url = "{base_url}/one"
model = "glm-4.7"
token_env = "T1"

[targets.two]
base_url = "{base_url}/two"
model = "kimi-k2"
token_env = "T2"
fail_on = ["call1.failure_rate > 0.5"]
"""
UNTIL_SURE = ("--target", "embedded", "--until-sure", "--slower-by", "300ms", "--no-prime", "--no-recorder")
FIRST_BY_SEED_7 = "one two one two two one two two".split()
TOKENS: Mapping[str, Any] = {"T1": "sk-first-secret-token", "T2": "sk-second-secret-token"}


@pytest.fixture(scope="module")
def upstream() -> Iterator[EmbeddedUpstream]:
    with EmbeddedUpstream() as served:
        yield served


@pytest.fixture
def probe(probe: Probe, upstream: EmbeddedUpstream) -> Probe:
    """In a folder whose configuration names two targets."""
    (probe.folder / "probe.toml").write_text(CONFIG.format(base_url=upstream.base_url))
    return probe


def two_targets(probe: Probe, *words: str, code: int = 0) -> Path:
    probe.run("--target", "one", "--target", "two", "--no-prime", *words, code=code, **TOKENS)
    return probe.runs()[-1]


def order_of_rounds(group: Path) -> list[tuple[str, int]]:
    begun = [
        (event["at"], arm.name, event["round"])
        for arm in sorted((group / "arms").iterdir())
        for event in journal(arm)
        if event["event"] == "round_started"
    ]
    return [(name, number) for _, name, number in sorted(begun)]


@pytest.mark.slow
def test_targets_run_round_by_round_in_an_order_that_the_seed_tells(probe: Probe) -> None:
    group = two_targets(probe, "-n", "1")
    kept = json.loads((group / "group.json").read_text())
    assert [arm["name"] for arm in kept["arms"]] == ["one", "two"]
    (group / "group.json").write_text(json.dumps(kept | {"order_seed": 7}))
    probe.run("--resume", group.name, "-n", "9", **TOKENS)
    order = order_of_rounds(group)
    assert [number for _, number in order] == [number for number in range(1, 10) for _ in range(2)]
    assert [name for name, _ in order[2::2]] == FIRST_BY_SEED_7


@pytest.mark.slow
def test_each_group_draws_a_seed_of_its_own(probe: Probe) -> None:
    groups = [two_targets(probe, "-n", "1") for _ in range(2)]
    seeds = {json.loads((group / "group.json").read_text())["order_seed"] for group in groups}
    assert len(seeds) == 2


def test_the_report_of_a_group_compares_its_targets(probe: Probe) -> None:
    group = two_targets(probe, "--report", "-n", "2")
    report = probe("report", "--format", "json").json
    assert [section["name"] for section in report["sections"]] == ["one", "two"]
    assert [(each["base"], each["candidate"], each["interleaved"]) for each in report["comparisons"]] == [
        ("one", "two", True)
    ]
    assert report["refused"] == []
    for name in ("report.md", "report.html"):
        text = (group / name).read_text()
        assert not any(token in text for token in TOKENS.values())
        assert "kimi-k2" in text


def test_a_target_s_own_gate_fails_the_run(probe: Probe) -> None:
    group = two_targets(probe, "-n", "1", "--env", "STUB=crash", code=3)
    sections = probe("report", str(group), "--format", "json", code=3).json["sections"]
    assert [[gate["failed"] for gate in section["gates"]] for section in sections] == [[], [True]]


@pytest.mark.slow
def test_a_group_is_resumed_as_a_whole(probe: Probe) -> None:
    group = two_targets(probe, "-n", "2")
    before = {arm: read_run(group / "arms" / arm).rows for arm in ("one", "two")}
    probe.run("--resume", str(group), "-n", "3", **TOKENS)
    for arm, rows in before.items():
        after = read_run(group / "arms" / arm)
        assert sorted(after.finished) == [1, 2, 3]
        assert after.rows[: len(rows)] == rows
    assert len(probe.runs()) == 1


def test_a_group_is_not_resumed_with_other_targets(probe: Probe) -> None:
    group = two_targets(probe, "-n", "1")
    ran = probe.run("--resume", str(group), "--target", "one", "--control", code=2, **TOKENS)
    assert "its arms are one, two, and these one, control" in ran.err


def test_an_address_for_several_targets_is_refused(probe: Probe) -> None:
    (probe.folder / "probe.toml").write_text(CONFIG)
    words = ("--target", "one", "--target", "two", "--base-url", "http://127.0.0.1:9")
    ran = probe.run(*words, code=2, **TOKENS)
    assert "probe.toml" in ran.err
    assert probe.runs() == []


def test_the_same_target_twice_is_one_target(probe: Probe) -> None:
    probe.run("--target", "one", "--target", "one", "-n", "1", "--no-prime", **TOKENS)
    assert not (probe.runs()[0] / "group.json").exists()


def test_explain_asks_for_one_arm_of_a_group(probe: Probe) -> None:
    group = two_targets(probe, "-n", "1")
    assert "arms/two" in probe("explain", code=2).err
    assert "Round 1, call1: ok" in probe("explain", str(group / "arms" / "two")).out


@pytest.mark.slow
def test_the_control_s_cost_is_taken_off(probe: Probe) -> None:
    probe.run("--target", "embedded", "--fault", "none", "--control", "-n", "4", "--no-prime")
    target, control = probe("report", "--format", "json").json["sections"]
    assert (target["name"], control["name"], control["role"]) == ("embedded", "control", "control")
    assert control["verdict"] is None
    effect = target["verdict"]["control"]
    own = control["pairs"]["mean_difference_ms"]["value"]
    assert effect["own"]["value"] == own
    assert effect["left"]["value"] == pytest.approx(target["pairs"]["mean_difference_ms"]["value"] - own)
    assert "on the embedded upstream in the same minutes" in re.sub(r"\s+", " ", probe("report").out)


@pytest.mark.slow
def test_until_sure_ends_when_the_verdict_is_there(probe: Probe) -> None:
    ran = probe.run(*UNTIL_SURE, "--env", "STUB=slow_first")
    run = probe.runs()[0]
    end = journal(run)[-1]
    assert (end["event"], end["reason"]) == ("run_finished", "settled")
    section = probe("report", "--format", "json").json["sections"][0]
    verdict = section["verdict"]
    assert verdict["answer"] == "COLD"
    assert verdict["slower"]
    assert verdict["settled_after"] <= verdict["pairs"] < 20
    assert "COLD" in ran.err
    assert section["rounds_finished"] < section["rounds_planned"]
    assert "incomplete" not in [note["code"] for note in section["notes"]], "a run that is settled is complete"


@pytest.mark.slow
def test_until_sure_does_not_go_beyond_its_limit(probe: Probe) -> None:
    probe.run(*UNTIL_SURE, "--max-rounds", "3")
    run = probe.runs()[0]
    assert journal(run)[-1]["reason"] == "completed"
    assert len(read_run(run).finished) == 3


SCENARIO = """
name: gated
rounds: 1
steps: [{label: call1, prompt: "Reply with exactly: PROBE_OK"}]
fail_on: ["call1.failed > 0", "call1.n < 1"]
"""


@pytest.mark.slow
def test_gates_of_scenario_config_and_command_line_add_up(probe: Probe) -> None:
    (probe.folder / "gated.yaml").write_text(SCENARIO)
    (probe.folder / "probe.toml").write_text('fail_on = ["verdict == COLD", "call1.failed > 0"]')
    words = ("run", "--target", "embedded", "--scenario", "gated.yaml", "--no-prime", "--env", "STUB=crash")
    ran = probe(*words, "--fail-on", "call1.ok_rate < 50%", code=3)
    gates = probe("report", "--format", "json", code=3).json["sections"][0]["gates"]
    expected = ["call1.failed > 0", "call1.n < 1", "verdict == COLD", "call1.ok_rate < 50%"]
    assert [gate["expression"] for gate in gates] == expected
    assert "gate failed: call1.failed > 0" in ran.err
    assert "gate failed: call1.n < 1" not in ran.err


@pytest.mark.parametrize(
    ("scenario", "config", "place"),
    [('["call1.nonsense > 0"]', "[]", "fail_on of scenario gated"), ("[]", '["call1.nonsense > 0"]', "probe.toml")],
)
def test_a_gate_that_cannot_be_read_is_named_with_its_place(
    probe: Probe, scenario: str, config: str, place: str
) -> None:
    (probe.folder / "gated.yaml").write_text(SCENARIO.replace('["call1.failed > 0", "call1.n < 1"]', scenario))
    (probe.folder / "probe.toml").write_text(f"fail_on = {config}")
    ran = probe.run("--target", "embedded", "--scenario", "gated.yaml", code=2)
    assert place in ran.err
    assert "unknown metric 'nonsense'" in ran.err
    assert probe.runs() == []


@pytest.mark.slow
def test_a_gate_that_no_call_can_meet_is_said_before_the_run(probe: Probe) -> None:
    words = ("run", "--target", "embedded", "-n", "1", "--no-prime", "--quiet", "--timeout", "20s")
    said = probe(*words, "--fail-on", "p90_wall > 30s", "--fail-on", "p90_wall > 15s").err
    assert "warning: the gate 'p90_wall > 30s' cannot fail: calls end at their timeout, which is shorter" in said
    assert "p90_wall > 15s" not in said
