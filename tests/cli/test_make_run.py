"""The end of a run: its places, its result, its exit code, and the command that goes on; and notes before that."""

import json
import re
import shlex
import stat
import sys
from pathlib import Path

import pytest

from probe.cli.make_run import TerminalObserver, run_given_options
from probe.cli.run_options import RunOutput
from probe.errors import ExitCode
from probe.model.outcome import Outcome
from probe.session.circuit_breaker import SameFailure
from probe.upstream import EmbeddedUpstream
from tests.cli.terminal import ShownText
from tests.conftest import Probe, calls, journal
from tests.upstream.support import requests_of

pytestmark = pytest.mark.usefixtures("quick")

EMBEDDED = ("--target", "embedded", "--fault", "none", "--no-prime")
PLAIN = ("--target", "embedded", "--driver", "messages")
"""Calls by plain HTTP, with no client to start."""


@pytest.mark.parametrize("quiet", [True, False])
def test_what_ends_rounds_is_said_also_when_quiet_and_a_remark_is_not(
    capsys: pytest.CaptureFixture[str], quiet: bool
) -> None:
    observer = TerminalObserver(quiet=quiet, is_verbose=False)
    observer.on_note("a remark")
    observer.on_warning("a limit cannot act")
    observer.on_same_failure("glm", SameFailure(Outcome.AUTH, "401", 5))
    observer.on_vantage_lost("fra", "gone")
    lines = capsys.readouterr().err.splitlines()
    assert (lines[0] == "a remark") is not quiet
    warning, same, lost = lines[-3:]
    assert warning == "warning: a limit cannot act"
    assert same.startswith("glm: every call of 5 rounds failed")
    assert lost == "The vantage fra makes no further rounds: gone"
    assert len(lines) == (3 if quiet else 4)
    assert observer.shows_forecast is not quiet


def test_in_a_pipe_the_places_are_on_standard_output_and_the_rest_is_not(probe: Probe) -> None:
    ran = probe("run", *PLAIN, "-n", "1")
    (run,) = probe.runs()
    place = run.relative_to(probe.folder)
    assert ran.out == f"run:    {place}\nreport: {place}/report.md\n        {place}/report.html\n"
    assert "No call failed" in ran.err


def test_quiet_hides_the_way_there_and_no_result(probe: Probe) -> None:
    err = probe.run(*PLAIN, "-n", "1", "--quiet").err
    assert "round 1" not in err
    assert "embedded upstream, which" not in err
    assert "No call failed" in err


@pytest.mark.parametrize(("report", "says"), [(True, "Report: {}/report.html"), (False, "Run: {}")])
def test_on_a_terminal_the_last_line_says_what_to_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: bool, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = ShownText()
    monkeypatch.setattr(sys, "stdout", shown)
    given = {"targets": ("embedded",), "drivers": ("messages",), "rounds": 1}
    path, code = run_given_options(given, None, RunOutput(report=report, quiet=True, out=tmp_path))
    assert code is ExitCode.DONE
    assert shown.getvalue() == says.format(path) + "\n", "one line, which the terminal may break and a person can copy"


def test_a_run_that_stopped_since_all_failed_alike_names_the_command_that_goes_on(probe: Probe) -> None:
    err = probe.run(*PLAIN, "--fault", "status(code=401)", "-n", "60", code=3).err
    (run,) = probe.runs()
    assert "--keep-going makes all rounds. To resume:" in err
    command = shlex.split(err.splitlines()[-1])
    assert command == ["probe", "run", "--resume", str(run.relative_to(probe.folder))]
    assert len(calls(run)) < 60


def test_as_json_there_is_one_line_and_no_words_on_standard_output(probe: Probe) -> None:
    ran = probe.run(*PLAIN, "-n", "1", "--json", "--fail-on", "call1.n >= 1", code=3)
    assert ran.out.count("\n") == 1
    assert (ran.json["exit_code"], ran.json["end"]) == (3, "completed")
    assert "gate failed" not in ran.err


def test_the_limit_that_ended_a_run_is_named(probe: Probe) -> None:
    err = probe.run(*PLAIN, "-n", "9", "--max-tokens", "1").err
    assert "Stopped early: the limit of --max-tokens was reached." in err
    assert "--resume" not in err


def test_what_cannot_be_resumed_is_refused_before_the_target_is_asked(probe: Probe) -> None:
    with EmbeddedUpstream(models=("m",)) as running:
        target = f'base_url = "{running.base_url}"\nmodel = "m"\ntoken_env = "T"\n'
        (probe.folder / "probe.toml").write_text(f"[targets.a]\n{target}")
        words = ("--driver", "messages", "-n", "1")
        probe.run("--target", "a", *words, T="sk-made-up-0000")
        asked = len(requests_of(running))
        ran = probe.run("--resume", "latest", "-n", "2", "--timeout", "7s", code=2, T="sk-made-up-0000")
        assert len(requests_of(running)) == asked
    assert "could not be pooled" in ran.err
    assert "First asks" not in ran.err


def test_a_run_leaves_what_it_says(probe: Probe) -> None:
    ran = probe("run", "-n", "2", *EMBEDDED, "--json")
    result = ran.json
    assert (result["exit_code"], result["end"]) == (0, "completed")
    run = probe.folder / result["run"]
    assert [event["event"] for event in journal(run)] == [
        "run_started",
        *["round_started", "round_prepared", *["call_started", "call_finished"] * 2, "round_finished"] * 2,
        "run_finished",
    ]
    assert (probe.folder / result["report"]).read_text().startswith("# probe report")
    assert json.loads((run / "rounds/0002/summary.json").read_text())["diagnosis"]["second_call_ok"] is True
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in run.rglob("*") if path.is_file()} == {0o600}


def test_a_run_without_reports_leaves_all_the_rest(probe: Probe) -> None:
    ran = probe("run", "-n", "1", *EMBEDDED, "--no-report")
    (run,) = probe.runs()
    assert ran.out.splitlines()[-1] == f"run:    {run.relative_to(probe.folder)}"
    assert "report:" not in ran.out
    assert not list(run.glob("report.*"))
    assert "| call1" in probe("report").out


def test_an_unwritable_place_ends_with_4_before_anything_is_run(probe: Probe) -> None:
    (probe.folder / "file").write_text("")
    ran = probe.run("-n", "1", *EMBEDDED, "--out", "file", code=4)
    assert "--out" in ran.err
    assert "round 1" not in ran.err


@pytest.mark.slow
def test_gates_end_with_3_and_are_named(probe: Probe) -> None:
    ran = probe.run("-n", "2", *EMBEDDED, "--fail-on", "call1.n >= 2", "--fail-on", "failed > 0", code=3)
    assert "gate failed: call1.n >= 2 (observed 2 of 2)" in ran.err
    assert "failed > 0" not in ran.err.replace("gate failed", "")
    assert "| `call1.n >= 2` | **failed**" in re.sub(" +", " ", probe("report", code=3).out)


@pytest.mark.slow
def test_resume_of_a_finished_run_adds_the_rounds_that_are_asked_for(probe: Probe) -> None:
    probe.run("-n", "1", *EMBEDDED)
    run = str(probe.runs()[0])
    probe.run("--resume", run, "-n", "3")
    assert [call["round"] for call in calls(probe.runs()[0])] == [1, 1, 2, 2, 3, 3]
    assert "**Not complete**" not in probe("report").out
