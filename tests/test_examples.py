"""Everything in examples/ is run as a reader would.

The notebook is validated and run as a script, cell by cell: Jupyter itself would be a large dependency.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from probe.inputs.load_scenario import load_scenario
from tests.conftest import Probe

EXAMPLES = Path(__file__).parents[1] / "examples"


def in_folder(probe: Probe, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in the folder of a reader."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=probe.folder,
        env={**probe.env(), "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_each_example_is_listed() -> None:
    files = {path.name for path in EXAMPLES.iterdir() if path.is_file()} - {"README.md"}
    text = (EXAMPLES / "README.md").read_text()
    assert {name for name in files if f"]({name})" not in text} == set()


def test_the_targets_can_be_used(probe: Probe) -> None:
    config = str(EXAMPLES / "probe.toml")
    said = probe("targets", "list", "--config", config).out
    assert "glm" in said
    assert "kimi" in said
    planned = probe("run", "--dry-run", "--config", config, "--target", "glm", GLM_TOKEN="made-up").out
    assert "glm-4.7" in planned


def test_the_scenario_is_run_as_it_says(probe: Probe) -> None:
    file = EXAMPLES / "long-answer.yaml"
    assert [step.label for step in load_scenario(str(file)).steps] == ["short", "long", "rested"]
    shortened = probe.folder / "long-answer.yaml"
    shortened.write_text(file.read_text().replace("gap: 30s", "gap: 1s"))
    probe.run(
        "--target", "embedded", "--fault", "none", "-n", "1", "--driver", "messages", "--scenario", str(shortened)
    )
    calls = probe("export", "--format", "csv").out.splitlines()
    assert len(calls) == 4
    assert all(",ok," in line for line in calls[1:])


def test_the_custom_fault_is_met(probe: Probe) -> None:
    ran = in_folder(probe, str(EXAMPLES / "custom_fault.py"))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[:2] == ["call1 {'wrong_answer': 4}", "call2 {'ok': 4}"]


def test_the_custom_format_says_the_health(probe: Probe) -> None:
    probe.run("--target", "embedded", "--fault", "status(code=402, on=call1)", "-n", "2", "--driver", "messages")
    ran = in_folder(probe, str(EXAMPLES / "chat_message.py"))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ":large_orange_circle: *embedded* FLAKY: 2 of 4 calls failed (account 2)\n"


@pytest.mark.slow
def test_the_test_suite_passes(probe: Probe) -> None:
    ran = in_folder(probe, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLES / "test_relay.py"))
    assert ran.returncode == 0, ran.stdout
    assert "3 passed" in ran.stdout


def test_the_notebook_runs_from_top_to_bottom(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.read(EXAMPLES / "night_report.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    probe.run(
        "--target", "embedded", "--fault", "status(code=402, on=call1, every=2)", "-n", "4", "--driver", "messages"
    )
    monkeypatch.chdir(probe.folder)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), names)
    assert len(names["calls"]) == 8
    assert names["curves"]["done"].max() == 1.0
