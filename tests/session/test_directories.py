"""The directories of a run: one for a single arm, a group for several, and those of a run that goes on."""

from pathlib import Path
from typing import Any

import pytest

from probe.errors import ResumeRefused
from probe.model.run_manifest import Options
from probe.session.directories import RunDirectories, make_directories_of
from probe.session.prepare import PreparedArm
from probe.session.resume import read_resumed
from probe.store import read_group, read_run
from tests.builders import call, round_events, scenario, step
from tests.session.prepared import prepared_arm, prepared_run


def stored(directories: RunDirectories, *rounds: int) -> Path:
    """Write these rounds of each arm, and return the run's directory."""
    for writer in directories.writers():
        with writer:
            for number in rounds:
                for event in round_events(call(number, 1), call(number, 2)):
                    writer.on_event(event)
    return directories.path


def test_a_single_arm_has_a_run_and_its_id_is_the_directory_s_name(tmp_path: Path) -> None:
    first = make_directories_of(prepared_run(prepared_arm()), tmp_path)
    assert first.path.parent == tmp_path / "runs"
    assert (first.folders, first.resumes) == ((first.path,), False)
    assert first.arms[0].manifest.run_id == first.path.name
    stored(first)
    again = make_directories_of(prepared_run(prepared_arm()), tmp_path)
    assert again.path != first.path


def test_several_arms_are_a_group_of_runs(tmp_path: Path) -> None:
    directories = make_directories_of(prepared_run(prepared_arm("a"), prepared_arm("b")), tmp_path)
    group = read_group(directories.path)
    assert group is not None
    assert [(arm.name, arm.directory) for arm in group.arms] == [("a", "arms/a"), ("b", "arms/b")]
    assert [arm.manifest.run_id for arm in directories.arms] == [
        f"{directories.path.name}/a",
        f"{directories.path.name}/b",
    ]
    assert directories.path.name.endswith("two-calls-a+b")


def test_one_arm_at_a_vantage_is_a_group_too_and_long_names_are_cut(tmp_path: Path) -> None:
    alone = make_directories_of(prepared_run(prepared_arm(vantage="fra")), tmp_path)
    assert read_group(alone.path) is not None
    many = make_directories_of(prepared_run(*(prepared_arm(f"target-{n}" * 3) for n in range(9))), tmp_path)
    assert len(many.path.name) < 100


def test_rounds_are_left_with_their_arms_and_targets_take_turns(tmp_path: Path) -> None:
    directories = make_directories_of(prepared_run(prepared_arm("a", max_tokens=9), prepared_arm("b")), tmp_path)
    stored(directories, 1)
    runs = [read_run(folder) for folder in directories.folders]
    left = [[(name, todo.number) for name, todo in together] for together in directories.rounds_to_make(runs)]
    assert sorted(left) == [[("a", 2)], [("b", 2)]]
    assert [list(directories.rounds_to_make(runs)) for _ in range(3)] == [list(directories.rounds_to_make(runs))] * 3


def test_rounds_of_one_target_at_several_vantages_begin_together(tmp_path: Path) -> None:
    arms = [prepared_arm("a", vantage=vantage) for vantage in ("fra", "sgp")]
    directories = make_directories_of(prepared_run(*arms, prepared_arm("b", vantage="fra")), tmp_path)
    stored(directories)
    runs = [read_run(folder) for folder in directories.folders]
    first, second = ({name for name, _ in each} for each in list(directories.rounds_to_make(runs))[:2])
    assert {frozenset(first), frozenset(second)} == {frozenset({"a@fra", "a@sgp"}), frozenset({"b@fra"})}


def test_a_run_that_goes_on_keeps_its_id_and_takes_the_options_of_now(tmp_path: Path) -> None:
    path = stored(make_directories_of(prepared_run(prepared_arm()), tmp_path), 1)
    more: dict[str, Any] = {"rounds": 5, "options": Options(rounds=5), "gates": ("n < 3",)}
    directories = make_directories_of(prepared_run(prepared_arm(of_manifest=more)), tmp_path, read_resumed(path))
    (arm,) = directories.arms
    assert (directories.path, directories.resumes, arm.manifest.run_id) == (path, True, path.name)
    assert (arm.plan.rounds, arm.manifest.gates) == (5, ("n < 3",))


def test_a_run_never_has_fewer_rounds_than_it_has_made(tmp_path: Path) -> None:
    path = stored(make_directories_of(prepared_run(prepared_arm()), tmp_path), 1, 2)
    fewer: dict[str, Any] = {"rounds": 1, "options": Options(rounds=1)}
    directories = make_directories_of(prepared_run(prepared_arm(of_manifest=fewer)), tmp_path, read_resumed(path))
    assert directories.arms[0].plan.rounds == 2


@pytest.mark.parametrize(
    ("arms", "says"),
    [
        ((prepared_arm("other"),), "its arms are relay, and these other"),
        ((prepared_arm(), prepared_arm("b")), "its arms are relay, and these relay, b"),
        ((prepared_arm(script=scenario(step(timeout=5), step("call2"))),), "could not be pooled; scenario: "),
        ((prepared_arm(of_manifest={"driver": "messages"}),), "driver: claude-print then, messages now"),
    ],
)
def test_a_run_whose_calls_could_not_be_pooled_is_not_gone_on_with(
    tmp_path: Path, arms: tuple[PreparedArm, ...], says: str
) -> None:
    path = stored(make_directories_of(prepared_run(prepared_arm()), tmp_path), 1)
    with pytest.raises(ResumeRefused, match=says):
        make_directories_of(prepared_run(*arms), tmp_path, read_resumed(path))
