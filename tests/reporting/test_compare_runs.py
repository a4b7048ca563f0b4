"""Two stored runs that are compared: which may be, and which are named wrongly."""

from pathlib import Path

import pytest

from tests.builders import manifest, scenario, step
from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group, rounds
from tests.truth import Run

pytestmark = pytest.mark.usefixtures("quick")


def test_arms_of_a_group_are_compared_as_made_side_by_side(probe: Probe, runs: Path) -> None:
    group(runs, "a", "b")
    said = probe("compare", f"{NAME}/a", f"{NAME}/b").out
    assert "Measured at different times" not in said
    assert probe("compare", f"{NAME}/a", f"{NAME}/b", "--format", "json").json["interleaved"] is True


def test_a_run_is_not_compared_with_itself(probe: Probe, runs: Path) -> None:
    folder = group(runs, "a")
    for candidate in (f"{NAME}/a", NAME, f"{folder}/arms/a"):
        ran = probe("compare", f"{NAME}/a", candidate, code=2)
        assert f"CANDIDATE {candidate}: is the run to compare with" in ran.err
        assert ran.out == ""


def test_a_group_of_several_targets_is_told_how_to_name_one(probe: Probe, runs: Path) -> None:
    folder = group(runs, "a", "b")
    said = probe("compare", NAME, f"{NAME}/a", code=2).err
    assert f"Name one of them: {folder.relative_to(probe.folder)}/a" in said
    assert probe("compare", f"{folder}/b", f"{folder}/a").code == 0


def test_steps_without_a_name_in_common(probe: Probe, runs: Path) -> None:
    first = group(runs, "a")
    renamed_run = manifest(scenario(step("one"), step("two")), run_id="20261122T073000Z-other-a")
    renamed = [
        tuple(each.model_copy(update={"label": label}) for each, label in zip(both, ("one", "two"), strict=True))
        for both in rounds()
    ]
    Run(renamed_run, tuple((one, two) for one, two in renamed)).write(runs)
    assert "they have no step in common" in probe("compare", f"{first}/a", renamed_run.run_id).out
