"""Where the arms of a run are kept: one in the run's own directory, several in a group."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from probe.errors import ResumeRefused
from probe.model.run import Group, GroupArm, Manifest, Options, RoundToDo
from probe.session.prepare import Assembly, ReadyArm
from probe.store import RUNS, RunWriter, StoredRun, create_group, read_group, read_run, write_group


@dataclass(frozen=True, slots=True)
class Earlier:
    """A run to go on with, as it was left: by arm."""

    path: Path
    options: Options
    runs: dict[str, StoredRun]
    group: Group | None

    @property
    def first(self) -> Manifest:
        """The manifest of its first arm."""
        return manifest_of(next(iter(self.runs.values())))


@dataclass(frozen=True, slots=True)
class Campaign:
    """A run on disk: its directory, and that of each arm."""

    path: Path
    arms: tuple[ReadyArm, ...]
    places: tuple[Path, ...]
    order_seed: int
    goes_on: bool

    def writers(self) -> list[RunWriter]:
        """A writer for each arm, in their order."""
        opened = RunWriter.reopen if self.goes_on else RunWriter.create
        return [opened(place, arm.manifest) for arm, place in zip(self.arms, self.places, strict=True)]

    def to_do(self, so_far: Sequence[StoredRun]) -> Iterator[tuple[str, RoundToDo]]:
        """The rounds that are left, arm by arm within each round, in an order drawn anew for each round."""
        left = [
            [(arm.name, todo) for todo in run.to_do(arm.plan.rounds)]
            for arm, run in zip(self.arms, so_far, strict=True)
        ]
        for number, together in enumerate(zip_longest(*left)):
            each = [one for one in together if one is not None]
            random.Random(f"{self.order_seed}/{number}").shuffle(each)  # noqa: S311 - no secret
            yield from each


def read_earlier(path: Path) -> Earlier:
    """Read the run or group in this directory, to go on with it. Raises ResumeRefused."""
    group = read_group(path)
    places = [path / arm.directory for arm in group.arms] if group else [path]
    stored = [read_run(place) for place in places]
    runs = {manifest_of(run).target.name: run for run in stored}
    options = group.options if group else manifest_of(stored[0]).options
    return Earlier(path, options, runs, group)


def manifest_of(stored: StoredRun) -> Manifest:
    """The run's manifest. Raises ResumeRefused where it cannot be read."""
    if stored.manifest is None:
        raise ResumeRefused("its manifest cannot be read, so nobody knows what to go on with", path=stored.path)
    return stored.manifest


def begin(assembly: Assembly, out: Path, earlier: Earlier | None) -> Campaign:
    """Make the directories of a new run, or take up an earlier one. Raises StoreError, ResumeRefused."""
    if earlier:
        return _go_on(assembly, earlier)
    arms = assembly.arms
    seed = random.SystemRandom().randrange(1 << 32)
    if len(arms) == 1:
        path = _free(out / RUNS / arms[0].manifest.run_id)
        arm = _with_manifest(arms[0], arms[0].manifest.model_copy(update={"run_id": path.name}))
        return Campaign(path, (arm,), (path,), seed, goes_on=False)
    created = datetime.now(UTC)
    names = "+".join(arm.name for arm in arms)[:60]
    path = _free(out / RUNS / f"{created:%Y%m%dT%H%M%SZ}-{arms[0].plan.scenario.name}-{names}")
    entries = tuple(GroupArm(name=arm.name, role=arm.role, directory=f"arms/{arm.name}") for arm in arms)
    group = Group(run_id=path.name, created_at=created, arms=entries, order_seed=seed, options=arms[0].manifest.options)
    create_group(path, group)
    named = [_with_manifest(arm, arm.manifest.model_copy(update={"run_id": f"{path.name}/{arm.name}"})) for arm in arms]
    return Campaign(path, tuple(named), tuple(path / each.directory for each in entries), seed, goes_on=False)


def _go_on(assembly: Assembly, earlier: Earlier) -> Campaign:
    names = [arm.name for arm in assembly.arms]
    if names != list(earlier.runs):
        raise ResumeRefused(
            f"its arms are {', '.join(earlier.runs)}, and these {', '.join(names)}",
            path=earlier.path,
            remedy="Run it as it was, or start a new run.",
        )
    arms = tuple(_continued(arm, earlier.runs[arm.name]) for arm in assembly.arms)
    if earlier.group:
        write_group(earlier.path, earlier.group.model_copy(update={"options": arms[0].manifest.options}))
    seed = earlier.group.order_seed if earlier.group else 0
    return Campaign(earlier.path, arms, tuple(run.path for run in earlier.runs.values()), seed, goes_on=True)


def _continued(arm: ReadyArm, stored: StoredRun) -> ReadyArm:
    """The arm under the stored run's id. Raises ResumeRefused where what would be measured has changed."""
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
    return _with_manifest(replace(arm, plan=arm.plan.model_copy(update={"rounds": rounds})), manifest)


def _with_manifest(arm: ReadyArm, manifest: Manifest) -> ReadyArm:
    return replace(arm, manifest=manifest)


def _free(path: Path) -> Path:
    """This path, or the first of `…-2`, `…-3` that is not taken: two runs may begin in one second."""
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.name}-{number}")
        number += 1
    return candidate
