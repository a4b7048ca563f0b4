"""`probe ls` on runs that are written by hand."""

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from probe.model.outcome import Outcome
from probe.reporting.find_runs import short_id
from probe.store import RunWriter
from tests.builders import call, manifest, round_events, target_info
from tests.conftest import Probe
from tests.reporting.stored_runs import COLD, LATEST, WARM, write_three
from tests.truth import Run, good

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def runs(probe: Probe) -> Path:
    return write_three(probe.folder / "reports" / "runs")


def test_ls_has_the_newest_run_first_with_its_health(probe: Probe, runs: Path) -> None:
    head, *lines = probe("ls").out.splitlines()
    assert head.split()[0] == "ID"
    assert [line.split()[0] for line in lines] == [short_id(name) for name in (LATEST, WARM, COLD)]
    assert "kimi" in lines[0]
    assert "DOWN" in lines[0]
    assert "2/2" in lines[0]
    assert "UNKNOWN" in lines[1]


def test_ls_as_json_has_what_a_program_needs(probe: Probe, runs: Path) -> None:
    latest = probe("ls", "--json", "--limit", "1").json[0]
    assert (latest["run"], latest["path"]) == (LATEST, f"reports/runs/{LATEST}")
    assert (latest["rounds"], latest["end"], latest["scenario"]) == (2, "completed", "two-calls")
    assert [(each["name"], each["health"], each["failed"]) for each in latest["targets"]] == [("kimi", "DOWN", 2)]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_ls_fits_the_terminal(probe: Probe, runs: Path, width: int, language: str) -> None:
    long = manifest(run_id="20261124T020000Z-long", target=target_info(name="a-name-of-thirty-two-characters-"))
    Run(long, ((good(1, 1), good(1, 2)),)).write(runs)
    lines = probe("ls", "--lang", language, COLUMNS=str(width)).out.splitlines()
    assert max(map(cell_len, lines)) <= width
    begin = next(number for number, line in enumerate(lines) if short_id(LATEST) in line)
    of_latest = " ".join(lines[begin : begin + 3])
    assert ("DOWN" if language == "en" else "不可用") in of_latest
    assert "2/2" in of_latest
    assert ("FAILED" if language == "en" else "失败") in " ".join(lines[:3])


def test_ls_says_how_many_are_left_out_and_that_none_is_stored(probe: Probe, runs: Path) -> None:
    assert "1 older run is not shown" in probe("ls", "-n", "2").err
    assert "not shown" not in probe("ls", "-n", "0").err
    ran = probe("ls", "--out", "elsewhere")
    assert (ran.out, "No run is stored in elsewhere/runs" in ran.err) == ("", True)
    assert probe("ls", "--out", "elsewhere", "--json").json == []


def test_ls_follows_a_run_that_grows_and_knows_one_that_is_going_on(probe: Probe, runs: Path) -> None:
    what = manifest(run_id="20261124T020000Z-two-calls-relay")
    with RunWriter.create(runs / what.run_id, what) as writer:
        for number, outcome in ((1, Outcome.OK), (2, Outcome.AUTH)):
            for event in round_events(call(number, 1, outcome)):
                writer.on_event(event)
            listed = probe("ls", "--json", "-n", "1").json[0]
            assert (listed["end"], listed["targets"][0]["calls"]) == ("running", number)
    assert listed["targets"][0]["health"] == "FLAKY"
    assert probe("ls", "--json", "-n", "1").json[0]["end"] == "cut_off"


def test_a_damaged_run_is_listed_and_hides_no_other(probe: Probe, runs: Path) -> None:
    (runs / LATEST / "manifest.json").write_text("{")
    (runs / WARM / "journal.jsonl").unlink()
    (runs / COLD / "headline.json").write_text('{"targets": 7}')
    lines = probe("ls").out.splitlines()
    assert "cannot be read" in lines[1]
    assert re.search(r"\d/2 +UNKNOWN", lines[3])
