"""Vantages in exports, frames, gates, lists, nights and the history."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import probe as api
from probe.errors import UsageError
from probe.model.run_manifest import Options
from tests.builders import START
from tests.conftest import Probe
from tests.vantages import every, rounds, vantage_group

pytestmark = pytest.mark.usefixtures("quick")

N = 12


def at(night: int) -> datetime:
    return START + timedelta(days=night)


@pytest.fixture
def group(probe: Probe) -> Path:
    """Return a stored group: sin fails in every third round."""
    return vantage_group(probe.folder / "reports" / "runs", {"fra": rounds(N), "sin": rounds(N, every(3, N))})


@pytest.mark.usefixtures("group")
def test_exports_have_the_vantage_as_their_last_column(probe: Probe) -> None:
    header, *lines = probe("export").out.splitlines()
    assert header.endswith(",vantage")
    assert {line.rsplit(",", 1)[1] for line in lines} == {"fra", "sin"}
    first = json.loads(probe("export", "--format", "jsonl").out.splitlines()[0])
    assert list(first)[-1] == "vantage"


@pytest.mark.usefixtures("group")
def test_metrics_have_the_target_and_the_vantage_as_labels(probe: Probe) -> None:
    metrics = probe("export", "--format", "openmetrics").out
    assert 'probe_calls_failed{target="glm",model="glm-4.7",vantage="sin",step="call1"} 4' in metrics
    assert 'target="glm@' not in metrics


def test_frames_have_the_vantage(group: Path) -> None:
    runs = api.load(group)
    failures = runs.calls.groupby("vantage", observed=True)["censored"].sum()
    assert failures.to_dict() == {"fra": 0, "sin": 8}
    assert set(runs.rounds["vantage"]) == set(runs.phases["vantage"]) == {"fra", "sin"}


def test_a_gate_is_on_the_vantage_that_it_names(probe: Probe, group: Path) -> None:
    name = group.name
    assert probe("report", name, "--fail-on", "call1@fra.failure_rate > 10%").code == 0
    failed = probe("report", name, "--fail-on", "call1@sin.failure_rate > 10%", code=3)
    assert "call1@sin.failure_rate > 10%" in failed.out
    assert probe("report", name, "--fail-on", "@fra.health == OK", code=3)
    unknown = probe("report", name, "--fail-on", "call1@par.failed > 0", code=2)
    assert "the run has no vantage 'par'" in unknown.err
    assert "Vantages: fra, sin" in unknown.err
    assert not api.load(group).gate("call1@sin.failed > 0")
    assert api.load(group).gate("call1@fra.failed > 0")
    with pytest.raises(UsageError, match="2 targets"):
        api.load(group).gate("call1.failed > 0")


def test_a_gate_on_a_vantage_needs_a_run_with_vantages(probe: Probe) -> None:
    ran = probe("run", "--target", "embedded", "--fail-on", "call1@fra.failed > 0", code=2)
    assert "The run has no vantages; leave it out." in ran.err


def test_gates_of_a_stored_run_are_on_their_own_vantage(probe: Probe) -> None:
    options = Options(rounds=N, vantages=("fra", "sin"), fail_on=("@sin.failed > 0",))
    group = vantage_group(
        probe.folder / "reports" / "runs", {"fra": rounds(N), "sin": rounds(N, every(3, N))}, options=options
    )
    sections = probe("report", group.name, "--format", "json", code=3).json["sections"]
    assert {section["name"]: [gate["failed"] for gate in section["gates"]] for section in sections} == {
        "glm@fra": [],
        "glm@sin": [True],
    }
    assert probe("report", f"{group.name}/glm@fra").code == 0


FAILING = every(2, 3 * N)


@pytest.mark.parametrize(
    ("failing_at_fra", "words", "fails"),
    [
        ((), "ONE_WORSE", ["vantages == ONE_WORSE", "vantages != ALIKE", "vantages != RELAY"]),
        (FAILING, "ALIKE, RELAY", ["vantages == ALIKE", "vantages == RELAY", "vantages != ONE_WORSE"]),
    ],
)
def test_a_gate_on_the_comparison_of_vantages(
    probe: Probe, failing_at_fra: tuple[int, ...], words: str, fails: list[str]
) -> None:
    calls = {"fra": rounds(3 * N, failing_at_fra), "sin": rounds(3 * N, FAILING)}
    options = Options(rounds=3 * N, vantages=("fra", "sin"), fail_on=(fails[0],))
    group = vantage_group(probe.folder / "reports" / "runs", calls, options=options)
    for gate in fails:
        said = probe("report", group.name, "--fail-on", gate, code=3)
        assert said.err == f"gate failed: {gate} (observed {words})\n"
        assert not api.load(group).gate(gate)
    for word in ("CANNOT_TELL", "SEVERAL_WORSE"):
        probe("report", group.name, "--fail-on", f"vantages == {word}")
        assert api.load(group).gate(f"vantages == {word}")
    probe("report", group.name, code=3)
    probe("report", f"{group.name}/glm@fra")


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ("vantages == BOTH", "'BOTH' is no value for vantages"),
        ("call1.vantages == ALIKE", "it has no step"),
        ("@fra.vantages == ALIKE", "vantages is a word about all vantages, and names none"),
        ("vantages == ALIKE", "the run has no vantages to compare"),
    ],
)
def test_a_gate_on_the_comparison_of_vantages_that_cannot_be_held(probe: Probe, gate: str, said: str) -> None:
    assert said in probe("run", "--target", "embedded", "--fail-on", gate, code=2).err


@pytest.mark.usefixtures("group")
def test_lists_name_each_vantage(probe: Probe) -> None:
    listed = probe("ls").out
    assert "glm@fra" in listed
    assert "glm@sin" in listed
    (run,) = probe("ls", "--json").json
    assert [(target["name"], target["vantage"], target["failed"]) for target in run["targets"]] == [
        ("glm@fra", "fra", 0),
        ("glm@sin", "sin", 8),
    ]


def test_arms_of_vantages_are_compared_and_explained_by_their_names(probe: Probe, group: Path) -> None:
    compared = probe("compare", f"{group.name}/glm@fra", f"{group.name}/glm@sin")
    assert "glm@sin" in compared.out
    asked = probe("compare", group.name, f"{group.name}/glm@sin", code=2)
    assert "holds more than one target (glm@fra, glm@sin)" in asked.err
    assert "connect_timeout" in probe("explain", f"{group.name}/glm@sin").out


def test_junit_has_a_suite_for_each_vantage(probe: Probe, group: Path) -> None:
    suites = probe("report", group.name, "--format", "junit").out
    assert '<testsuite name="glm@fra"' in suites
    assert '<property name="vantage" value="sin"' in suites
