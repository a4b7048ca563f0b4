"""The GitHub action: its steps run in a shell, with the environment that a runner gives them."""

import re
import sys
from pathlib import Path

import pytest

from tests.conftest import STUB_CLIENT
from tests.github_runner import obeyed
from tests.project.action_steps import ACTION, STEPS, Job, step

EMBEDDED = {"target": "embedded", "timeout": "5s"}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    job = Job(tmp_path, {"PROBE_CLIENT": f"{sys.executable} {STUB_CLIENT}"})
    job.install_probe()
    return job


def test_every_input_is_used_and_documented() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", str(STEPS)))
    assert used == set(ACTION["inputs"])
    document = (Path(__file__).parents[2] / "docs" / "github-action.md").read_text()
    assert {name for name in (*ACTION["inputs"], *ACTION["outputs"]) if f"`{name}`" not in document} == set()


def test_no_input_is_for_a_token_and_no_script_holds_an_expression() -> None:
    assert [name for name in ACTION["inputs"] if re.search("token|secret|key$|password", name)] == ["cache-key"]
    assert [each["name"] for each in STEPS if "${{" in each.get("run", "")] == []


def test_actions_of_others_are_pinned_to_commits() -> None:
    assert [each["uses"] for each in STEPS if not re.search(r"@[0-9a-f]{40}$", each.get("uses", "x@" + "0" * 40))] == []


def test_outputs_are_those_of_the_step_that_probes() -> None:
    assert step("Probe")["id"] == "probe"
    assert {name: value["value"] for name, value in ACTION["outputs"].items()} == {
        name: "${{ steps.probe.outputs." + name + " }}" for name in ("exit-code", "health", "wrong", "run", "report")
    }


def test_check_fails_with_its_findings(job: Job) -> None:
    ended = job.do(
        "Probe", {"command": "check", "arguments": "--no-client\n--fault\nstatus(code=503)", "timeout": "2s"}
    )
    assert (ended.returncode, job.outputs()) == (3, {"wrong": "1", "exit-code": "3"})
    assert [command.name for command in obeyed(ended.stderr)] == ["error"]
    assert "a gateway does not reach its backend" in job.summary


def test_run_takes_gates_line_by_line(job: Job) -> None:
    gates = "call1.failed > 0\n\ncall2.failed > 1\n"
    words = "--driver\nmessages\n--fault\nstatus(code=503, message=a b)\n"
    ended = job.do("Probe", EMBEDDED | {"command": "run", "rounds": "1", "fail-on": gates, "arguments": words})
    assert (ended.returncode, job.outputs()["health"]) == (3, "DOWN")
    titles = [command.properties["title"] for command in obeyed(ended.stderr)]
    assert titles == ["probe: embedded is DOWN", "probe: a gate failed"]
    assert Path(job.outputs()["run"]).parent == job.runner_temp / "probe-reports" / "runs"
    assert Path(job.outputs()["report"]).is_file()
    assert list(job.workspace.iterdir()) == []


def test_a_night_is_kept_for_the_next_one(job: Job) -> None:
    night = EMBEDDED | {"command": "nightly", "rounds": "1", "arguments": "--no-prime\n--fault\nnone", "lang": "zh"}
    ended = job.do("Probe", night)
    assert (ended.returncode, job.outputs()["exit-code"]) == (0, "0")
    assert (job.workspace / "probe-history" / "nights.jsonl").is_file()
    assert "embedded" in job.summary
    assert re.search(r"[\u4e00-\u9fff]", job.summary)


@pytest.mark.parametrize(
    "hostile", ["x; touch owned", "$(touch owned)", "`touch owned`", '"; touch owned; "', "a b", "*"]
)
def test_an_input_is_one_word_and_no_shell(job: Job, hostile: str) -> None:
    words = job.record_words()
    names = ("target", "base-url", "model", "config", "scenario", "rounds", "timeout", "fail-on", "arguments")
    job.do("Probe", {"command": "nightly", "history": hostile, **dict.fromkeys(names, hostile)})
    given = words.read_text().splitlines()
    options = [f"--{name}" for name in names if name != "arguments"]
    assert given[:3] == ["nightly", "--annotations", "github"]
    assert [given[given.index(option) + 1] for option in ("--history", *options)] == [hostile] * 9
    assert given[-1] == hostile
    assert list(job.workspace.iterdir()) == []


def test_a_command_that_there_is_not(job: Job) -> None:
    ended = job.do("Probe", {"command": "rm"})
    assert (ended.returncode, job.outputs()) == (2, {"exit-code": "2"})
    assert obeyed(ended.stdout)[0].message == "The input command is check, run or nightly."


@pytest.mark.parametrize(
    ("package", "installed"),
    [("", f"{Path(__file__).parents[2]}[client]"), ("claude-probe==0.1.0", "claude-probe==0.1.0")],
)
def test_probe_is_installed_without_the_token(tmp_path: Path, package: str, installed: str) -> None:
    job = Job(tmp_path)
    python = tmp_path / "bin" / "python"
    python.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/log\nenv > {tmp_path}/environment\n'
        f'if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp {python} "$3/bin/python"; fi\n'
    )
    python.chmod(0o755)
    secret = "made-up-token-of-a-test"
    ended = job.do("Install probe", {"package": package}, ANTHROPIC_AUTH_TOKEN=secret, ANTHROPIC_API_KEY=secret)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "log").read_text().splitlines()[-1].endswith(f" {installed}")
    assert secret not in (tmp_path / "environment").read_text()


def test_the_token_is_in_no_line_of_the_log(job: Job) -> None:
    secret = "made-up-token-of-a-test"
    ended = job.do(
        "Probe", {"command": "run", "base-url": "http://127.0.0.1:9", "model": "m"}, ANTHROPIC_AUTH_TOKEN=secret
    )
    assert ended.returncode == 3
    assert secret not in ended.stdout + ended.stderr + job.summary + str(job.outputs())
