"""The calls of runs as they are read: scripted runs, and what the original script left."""

import shutil
from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.model.choices import EndReason
from probe.reporting.find_runs import Place
from probe.reporting.load_runs import iterate_rows, load, load_calls, load_rows, originals_in
from probe.stats.frame import FrameBuilder
from probe.store import RunWriter
from tests.builders import GOLDEN, START, call, manifest, round_events
from tests.truth import FEW, Run, good

pytestmark = pytest.mark.usefixtures("quick")

ORIGINALS = GOLDEN / "original-summaries"
ONE = ORIGINALS / "both-timed-out" / "summary.json"


def test_a_run_says_where_it_came_from_and_how_it_ended(tmp_path: Path) -> None:
    run, builder = FEW.runs[0], FrameBuilder()
    loaded = load(Place(run.write(tmp_path)), builder)
    assert (loaded.run_id, loaded.manifest) == (run.manifest.run_id, run.manifest)
    assert (loaded.source.created_at, loaded.source.end) == (START, EndReason.COMPLETED)
    assert (loaded.source.rounds_finished, loaded.rounds_planned) == (len(run.rounds), run.manifest.rounds)
    assert (loaded.corrupt, loaded.interrupted_calls, loaded.original_script) == ({}, 0, False)
    assert len(builder.build()) == 2 * len(run.rounds)


def test_without_a_manifest_the_directory_names_the_run_and_what_is_there_was_planned(tmp_path: Path) -> None:
    path = Run(manifest(rounds=5), ((good(1, 1), good(1, 2)),)).write(tmp_path)
    (path / "manifest.json").write_text("{torn")
    loaded = load(Place(path), FrameBuilder())
    assert (loaded.run_id, loaded.manifest, loaded.rounds_planned) == (path.name, None, 1)
    assert loaded.corrupt == {"manifest.json": 1}
    manifest_read, run_id, rows, corrupt = load_rows(Place(path))
    assert (manifest_read, run_id, len(rows), corrupt) == (None, path.name, 2, {"manifest.json": 1})


def test_a_round_that_was_made_again_counts_once(tmp_path: Path) -> None:
    what = manifest(rounds=1)
    with RunWriter.create(tmp_path / "run", what) as writer:
        for attempt in (1, 2):
            both = (call(1, position, attempt=attempt, wall_ms=1000.0 * attempt) for position in (1, 2))
            for event in round_events(*both):
                writer.on_event(event)
    builder = FrameBuilder()
    load(Place(tmp_path / "run"), builder)
    assert len(builder.build()) == 2
    assert [row.wall_ms for row in load_rows(Place(tmp_path / "run"))[2]] == [2000.0, 2000.0]
    assert [each.wall_ms for each in load_calls(Place(tmp_path / "run"), [1])] == [2000.0, 2000.0]


def test_what_is_read_as_it_is_asked_for_is_the_same(tmp_path: Path) -> None:
    for path in (FEW.runs[0].write(tmp_path), ORIGINALS, ONE):
        at_once, one_by_one = load_rows(Place(path)), iterate_rows(Place(path))
        assert (*one_by_one[:2], list(one_by_one[2]), dict(one_by_one[3])) == at_once


def test_calls_of_the_rounds_that_are_named_come_in_their_order(tmp_path: Path) -> None:
    for path in (FEW.runs[0].write(tmp_path), ORIGINALS):
        assert [each.round for each in load_calls(Place(path), [3, 1])] == [3, 3, 1, 1]
        assert load_calls(Place(path), [99]) == load_calls(Place(path), []) == []


def test_summaries_of_the_original_script_are_rounds_of_a_run_without_a_manifest() -> None:
    builder = FrameBuilder()
    loaded = load(Place(ORIGINALS), builder)
    assert (loaded.run_id, loaded.manifest, loaded.original_script) == ("original-summaries", None, True)
    assert loaded.source.rounds_finished == loaded.rounds_planned == 4
    assert loaded.source.created_at == min(each.started_at for each in load_calls(Place(ORIGINALS), [1, 2, 3, 4]))
    assert len(builder.build()) == 8


def test_one_summary_is_named_by_its_directory() -> None:
    assert load(Place(ONE), FrameBuilder()).run_id == load_rows(Place(ONE))[1] == "both-timed-out"


def test_summaries_are_found_in_a_directory_and_in_those_in_it(tmp_path: Path) -> None:
    assert originals_in(ONE) == originals_in(ONE.parent) == [ONE]
    assert len(originals_in(ORIGINALS)) == 4
    assert originals_in(tmp_path) == []
    shutil.copy(ONE, tmp_path / "other.json")
    (tmp_path / "summary.json").write_text('{"name": "of another program"}')
    assert originals_in(tmp_path) == []


def test_a_file_that_is_no_summary_is_refused_and_a_run_of_ours_is_no_summary(tmp_path: Path) -> None:
    run = FEW.runs[0].write(tmp_path)
    assert originals_in(run) == []
    for file in (run / "manifest.json", run / "rounds" / "0001" / "summary.json"):
        with pytest.raises(UsageError, match="is not a directory of a run"):
            originals_in(file)
