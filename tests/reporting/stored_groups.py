"""Groups of runs that are written by hand."""

from collections.abc import Iterable
from pathlib import Path

from probe.model.run_manifest import Group, GroupArm
from probe.store import create_group
from tests.builders import START, manifest, target_info
from tests.truth import Round, Run, good, refused

NAME = "20261121T073000Z-two-calls-a+b"


def rounds(n: int = 8, failed: int = 0) -> tuple[Round, ...]:
    return tuple(
        (refused(number, 1) if number <= failed else good(number, 1), good(number, 2)) for number in range(1, n + 1)
    )


def group(runs: Path, *targets: str, name: str = NAME, of_rounds: Iterable[Round] = ()) -> Path:
    """Write a group with an arm for each target."""
    arms = tuple(GroupArm(name=target, directory=f"arms/{target}") for target in targets)
    create_group(runs / name, Group(run_id=name, created_at=START, arms=arms, order_seed=1))
    for target in targets:
        what = manifest(run_id=f"{name}/{target}", target=target_info(name=target), rounds=8)
        Run(what, tuple(of_rounds) or rounds()).write(runs).rename(runs / name / "arms" / target)
    return runs / name
