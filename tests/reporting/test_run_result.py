"""The result of a run: its exit code, and what programs are told."""

from pathlib import Path

import pytest

from probe.errors import ExitCode
from probe.model.choices import EndReason
from probe.model.report_sections import Report
from probe.reporting.run_result import RunResult
from probe.stats.gate_expressions import parse_gate
from probe.stats.gates import evaluate
from tests.render.samples import control, report
from tests.render.sections import health
from tests.stats.sections import section, step


def result(failed: int = 0, gates: tuple[str, ...] = (), end: EndReason = EndReason.COMPLETED) -> RunResult:
    """Return the result of a run of 30 rounds, of which so many calls failed."""
    steps = (step(n=30, failed=failed),)
    measured = section(*steps, health=health(steps))
    held = tuple(evaluate(parse_gate(gate, ("call1",)), measured) for gate in gates)
    told = Report(probe_version="0", sections=(measured.model_copy(update={"gates": held}),))
    return RunResult(Path("run"), told, (Path("run/report.md"),), end)


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (result(), ExitCode.DONE),
        (result(failed=29), ExitCode.DONE),
        (result(failed=30), ExitCode.FAILED),
        (result(gates=("call1.failed < 1",)), ExitCode.FAILED),
        (result(gates=("call1.failed > 1",)), ExitCode.DONE),
        (result(end=EndReason.SAME_FAILURE), ExitCode.FAILED),
        (result(end=EndReason.VANTAGE_LOST), ExitCode.ENVIRONMENT),
        (result(failed=30, end=EndReason.FLEET_LOST), ExitCode.ENVIRONMENT),
        (result(failed=30, end=EndReason.INTERRUPTED), ExitCode.INTERRUPTED),
    ],
)
def test_the_exit_code_is_that_of_what_matters_most(run: RunResult, code: ExitCode) -> None:
    assert run.exit_code == code
    assert run.as_json()["exit_code"] == int(code)


def test_programs_are_told_what_failed_and_where_reports_are() -> None:
    told = result(failed=30, gates=("call1.failed > 1", "call1.n > 99")).as_json()
    assert (told["run"], told["report"], told["end"]) == ("run", "run/report.md", "completed")
    assert "report_html" not in told
    assert (told["down"], told["gates_failed"]) == (["relay"], ["call1.failed > 1"])


def test_without_reports_none_is_named() -> None:
    told = RunResult(Path("run"), report(), (), EndReason.COMPLETED).as_json()
    assert not {"report", "report_html"} & told.keys()


def test_a_control_that_is_down_is_no_target_that_is_down() -> None:
    down = control().model_copy(update={"health": result(failed=30).report.sections[0].health})
    assert RunResult(Path("run"), Report(probe_version="0", sections=(down,)), (), EndReason.COMPLETED).down == ()
