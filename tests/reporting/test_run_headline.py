"""The headline that is kept beside a run, and when it is made anew."""

from pathlib import Path
from typing import Any

import pytest

from probe import __version__
from probe.model.choices import EndReason, Role
from probe.model.health import HealthWord
from probe.model.listed_run import TargetHeadline
from probe.reporting.run_headline import HEADLINE, arm_directories, headline_of
from probe.store import RecordedWriter, RunWriter
from tests.builders import call, manifest, round_events
from tests.reporting.recordings import eventful, recorded_manifest, write_recording
from tests.reporting.stored_groups import group, rounds
from tests.truth import Run, good, refused
from tests.vantages import rounds as calls_of_rounds
from tests.vantages import vantage_group

pytestmark = pytest.mark.usefixtures("quick")


def targets(path: Path) -> tuple[TargetHeadline, ...]:
    headline = headline_of(path)
    assert headline is not None
    return headline.targets


def test_it_counts_the_calls_of_each_target_of_a_group(tmp_path: Path) -> None:
    folder = group(tmp_path, "a", "b", of_rounds=rounds(failed=8))
    told = [
        (each.name, each.health, each.calls, each.failed, each.rounds_finished, each.end) for each in targets(folder)
    ]
    assert told == [(name, HealthWord.FLAKY, 16, 8, 8, EndReason.COMPLETED) for name in ("a", "b")]
    assert arm_directories(folder) == [folder / "arms" / "a", folder / "arms" / "b"]


def test_it_leaves_the_control_out_and_names_vantages(tmp_path: Path) -> None:
    folder = vantage_group(tmp_path, {"fra": calls_of_rounds(2), "sin": calls_of_rounds(2)})
    assert [(each.name, each.vantage) for each in targets(folder)] == [("glm@fra", "fra"), ("glm@sin", "sin")]
    control = Run(manifest(run_id="20261122T073000Z-control", role=Role.CONTROL), rounds(2)).write(tmp_path)
    assert targets(control) == ()


def test_it_is_kept_until_the_run_grows(tmp_path: Path) -> None:
    what = manifest(rounds=2)
    with RunWriter.create(tmp_path / "run", what) as writer:
        for number in (1, 2):
            for event in round_events(good(number, 1), good(number, 2)):
                writer.on_event(event)
            assert targets(tmp_path / "run")[0].calls == 2 * number
    kept = tmp_path / "run" / HEADLINE
    kept.write_text(kept.read_text().replace('"calls": 4', '"calls": 99'))
    assert targets(tmp_path / "run")[0].calls == 99


@pytest.mark.parametrize("damage", ["", "{torn", "[]", '{"targets": 7}', "\x00"])
def test_one_that_cannot_be_read_is_made_anew(tmp_path: Path, damage: str) -> None:
    run = Run(manifest(), rounds(2)).write(tmp_path)
    first = headline_of(run)
    (run / HEADLINE).write_text(damage)
    assert headline_of(run) == first
    assert (run / HEADLINE).read_text() != damage


def test_one_of_another_version_is_made_anew(tmp_path: Path) -> None:
    run = Run(manifest(), rounds(2)).write(tmp_path)
    headline_of(run)
    kept = run / HEADLINE
    kept.write_text(kept.read_text().replace(__version__, "0.0.1").replace('"calls": 4', '"calls": 99'))
    assert targets(run)[0].calls == 4


def test_a_store_that_cannot_be_written_is_read_all_the_same(tmp_path: Path) -> None:
    run = Run(manifest(), rounds(2)).write(tmp_path)
    (run / HEADLINE).mkdir()
    assert targets(run)[0].calls == 4


def test_of_what_is_no_run_there_is_none(tmp_path: Path) -> None:
    assert headline_of(tmp_path) is None
    assert headline_of(tmp_path / "nothing") is None


def test_a_run_that_was_cut_off_has_no_end(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path / "run", manifest(rounds=1)) as writer:
        for event in round_events(call()):
            writer.on_event(event)
    assert targets(tmp_path / "run")[0].end is None


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "relay"),
        ({"target": None}, "relay.example"),
        ({"target": None, "base_url": "no address"}, "no address"),
    ],
)
def test_a_recording_has_one_target_that_is_named_as_well_as_can_be(
    tmp_path: Path, changes: dict[str, Any], name: str
) -> None:
    (target,) = targets(write_recording(tmp_path / "recording", eventful().events, **changes))
    assert (target.name, target.calls, target.failed, target.end) == (name, 27, 2, EndReason.COMPLETED)
    assert target.health is HealthWord.FLAKY


def test_a_recording_that_was_killed_has_no_end(tmp_path: Path) -> None:
    (target,) = targets(write_recording(tmp_path / "recording", eventful().events, finish=False))
    assert target.end is None


def test_calls_that_all_failed_are_a_target_that_is_down(tmp_path: Path) -> None:
    run = Run(manifest(), ((refused(1, 1), refused(1, 2)),)).write(tmp_path)
    assert [(each.health, each.failed) for each in targets(run)] == [(HealthWord.DOWN, 2)]


def test_a_recording_that_goes_on_has_no_end_yet(tmp_path: Path) -> None:
    with RecordedWriter.create(tmp_path / "recording", recorded_manifest()) as writer:
        for event in eventful().events:
            writer.take(event)
        (target,) = targets(tmp_path / "recording")
    assert (target.end, target.calls) == (None, 27)
