"""`probe ls`, and the names that every command takes for a run, on runs that are written by hand."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from probe.model.outcome import Outcome
from probe.reporting.find_runs import short_id
from probe.store import RunWriter
from tests.builders import call, manifest, round_events, target_info
from tests.conftest import Probe
from tests.truth import FEW, Run, good, refused

pytestmark = pytest.mark.usefixtures("quick")

COLD, WARM = "20261121T084100Z-cold-start-relay", "20261122T020000Z-keep-warm-relay"
LATEST = "20261123T020000Z-keep-warm-kimi"


@pytest.fixture
def runs(probe: Probe) -> Path:
    """Write three runs, the latest of which had failures only, and return the directory that they are in."""
    folder = probe.folder / "reports" / "runs"
    for name, target in ((COLD, "relay"), (WARM, "relay"), (LATEST, "kimi")):
        calls = (refused(1, 1), refused(1, 2)) if target == "kimi" else (good(1, 1), good(1, 2))
        Run(manifest(run_id=name, target=target_info(name=target)), (calls,)).write(folder)
    return folder


def test_ls_has_the_newest_run_first_with_its_health(probe: Probe, runs: Path) -> None:
    head, *lines = probe.inside("ls").out.splitlines()
    assert head.split()[0] == "ID"
    assert [line.split()[0] for line in lines] == [short_id(name) for name in (LATEST, WARM, COLD)]
    assert "kimi" in lines[0]
    assert "DOWN" in lines[0]
    assert "2/2" in lines[0]
    assert "UNKNOWN" in lines[1]


def test_ls_as_json_has_what_a_program_needs(probe: Probe, runs: Path) -> None:
    latest = probe.inside("ls", "--json", "--limit", "1").json[0]
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
    assert "1 older run is not shown" in probe.inside("ls", "-n", "2").err
    assert "not shown" not in probe.inside("ls", "-n", "0").err
    ran = probe.inside("ls", "--out", "elsewhere")
    assert (ran.out, "No run is stored in elsewhere/runs" in ran.err) == ("", True)
    assert probe.inside("ls", "--out", "elsewhere", "--json").json == []


def test_ls_follows_a_run_that_grows_and_knows_one_that_is_going_on(probe: Probe, runs: Path) -> None:
    what = manifest(run_id="20261124T020000Z-two-calls-relay")
    with RunWriter.create(runs / what.run_id, what) as writer:
        for number, outcome in ((1, Outcome.OK), (2, Outcome.AUTH)):
            for event in round_events(call(number, 1, outcome)):
                writer.on_event(event)
            listed = probe.inside("ls", "--json", "-n", "1").json[0]
            assert (listed["end"], listed["targets"][0]["calls"]) == ("running", number)
    assert listed["targets"][0]["health"] == "FLAKY"
    assert probe.inside("ls", "--json", "-n", "1").json[0]["end"] == "cut_off"


def test_a_damaged_run_is_listed_and_hides_no_other(probe: Probe, runs: Path) -> None:
    (runs / LATEST / "manifest.json").write_text("{")
    (runs / WARM / "journal.jsonl").unlink()
    (runs / COLD / "headline.json").write_text('{"targets": 7}')
    lines = probe.inside("ls").out.splitlines()
    assert "cannot be read" in lines[1]
    assert re.search(r"\d/2 +UNKNOWN", lines[3])


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("latest", LATEST),
        ("latest~1", WARM),
        ("latest~2", COLD),
        ("0841", COLD),
        ("0841-cold", COLD),
        ("kimi", LATEST),
        (short_id(WARM), WARM),
        (f"reports/runs/{COLD}", COLD),
    ],
)
def test_a_run_has_short_names(probe: Probe, runs: Path, name: str, run: str) -> None:
    assert probe.inside("report", name).out.startswith(f"# probe report: {run}")


@pytest.mark.parametrize("words", [("report",), ("explain",), ("export",), ("compare", "latest"), ("run", "--resume")])
def test_a_name_of_several_runs_lists_them_everywhere(probe: Probe, runs: Path, words: tuple[str, ...]) -> None:
    said = probe.inside(*words, "keep-warm", code=2).err
    assert "2 runs have 'keep-warm' in their ids" in said
    assert said.index(f"{short_id(LATEST)}  {LATEST}") < said.index(f"{short_id(WARM)}  {WARM}")


def test_a_typing_error_in_a_part_of_an_id_is_understood(probe: Probe, runs: Path) -> None:
    assert (
        "no such run: kiim\nDid you mean kimi? Runs are in reports/runs" in probe.inside("report", "kiim", code=2).err
    )


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("scenarios", "show", "cold-strat"), "Did you mean cold-start? Shipped: "),
        (("scenarios", "show", "./mien.yaml"), "Did you mean mine.yaml? "),
        (("run", "--scenario", "mine.yaml"), "steps[0].promt: unknown key\nDid you mean prompt? "),
        (("run", "--target", "gml"), "Did you mean glm? Known: "),
        (("run", "--config", "other.toml"), "targets.glm.modle: unknown key\nDid you mean model? "),
        (("run", "--target", "embedded", "--fault", "stal"), "did you mean stall?"),
        (("run", "--target", "embedded", "--fail-on", "failed_rate > 1"), "Metrics: failure_rate, "),
        (("run", "--driver", "mesages"), "Did you mean messages?"),
        (("repotr",), "Did you mean 'report'"),
        (("run", "--ruonds", "3"), "--rounds"),
    ],
)
def test_a_typing_error_gets_what_may_be_meant(probe: Probe, words: tuple[str, ...], meant: str) -> None:
    target = 'base_url = "https://relay.example"\nmodel = "glm-4.7"\n'
    (probe.folder / "probe.toml").write_text(f"[targets.glm]\n{target}")
    (probe.folder / "other.toml").write_text(f"[targets.glm]\n{target.replace('model', 'modle')}")
    (probe.folder / "mine.yaml").write_text("name: mine\nsteps:\n  - label: call1\n    promt: x\n")
    assert meant in probe.inside(*words, code=2).err


def test_a_run_before_the_first_is_said(probe: Probe, runs: Path) -> None:
    assert "there are only 3 runs, so none is 3 before the latest" in probe.inside("report", "latest~3", code=2).err


def test_short_names_reach_the_arms_of_a_group_and_the_python_api(probe: Probe, runs: Path) -> None:
    from probe import load

    assert [path.name for path in load("latest", "0841", out=runs.parent).paths] == [LATEST, COLD]
    group = runs / "20261125T020000Z-two-calls-a+b"
    (group / "arms").mkdir(parents=True)
    arm = replace(FEW.runs[0], manifest=manifest(run_id="a")).write(group / "arms")
    arms = [{"name": "a", "directory": "arms/a"}]
    content = {"run_id": group.name, "created_at": "2026-11-25T02:00:00Z", "arms": arms, "order_seed": 1}
    (group / "group.json").write_text(json.dumps(content))
    assert load("latest/a", out=runs.parent).paths == (arm,)
    assert "Did you mean 20261125T020000Z-two-calls-a+b/a?" in probe.inside("report", "a+b/aa", code=2).err
