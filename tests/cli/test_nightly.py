"""`probe nightly`: one command that runs, judges, reports, keeps, and ends with what a scheduler needs."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from probe.cli.nightly import summary_file
from probe.store.nights import read_history
from tests.conftest import Probe
from tests.upstream.support import wait_until


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
    said = probe("trend").out
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
