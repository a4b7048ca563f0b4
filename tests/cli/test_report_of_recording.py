"""`probe report` of a recording: formats, limits, and options that are not for recordings."""

import csv
import io

import pytest

from tests.builders import GOLDEN
from tests.conftest import Probe
from tests.reporting.recordings import RECORDING, eventful, write_recording


@pytest.mark.parametrize(
    ("language", "said"), [("en", "**FLAKY. 2 of 27 requests failed"), ("zh", "27 个请求中有 2 个失败")]
)
def test_the_report_of_the_latest_run_is_that_of_the_recording(recorded: Probe, language: str, said: str) -> None:
    assert said in recorded("--lang", language, "report").out


def test_a_report_in_other_formats(recorded: Probe) -> None:
    assert recorded("report", "--format", "json").json["kind"] == "recorded"
    recorded("report", RECORDING, "--format", "html", "--output", "page.html")
    assert "<title>FLAKY" in (recorded.folder / "page.html").read_text()
    rows = list(csv.DictReader(io.StringIO(recorded("report", "--format", "csv").out)))
    assert len(rows) == 30


def test_limits_of_the_reader_count(recorded: Probe) -> None:
    content = recorded("report", "--format", "json", "--stall-after", "2m", "--slow-after", "1s").json
    assert (content["stall_ms"], content["stalls"]) == (120_000.0, [])
    assert content["health"]["slow_after_ms"] == 1000.0


@pytest.mark.parametrize("given", [("--fail-on", "health == DOWN"), ("--delta", "0.2"), ("--format", "junit")])
def test_options_of_scripted_runs_are_refused(recorded: Probe, given: tuple[str, str]) -> None:
    said = recorded("report", *given, code=2)
    assert given[0] in said.err
    assert "recording" in said.err


def test_a_recording_is_never_pooled(recorded: Probe) -> None:
    second = write_recording(recorded.folder / "other", eventful().events, run_id="other")
    said = recorded("report", RECORDING, str(second), code=2)
    assert "never pooled" in said.err
    assert "no scripted run" in recorded("compare", RECORDING, str(second), code=2).err
    assert "no scripted run" in recorded("bundle", code=2).err


def test_stalls_are_of_recordings_alone(recorded: Probe) -> None:
    said = recorded("report", str(GOLDEN / "runs" / "plain"), "--stall-after", "5s", code=2)
    assert "--stall-after" in said.err
