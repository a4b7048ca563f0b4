"""The steps of action.yml, run in a shell as a runner does it: expressions filled in, scripts executed by bash."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.release import ROOT

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
ACTION: dict[str, Any] = YAML(typ="safe").load(ROOT / "action.yml")
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]


def step(name: str) -> dict[str, Any]:
    return next(each for each in STEPS if each["name"] == name)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with the values of its expressions, which must be known."""
    return _EXPRESSION.sub(lambda found: values[found[1]], str(text))


@dataclass
class Job:
    """A job on a runner: a workspace, the runner's temporary directory, files for outputs and the summary."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("workspace", "runner", "bin"):
            (self.folder / name).mkdir()

    @property
    def runner_temp(self) -> Path:
        return self.folder / "runner"

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def install_probe(self) -> None:
        """Put this tree's `probe` where the step that installs it would."""
        place = self.runner_temp / "probe" / "bin" / "probe"
        place.parent.mkdir(parents=True)
        place.write_text(f'#!/bin/sh\nexec {sys.executable} -m probe "$@"\n')
        place.chmod(0o755)

    def record_words(self) -> Path:
        """Let the program only write down its words, one a line, and return the file that they go to."""
        file = self.folder / "words"
        place = self.runner_temp / "probe" / "bin" / "probe"
        place.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {file}\n')
        return file

    def do(self, name: str, inputs: Mapping[str, str], **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a step's script with these inputs; the others have their defaults."""
        defaults = {f"inputs.{key}": str(value.get("default", "")) for key, value in ACTION["inputs"].items()}
        assert {f"inputs.{key}" for key in inputs} <= defaults.keys()
        values = defaults | {f"inputs.{key}": value for key, value in inputs.items()}
        values |= {
            "github.action_path": str(ROOT),
            "steps.python.outputs.python-path": str(self.folder / "bin" / "python"),
        }
        script = self.folder / "step.sh"
        script.write_text(step(name)["run"])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env={
                **self._runner_environment(),
                **{key: filled(value, values) for key, value in step(name)["env"].items()},
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _runner_environment(self) -> dict[str, str]:
        files = {f"GITHUB_{name}": str(self.folder / name) for name in ("OUTPUT", "STEP_SUMMARY")}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "RUNNER_TEMP": str(self.runner_temp),
            "GITHUB_ACTIONS": "true",
            **files,
            **self.environment,
        }

    def outputs(self) -> dict[str, str]:
        """Return the outputs that steps have set."""
        pairs = (line.partition("=") for line in (self.folder / "OUTPUT").read_text().splitlines())
        return {name: value for name, _, value in pairs}

    @property
    def summary(self) -> str:
        return (self.folder / "STEP_SUMMARY").read_text()
