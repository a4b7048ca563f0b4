"""The files of a round, and which of them stay."""

import json
from pathlib import Path

import pytest

from probe.model.call import Call
from probe.model.outcome import Outcome
from probe.model.run_manifest import Options
from probe.store import RunWriter
from tests.builders import GOOD_LINE, call, flags, manifest, round_events
from tests.store.stored_run import STDOUT


def files_of_round(path: Path, *calls: Call, **options: bool) -> set[str]:
    with RunWriter.create(path, manifest(options=Options.model_validate(options))) as writer:
        for event in round_events(*calls, stdout=STDOUT):
            writer.on_event(event)
    return {file.name for file in (path / "rounds/0001").iterdir()}


def test_a_call_that_went_well_leaves_the_summary_alone(tmp_path: Path) -> None:
    assert files_of_round(tmp_path / "run", call(1, 1), call(1, 2)) == {"summary.json"}
    said = json.loads((tmp_path / "run/rounds/0001/summary.json").read_text())["call1"]
    assert (said["stdout_path"], said["stderr_path"], said["stdout_json"]) == (None, None, GOOD_LINE)
    assert said["stdout_preview"] == STDOUT.decode()


@pytest.mark.parametrize(
    "bad",
    [
        call(1, 2, Outcome.OVERLOADED),
        call(1, 2, flags=flags("retried")),
        call(1, 2, Outcome.OVERLOADED, expected_outcome=Outcome.OVERLOADED),
    ],
    ids=["failed", "recovered", "expected to fail"],
)
def test_of_a_call_that_failed_or_recovered_the_whole_output_stays(tmp_path: Path, bad: Call) -> None:
    kept = files_of_round(tmp_path / "run", call(1, 1), bad)
    assert kept == {"summary.json", "call2.stdout.txt", "call2.stderr.txt"}
    assert (tmp_path / "run/rounds/0001/call2.stdout.txt").read_bytes() == STDOUT


def test_where_it_is_asked_for_all_output_stays(tmp_path: Path) -> None:
    kept = files_of_round(tmp_path / "run", call(1, 1), call(1, 2), keep_output=True)
    assert kept == {"summary.json"} | {f"call{n}.{kind}.txt" for n in (1, 2) for kind in ("stdout", "stderr")}
    said = json.loads((tmp_path / "run/rounds/0001/summary.json").read_text())["call1"]
    assert Path(said["stdout_path"]).read_bytes() == STDOUT
