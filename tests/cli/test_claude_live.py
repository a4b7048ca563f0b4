"""`probe run --driver claude-live`, with a stand-in for the client."""

import json
import re

import pytest

from tests.conftest import Probe, calls

LIVE = ("--driver", "claude-live", "--scenario", "live", "--no-prime")
EMBEDDED = ("--target", "embedded")
FREE = (*EMBEDDED, "--fault", "none")


def outcomes(probe: Probe) -> list[str]:
    return [call["diagnosis"]["outcome"] for call in calls(probe.runs()[0])]


def test_a_round_is_one_process_and_faults_meet_its_steps(probe: Probe) -> None:
    probe.run(*LIVE, "-n", "2", *EMBEDDED, "--fault", "status(code=403, on=call2, every=2)")
    (run,) = probe.runs()
    found = calls(run)
    assert [call["wire"]["endings"][0] for call in found] == ["good"] * 4 + ["403 permission_error", "good"]
    assert [call["session_mode"] for call in found] == ["new", "live", "live"] * 2
    assert len({call["served_session_id"] for call in found}) == 2, "one session a round"
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["driver"] == "claude-live"
    assert "--input-format" in manifest["argv_template"]
    assert "<prompt>" not in manifest["argv_template"]
    report = probe("report").out
    assert "call2 goes on in the client process of the call before" in report
    assert "only first calls start the client" in report


def test_rounds_side_by_side_have_processes_of_their_own(probe: Probe) -> None:
    probe.run(*LIVE, "-n", "4", "--concurrency", "2", *FREE)
    assert outcomes(probe) == ["ok"] * 12
    assert len({call["served_session_id"] for call in calls(probe.runs()[0])}) == 4


def test_a_run_that_was_cut_short_is_resumed(probe: Probe) -> None:
    probe("run", *LIVE, "-n", "3", "--max-tokens", "1", *FREE)
    assert len(calls(probe.runs()[0])) == 3
    probe("run", "--resume", "latest", "--max-tokens", "100000")
    assert outcomes(probe) == ["ok"] * 9


def test_the_second_call_of_any_scenario_can_go_on(probe: Probe) -> None:
    probe.run("--driver", "claude-live", "--second-call-mode", "live", "--no-prime", "-n", "1", *FREE)
    assert [call["session_mode"] for call in calls(probe.runs()[0])] == ["new", "live"]


@pytest.mark.parametrize("driver", ["claude-print", "messages"])
def test_without_a_driver_that_keeps_a_process_the_session_is_refused(probe: Probe, driver: str) -> None:
    ran = probe.run("--driver", driver, "--scenario", "live", *FREE, code=2)
    assert re.search(r"live: .*steps\[1\]\.session: the step 'call2' goes on in the process", ran.err)
    assert "Add --driver claude-live" in ran.err
    assert probe.runs() == []


@pytest.mark.parametrize(
    ("words", "named"),
    [(("--no-recorder",), "--no-recorder"), (("--output-format", "json"), "--output-format json")],
)
def test_what_a_living_process_cannot_have_is_refused(probe: Probe, words: tuple[str, ...], named: str) -> None:
    assert named in probe.run(*LIVE, *words, *FREE, code=2).err


def test_beside_claude_print_it_shows_what_a_process_costs(probe: Probe) -> None:
    drivers = ("--driver", "claude-print", "--driver", "claude-live")
    probe.run(*drivers, "--scenario", "live", "--no-prime", "-n", "3", *FREE)
    report = probe("report").out
    assert "embedded: what each driver took" in report
    assert re.search(r"call2 .+ claude-live .+ claude-print .*; 3 rounds\)", report)


def test_a_dry_run_shows_one_process_and_what_it_is_asked(probe: Probe) -> None:
    shown = probe.run(*LIVE, "--dry-run").out
    assert shown.count("--input-format stream-json") == 1
    assert "stdin: 'Reply with exactly: PROBE_TWO'" in shown


def test_a_control_runs_its_client_in_the_same_way(probe: Probe) -> None:
    probe.run(*LIVE, "-n", "2", "--control", *FREE)
    (group,) = probe.runs()
    drivers = [json.loads((arm / "manifest.json").read_text())["driver"] for arm in (group / "arms").iterdir()]
    assert drivers == ["claude-live"] * 2
