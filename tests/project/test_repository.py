"""Files for contributors, CI and containers: they hold together, pin what they fetch, and hold no token."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tools.release import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
YAML_FILES = [
    *WORKFLOWS,
    *sorted((ROOT / ".github").rglob("*.yml")),
    ROOT / "compose.yaml",
    ROOT / "examples/nightly.yml",
]


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


@pytest.mark.parametrize("path", dict.fromkeys(YAML_FILES), ids=lambda path: path.name)
def test_actions_of_others_are_pinned_to_commits_with_their_versions(path: Path) -> None:
    assert read(path)
    uses = re.findall(r"uses: (.+)", path.read_text())
    assert [each for each in uses if not re.fullmatch(r"\./|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_may_no_more_than_they_need(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    scripts = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert [script for script in scripts if "${{" in script] == []
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


def test_a_release_is_checked_before_it_is_published() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    scripts = [step.get("run", "") for step in jobs["build"]["steps"]]
    assert any("tools.release check" in script for script in scripts)
    assert (jobs["publish"]["needs"], jobs["release"]["needs"]) == ("build", "publish")
    assert jobs["publish"]["permissions"] == {"id-token": "write"}


def test_the_image_has_a_user_and_no_token() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    assert [line for line in lines if re.match(r"(ENV|ARG)\b.*(TOKEN|KEY|SECRET)", line)] == []


def test_what_the_image_copies_is_sent_to_the_engine() -> None:
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    sources = set(" ".join(lines).split())
    assert sources == set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert [name for name in sources if not (ROOT / name).exists()] == []


def test_the_container_of_a_night_is_locked_down() -> None:
    service = read(ROOT / "compose.yaml")["services"]["nightly"]
    assert service["environment"]["ANTHROPIC_AUTH_TOKEN"].startswith("${ANTHROPIC_AUTH_TOKEN:?")
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "privileged" not in service


def test_make_help_lists_every_target() -> None:
    names = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[1] for line in said.splitlines()] == names


def test_a_bug_report_asks_for_a_bundle() -> None:
    form = read(ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml")
    labels = [part["attributes"].get("label", "") for part in form["body"]]
    assert {"`probe bundle`", "`probe --version`"} <= set(labels)
    assert all(part["type"] == "markdown" or part["attributes"]["label"] for part in form["body"])
