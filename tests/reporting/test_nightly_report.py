"""A night that is concluded: judged by the nights before, kept, and told in words."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from probe.cli.nightly import show_night
from probe.errors import ExitCode
from probe.model.night import NightState
from probe.model.report_sections import Report
from probe.reporting.nightly_report import NightRules, conclude_night
from probe.stats.gate_expressions import parse_gate
from probe.stats.gates import evaluate
from probe.store.nights import append_nights, read_history
from tests.builders import START, manifest
from tests.conftest import Probe
from tests.render.sections import health
from tests.reporting.stored_nights import nights
from tests.stats.sections import durations, section, step
from tests.vantages import every, rounds, vantage_group

pytestmark = pytest.mark.usefixtures("quick")

Conclude = Callable[..., tuple[ExitCode, str]]


def report(failed: int = 0, *gates: str) -> Report:
    """Return the report of a night of 30 rounds, of which `failed` first calls time out."""
    tonight = section(step(n=30, failed=failed), step("call2", n=30), provenance=manifest(run_id="tonight"))
    held = tuple(evaluate(parse_gate(gate, ("call1", "call2")), tonight) for gate in gates)
    return Report(probe_version="0", sections=(tonight.model_copy(update={"gates": held}),))


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
    shown = capsys.readouterr()
    assert "the summary could not be written" in shown.err
    assert "Nights of relay" in shown.out
    assert not {"##", "**", "|"} & set(shown.out.split()), "in a pipe it is plain text, and Markdown is for the file"


def test_nights_of_a_vantage_are_a_series_of_their_own(probe: Probe, tmp_path: Path) -> None:
    runs, history = probe.folder / "reports" / "runs", tmp_path / "nights"
    for night in range(1, 5):
        sin = rounds(12, every(3, 12)) if night == 4 else rounds(12)
        group = vantage_group(
            runs,
            {"fra": rounds(12), "sin": sin},
            name=f"2026112{night}T073000Z-two-calls-glm",
            created_at=START + timedelta(days=night),
        )
        concluded = conclude_night(history, group)
    assert [(night.arm_name, night.state.value) for night in concluded.nights] == [
        ("glm@fra", "quiet"),
        ("glm@sin", "watch"),
    ]
    assert "## Nights of glm@fra" in concluded.summary
    assert "fails more often than fra" in concluded.summary or "Cannot tell yet" in concluded.summary
    shown = probe("trend", "--history", str(history), "--vantage", "sin").out
    assert "glm@sin" in shown
    assert "glm@fra" not in shown


def test_a_target_that_is_down_fails_a_night_that_raises_no_alarm(conclude: Conclude, tmp_path: Path) -> None:
    steps = (step(n=30, failed=30), step("call2", n=30, failed=30))
    down = section(*steps, provenance=manifest(run_id="down"), health=health(steps))
    code, _ = conclude(Report(probe_version="0", sections=(down,)))
    assert (code, read_history(tmp_path / "history").nights[-1].state) == (ExitCode.FAILED, NightState.BASELINE)


def test_where_something_else_was_measured_the_night_before_is_named(conclude: Conclude, tmp_path: Path) -> None:
    (before,) = nights(1)
    changed = before.model_copy(update={"identity": before.identity | {"client": "claude 2.0.0"}})
    append_nights(tmp_path / "history", changed)
    assert "claude 2.0.0" in conclude(report(1))[1]


def test_a_night_that_is_concluded_again_is_not_compared_with_itself(conclude: Conclude) -> None:
    conclude(report(1))
    assert "Too few nights to compare with: 0 of 3." in conclude(report(1))[1]
