"""Removal of a run's directory, and of nothing else."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.model.run_manifest import Group, GroupArm
from probe.store import RecordedWriter, RunWriter, create_group
from probe.store.removal import check_removable, remove_run, stored_bytes
from tests.builders import START, manifest
from tests.reporting.recordings import recorded_manifest


def test_a_whole_run_is_removed_with_all_that_is_in_it(run: Path) -> None:
    (run / "rounds" / "0001" / "more").mkdir()
    remove_run(run)
    assert not run.exists()
    assert run.parent.exists()


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], "is no directory of a run"),
        (["photo.jpg"], "is no directory of a run"),
        (["manifest.json"], "is no directory of a run"),
        (["group.json"], "is no directory of a run"),
        (["recording.json"], "is no directory of a run"),
    ],
)
def test_what_is_no_run_stays(tmp_path: Path, names: list[str], says: str) -> None:
    place = tmp_path / "theirs"
    place.mkdir()
    for name in names:
        (place / name).write_text('{"name": "of another program"}')
    with pytest.raises(UsageError, match=says):
        remove_run(place)
    assert sorted(path.name for path in place.iterdir()) == names
    with pytest.raises(UsageError, match="is no directory of a run"):
        remove_run(tmp_path / "missing")


def test_a_link_is_not_followed(tmp_path: Path, run: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(run)
    with pytest.raises(UsageError, match="is a link, and is not followed"):
        remove_run(link)
    assert run.exists()
    (run / "rounds" / "link").symlink_to(tmp_path)
    (tmp_path / "mine").write_text("stays")
    remove_run(run)
    assert (tmp_path / "mine").read_text() == "stays"


def test_a_run_that_is_being_written_stays(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path / "run", manifest()):
        with pytest.raises(UsageError, match="is going on: a probe is writing it"):
            remove_run(tmp_path / "run")
        assert (tmp_path / "run" / "manifest.json").exists()
    remove_run(tmp_path / "run")


def test_a_recording_is_removed_once_it_has_ended(tmp_path: Path) -> None:
    writer = RecordedWriter.create(tmp_path / "r", recorded_manifest())
    with pytest.raises(UsageError, match="is going on"):
        remove_run(writer.path)
    writer.close()
    remove_run(tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_a_group_is_removed_as_a_whole_and_only_so(tmp_path: Path) -> None:
    place = tmp_path / "group"
    arms = (GroupArm(name="a", directory="arms/a"),)
    create_group(place, Group(run_id="group", created_at=START, arms=arms, order_seed=1))
    arm = RunWriter.create(place / "arms" / "a", manifest())
    with pytest.raises(UsageError, match="is going on"):
        check_removable(place)
    arm.close()
    with pytest.raises(UsageError, match="is part of a group") as refused:
        remove_run(place / "arms" / "a")
    assert refused.value.remedy == f"Remove {place} as a whole."
    remove_run(place)
    assert not place.exists()


def test_a_removal_that_was_cut_short_can_be_begun_again(run: Path) -> None:
    (run / "manifest.json").unlink()
    remove_run(run)
    assert not run.exists()


def test_the_size_is_that_of_all_files_and_of_links_themselves(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"x" * 1000)
    (tmp_path / "a" / "b" / "two").write_bytes(b"x" * 100)
    (tmp_path / "large").write_bytes(b"x" * 10_000)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "large")
    assert 1100 < stored_bytes(tmp_path / "a") < 1100 + 500
    assert stored_bytes(tmp_path / "missing") == 0
