"""`probe nightly`: one command that runs, judges, reports, keeps, and ends with what a scheduler needs."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

from probe.cli.nightly import show_night, summary_file
from probe.errors import ExitCode
from probe.model.night import Night, NightState
from probe.model.report_sections import Report
from probe.reporting.nightly_report import NightRules, conclude_night
from probe.stats.gate_expressions import parse_gate
from probe.stats.gates import evaluate
from probe.stats.night_baseline import judge_night, night_of
from probe.store.nights import append_nights, read_history
from tests.builders import START, manifest
from tests.conftest import Probe
from tests.stats.sections import durations, section, step
from tests.upstream.support import wait_until

Conclude = Callable[..., tuple[ExitCode, str]]


def report(failed: int = 0, *gates: str) -> Report:
    """Return the report of a night of 30 rounds, of which `failed` first calls time out."""
    tonight = section(step(n=30, failed=failed), step("call2", n=30), provenance=manifest(run_id="tonight"))
    held = tuple(evaluate(parse_gate(gate, ("call1", "call2")), tonight) for gate in gates)
    return Report(probe_version="0", sections=(tonight.model_copy(update={"gates": held}),))


def nights(*failed: int) -> list[Night]:
    found: list[Night] = []
    for number, k in enumerate(failed):
        run = manifest(run_id=f"night-{number}", created_at=START + timedelta(days=number))
        found.append(judge_night(night_of(section(step(n=30, failed=k), step("call2", n=30)), run), found))
    return found


@pytest.fixture
def conclude(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conclude:
    """Return a function that concludes a night with a report, in tmp_path.

    It returns the exit code and what was appended to the summary.
    """

    def run(tonight: Report, *, as_json: bool = False, keep: int | None = None) -> tuple[ExitCode, str]:
        monkeypatch.setattr("probe.reporting.nightly_report.report_of", lambda *_, **__: tonight)
        (tmp_path / "run").mkdir(exist_ok=True)
        night = conclude_night(tmp_path / "history", tmp_path / "run", NightRules(keep=keep))
        code = show_night(night, tmp_path / "summary.md", as_json=as_json)
        return code, (tmp_path / "summary.md").read_text()

    return run


def test_the_first_night_is_a_baseline(conclude: Conclude, tmp_path: Path) -> None:
    code, said = conclude(report(20))
    assert (code, [each.state for each in read_history(tmp_path / "history").nights]) == (0, [NightState.BASELINE])
    assert "## Nights of relay" in said
    assert "Too few nights to compare with: 0 of 3." in said


def test_one_bad_night_ends_with_0_and_the_second_with_3(conclude: Conclude, tmp_path: Path) -> None:
    append_nights(tmp_path / "history", *nights(*[1] * 12))
    code, said = conclude(report(15))
    assert (code, "Watch: worse than" in said) == (ExitCode.DONE, True)
    code, said = conclude(report(15))
    assert (code, "ALARM: worse than the 5 nights of the baseline, two nights in a row." in said) == (3, True)
    assert "call1, failure rate: 50 % instead of the usual 3 %" in said
    assert "The night before was as bad." in said
    assert [each.state.value for each in read_history(tmp_path / "history").nights[-2:]] == ["watch", "alarm"]


def test_a_failed_gate_ends_with_3_and_the_night_is_kept(conclude: Conclude, tmp_path: Path) -> None:
    code, said = conclude(report(3, "call1.failed > 2", "call2.failed > 2"))
    assert (code, "Failed gates: `call1.failed > 2`." in said) == (ExitCode.FAILED, True)
    assert len(read_history(tmp_path / "history").nights) == 1


def test_the_reports_are_written_beside_the_run(conclude: Conclude, tmp_path: Path) -> None:
    conclude(report(3))
    run = tmp_path / "run"
    assert (run / "report.md").read_text().startswith("# ")
    assert "<html" in (run / "report.html").read_text()
    assert ElementTree.parse(run / "junit.xml").getroot().tag == "testsuites"


def test_the_summary_is_appended_and_json_goes_to_standard_output(
    conclude: Conclude, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "summary.md").write_text("before\n")
    _, said = conclude(report(), as_json=True)
    assert said.startswith("before\n## ")
    told = json.loads(capsys.readouterr().out)
    assert (told["exit_code"], told["nights"][0]["state"], told["gates_failed"]) == (0, "baseline", [])


def test_only_the_newest_nights_stay(conclude: Conclude, tmp_path: Path) -> None:
    append_nights(tmp_path / "history", *nights(*[1] * 12))
    conclude(report(), keep=10)
    assert [each.run_id for each in read_history(tmp_path / "history").nights][::9] == ["night-3", "tonight"]


def test_other_targets_nights_do_not_count(conclude: Conclude, tmp_path: Path) -> None:
    glm = [each.model_copy(update={"target": "glm", "run_id": f"glm-{each.run_id}"}) for each in nights(*[1] * 10)]
    append_nights(tmp_path / "history", *nights(*[1] * 12), *glm)
    conclude(report(), keep=10)
    kept = [each.run_id for each in read_history(tmp_path / "history").nights]
    assert (kept[0], kept[-1], len(kept)) == ("night-3", "tonight", 20)


def test_a_slow_night_is_told_in_words(conclude: Conclude, tmp_path: Path) -> None:
    append_nights(tmp_path / "history", *nights(*[1] * 12))
    slow = section(step(n=30, durations=durations(30, 9000.0)), step("call2", n=30), provenance=manifest(run_id="slow"))
    _, said = conclude(Report(probe_version="0", sections=(slow,)))
    assert "- call1, median time, failed calls at their timeout: 9.00 s instead of the usual 2.00 s" in said


def test_a_quiet_night_is_not_said_to_be_no_worse(conclude: Conclude, tmp_path: Path) -> None:
    append_nights(tmp_path / "history", *nights(*[1] * 12))
    assert "**Quiet: not clearly worse than the 5 nights of the baseline.**" in conclude(report(2))[1]


def test_damaged_lines_are_said(conclude: Conclude, tmp_path: Path) -> None:
    append_nights(tmp_path / "history", *nights(1))
    with (tmp_path / "history" / "nights.jsonl").open("a") as file:
        file.write("{torn\n")
    assert "One line of the history is unreadable." in conclude(report())[1]


def test_a_summary_that_cannot_be_written_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("probe.reporting.nightly_report.report_of", lambda *_, **__: report())
    night = conclude_night(tmp_path, tmp_path)
    assert show_night(night, tmp_path / "no" / "file", as_json=False) == ExitCode.DONE
    assert "the summary could not be written" in capsys.readouterr().err


def test_where_the_summary_goes() -> None:
    offered = {"GITHUB_STEP_SUMMARY": "/ci/summary"}
    assert summary_file(None, {}) is None
    assert summary_file(None, {"GITHUB_STEP_SUMMARY": ""}) is None
    assert summary_file(None, offered) == Path("/ci/summary")
    assert summary_file(Path("own"), offered) == Path("own")


def test_the_workflow_in_examples_uses_options_that_exist(probe: Probe) -> None:
    workflow = Path(__file__).parents[2] / "examples" / "nightly.yml"
    steps = YAML(typ="safe").load(workflow)["jobs"]["nightly"]["steps"]
    (command,) = (each["run"] for each in steps if each.get("name") == "Measure")
    said = probe("nightly", "--help", COLUMNS="200").out
    options = re.findall(r"--[a-z-]+", command)
    assert len(options) >= 5
    assert [option for option in options if f"{option} " not in said] == []


# With the program itself

NIGHT = ("nightly", "--target", "embedded", "-n", "5", "--quiet", "--no-prime", "--no-recorder")
"""So few calls have no median: how busy this machine is from night to night is no matter."""


def states(probe: Probe) -> list[str]:
    return [each.state.value for each in read_history(probe.folder / "reports" / "history").nights]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nights_one_by_one(probe: Probe) -> None:
    """Three good nights, then two in which the client crashes: quiet, watch, alarm, and what is left behind."""
    stub = probe.folder / "client.sh"
    good, bad = (f'#!/bin/sh\nSTUB={how} exec {probe.environment["PROBE_CLIENT"]} "$@"\n' for how in ("", "crash"))
    codes = []
    for text in (good, good, good, good, bad, bad):
        stub.write_text(text)
        stub.chmod(0o755)
        codes.append(
            probe(*NIGHT, "--fault", "none", "--client", str(stub), code=None, GITHUB_STEP_SUMMARY="s.md").code
        )
    assert states(probe) == ["baseline"] * 3 + ["quiet", "watch", "alarm"]
    assert codes == [0, 0, 0, 0, 3, 3]  # every call of the watched night failed
    assert (probe.folder / "s.md").read_text().count("## Nights of") == 6
    newest = probe.runs()[-1]
    assert {"report.md", "report.html", "junit.xml"} <= {path.name for path in newest.iterdir()}
    said = probe.inside("trend").out
    assert said.count("| alarm") == 1
    assert "3 of 3" in said, "after three rounds that failed alike no further one is made"


def test_json_is_alone_on_standard_output(probe: Probe) -> None:
    told = probe(*NIGHT, "-n", "1", "--fault", "none", "--fail-on", "n > 0", "--json", code=3).json
    assert (told["gates_failed"], told["nights"][0]["state"]) == (["n > 0"], "baseline")
    assert told["run"] == str(probe.runs()[0].relative_to(probe.folder))


def test_a_night_that_cannot_begin_ends_with_4_and_is_not_kept(probe: Probe) -> None:
    probe(*NIGHT, "--client", "no-such-program", code=4)
    assert states(probe) == []


def test_an_unusable_history_is_said_before_the_run(probe: Probe) -> None:
    (probe.folder / "file").write_text("")
    assert "--history" in probe(*NIGHT, "--history", "file", code=4).err
    assert probe.runs() == []


def test_an_interrupted_night_is_not_kept(probe: Probe) -> None:
    night = probe.start(*NIGHT, "--env", "STUB=hang", "--timeout", "60s")
    started = probe.folder / "reports" / "runs"
    wait_until(lambda: any("call_started" in each.read_text() for each in started.glob("*/journal.jsonl")), 60)
    night.send_signal(2)
    _, said = night.communicate(timeout=60)
    assert night.returncode == 130, said
    assert "The night is not kept." in said
    assert states(probe) == []
