"""The list of stored runs."""

from pathlib import Path

import pytest

from probe.model.choices import EndReason
from probe.model.listed_run import NoEnd, RunKind
from probe.reporting.find_runs import short_id
from probe.reporting.list_runs import list_runs
from probe.store import RunWriter
from tests.builders import START, call, manifest, round_events
from tests.conftest import Probe
from tests.reporting.recordings import RECORDING, eventful, write_recording
from tests.reporting.stored_groups import NAME, group, rounds
from tests.truth import Run


def test_the_list_of_runs_tells_recordings_apart(recorded: Probe) -> None:
    [row] = recorded("ls").out.splitlines()[1:]
    assert row.split()[1:] == ["2026-11-21", "07:30", "(recording)", "relay", "FLAKY", "2/27", "done"]
    [listed] = recorded("ls", "--json").json
    assert (listed["kind"], listed["targets"][0]["failed"]) == ("recorded", 2)


def test_runs_come_newest_first_and_no_more_than_asked_for(tmp_path: Path) -> None:
    for day in (21, 23, 22):
        Run(manifest(run_id=f"202611{day}T073000Z-a"), rounds(1)).write(tmp_path / "runs")
    names = [each.run[:8] for each in list_runs(tmp_path)]
    assert names == ["20261123", "20261122", "20261121"]
    assert [each.run[:8] for each in list_runs(tmp_path, 2)] == names[:2]
    assert list_runs(tmp_path, 0) == list_runs(tmp_path / "nothing") == []


def test_a_run_says_what_was_measured_and_what_came_of_it(tmp_path: Path) -> None:
    folder = group(tmp_path / "runs", "a", "b", of_rounds=rounds(failed=1))
    (listed,) = list_runs(tmp_path)
    assert (listed.id, listed.run, listed.path) == (short_id(NAME), NAME, str(folder))
    assert (listed.created_at, listed.scenario, listed.driver, listed.rounds) == (START, "two-calls", "claude-print", 8)
    assert (listed.end, listed.kind) == (EndReason.COMPLETED, RunKind.SCRIPTED)
    assert [(each.name, each.failed) for each in listed.targets] == [("a", 1), ("b", 1)]


def test_a_group_of_several_drivers_names_each_once(tmp_path: Path) -> None:
    folder = group(tmp_path / "runs", "a", "b", "c")
    of_b = folder / "arms" / "b" / "manifest.json"
    of_b.write_text(of_b.read_text().replace('"claude-print"', '"messages"'))
    assert list_runs(tmp_path)[0].driver == "claude-print, messages"


def test_a_run_without_an_end_is_going_on_or_was_cut_off(tmp_path: Path) -> None:
    what = manifest(rounds=1)
    with RunWriter.create(tmp_path / "runs" / what.run_id, what) as writer:
        for event in round_events(call()):
            writer.on_event(event)
        assert list_runs(tmp_path)[0].end is NoEnd.RUNNING
    assert list_runs(tmp_path)[0].end is NoEnd.CUT_OFF


def test_a_group_one_arm_of_which_has_no_end_was_cut_off(tmp_path: Path) -> None:
    folder = group(tmp_path / "runs", "a", "b")
    journal = folder / "arms" / "b" / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    assert '"run_finished"' in lines[-1]
    journal.write_text("".join(lines[:-1]))
    assert list_runs(tmp_path)[0].end is NoEnd.CUT_OFF


@pytest.mark.parametrize("damage", ["{torn", "[]", '{"schema_version": 99}'])
def test_a_run_that_cannot_be_read_keeps_its_line(tmp_path: Path, damage: str) -> None:
    Run(manifest(run_id="20261121T073000Z-sound"), rounds(1)).write(tmp_path / "runs")
    torn = Run(manifest(run_id="20261122T073000Z-torn"), rounds(1)).write(tmp_path / "runs")
    (torn / "manifest.json").write_text(damage)
    first, second = list_runs(tmp_path)
    assert (first.run, first.created_at, first.targets, first.end) == (torn.name, None, (), NoEnd.CUT_OFF)
    assert second.targets[0].calls == 2


def test_a_recording_that_cannot_be_read_keeps_its_line(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "runs" / RECORDING, eventful().events)
    assert list_runs(tmp_path)[0].kind is RunKind.RECORDED
    (path / "recording.json").write_text("{torn")
    assert [(each.run, each.created_at, each.targets) for each in list_runs(tmp_path)] == [(RECORDING, None, ())]
