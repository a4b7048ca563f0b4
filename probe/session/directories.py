"""Make the directories of a run: one for a single arm, and a group for arms that are made side by side."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from probe.errors import ResumeRefused
from probe.model.run_manifest import Group, GroupArm
from probe.session.lanes import RoundOf
from probe.session.prepare import PreparedArm, PreparedRun
from probe.session.resume import ResumedRun, manifest_of
from probe.session.runner import Together
from probe.store import RUNS, RunWriter, StoredRun, create_group, free_path, write_group

_MOST_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class RunDirectories:
    """A run on disk: its directory, its arms and the directory of each. `order_seed` is of the order of the rounds."""

    path: Path
    arms: tuple[PreparedArm, ...]
    folders: tuple[Path, ...]
    order_seed: int
    resumes: bool

    def writers(self) -> list[RunWriter]:
        """Return a writer for each arm, in their order."""
        open_writer = RunWriter.reopen if self.resumes else RunWriter.create
        return [open_writer(folder, arm.manifest) for arm, folder in zip(self.arms, self.folders, strict=True)]

    def rounds_to_make(self, stored: Sequence[StoredRun]) -> Iterator[Together]:
        """Yield the rounds that are left with their arms: round by round, the targets in an order drawn anew each time.

        Rounds of one number and target at several vantages begin together.
        """
        left: defaultdict[int, defaultdict[str, list[RoundOf]]] = defaultdict(lambda: defaultdict(list))
        for arm, run in zip(self.arms, stored, strict=True):
            for todo in run.to_do(arm.plan.rounds):
                left[todo.number][arm.spec.target.name].append((arm.name, todo))
        for index, (_, by_target) in enumerate(sorted(left.items())):
            side_by_side = list(by_target.values())
            random.Random(f"{self.order_seed}/{index}").shuffle(side_by_side)  # noqa: S311 - no secret
            yield from side_by_side


def make_directories_of(run: PreparedRun, out: Path, resumed: ResumedRun | None = None) -> RunDirectories:
    """Make the directories of a new run below `out`, or take up those of a resumed one.

    Raises StoreError, and ResumeRefused where what would be measured has changed.
    """
    if resumed is not None:
        return _resumed_directories(run, resumed)
    seed = random.SystemRandom().randrange(1 << 32)
    if len(run.arms) == 1 and run.arms[0].spec.vantage is None:
        (arm,) = run.arms
        path = free_path(out / RUNS / arm.manifest.run_id)
        return RunDirectories(path, (_with_id(arm, path.name),), (path,), seed, resumes=False)
    return _group_directories(run.arms, out, seed)


def _group_directories(arms: Sequence[PreparedArm], out: Path, seed: int) -> RunDirectories:
    created = datetime.now(UTC)
    names = "+".join(arm.name for arm in arms)[:_MOST_NAME_CHARS]
    path = free_path(out / RUNS / f"{created:%Y%m%dT%H%M%SZ}-{arms[0].plan.scenario.name}-{names}")
    entries = tuple(GroupArm(name=arm.name, role=arm.role, directory=f"arms/{arm.name}") for arm in arms)
    options = arms[0].manifest.options
    create_group(path, Group(run_id=path.name, created_at=created, arms=entries, order_seed=seed, options=options))
    named = tuple(_with_id(arm, f"{path.name}/{arm.name}") for arm in arms)
    return RunDirectories(path, named, tuple(path / entry.directory for entry in entries), seed, resumes=False)


def continued_arms(run: PreparedRun, resumed: ResumedRun) -> tuple[PreparedArm, ...]:
    """Return the arms under the ids of a resumed run. Raises ResumeRefused where what would be measured has changed."""
    names = [arm.name for arm in run.arms]
    if names != list(resumed.runs):
        raise ResumeRefused(
            f"its arms are {', '.join(resumed.runs)}, and these {', '.join(names)}",
            path=resumed.path,
            remedy="Run it as it was, or start a new run.",
        )
    return tuple(_continued(arm, resumed.runs[arm.name]) for arm in run.arms)


def _resumed_directories(run: PreparedRun, resumed: ResumedRun) -> RunDirectories:
    arms = continued_arms(run, resumed)
    if resumed.group:
        write_group(resumed.path, resumed.group.model_copy(update={"options": arms[0].manifest.options}))
    seed = resumed.group.order_seed if resumed.group else 0
    return RunDirectories(resumed.path, arms, tuple(run.path for run in resumed.runs.values()), seed, resumes=True)


def _continued(arm: PreparedArm, stored: StoredRun) -> PreparedArm:
    """Return the arm under the stored run's id. Raises ResumeRefused where what would be measured has changed."""
    before, now = manifest_of(stored), arm.manifest
    was, is_now = before.identity(), now.identity()
    changed = [f"{name}: {was.get(name)} then, {value} now" for name, value in is_now.items() if was.get(name) != value]
    if changed:
        raise ResumeRefused(
            "its calls and new ones could not be pooled; " + "; ".join(changed),
            path=stored.path,
            remedy="Run it as it was, or start a new run.",
        )
    rounds = max(now.rounds, len(stored.finished))
    kept = {"options": now.options, "gates": now.gates, "checks_order": now.checks_order}
    manifest = before.model_copy(update={"rounds": rounds, **kept})
    return replace(arm, plan=arm.plan.model_copy(update={"rounds": rounds}), manifest=manifest)


def _with_id(arm: PreparedArm, run_id: str) -> PreparedArm:
    return replace(arm, manifest=arm.manifest.model_copy(update={"run_id": run_id}))
