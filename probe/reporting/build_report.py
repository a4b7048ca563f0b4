"""Build the report of runs from the store alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from probe import __version__
from probe.errors import StoreError
from probe.model.chart import Waterfall
from probe.model.choices import Role
from probe.model.comparison import Comparison
from probe.model.note import Note, NoteCode
from probe.model.report_sections import Report, Section
from probe.model.run_manifest import Manifest
from probe.model.verdict import Question
from probe.reporting.driver_arms import compare_driver_arms
from probe.reporting.find_runs import Place, places
from probe.reporting.load_runs import Loaded, load, originals_in
from probe.reporting.measured_arm import MeasuredArm
from probe.reporting.vantage_arms import attribute_failures, compare_vantage_arms
from probe.stats.compare_targets import SectionPair, compare_pairs
from probe.stats.frame import Frame, FrameBuilder
from probe.stats.gate_expressions import check_gate_vantages
from probe.stats.gates import hold_gates
from probe.stats.rank_targets import rank_targets
from probe.stats.summarise import Source, summarise
from probe.stats.waterfall import MOST, waterfall
from probe.store import read_exchanges, read_manifest

_MOST_COMPARED = 6
"""Targets of which each is compared with each; of more, each with the first: nobody would read all pairs."""


@dataclass(slots=True)
class _Pool:
    """Runs that are alike, and their calls."""

    builder: FrameBuilder = field(default_factory=FrameBuilder)
    runs: list[Loaded] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    @property
    def manifest(self) -> Manifest | None:
        return self.runs[0].manifest

    @property
    def role(self) -> Role:
        return self.manifest.role if self.manifest else Role.TARGET

    @property
    def vantage(self) -> str | None:
        return self.manifest.vantage if self.manifest else None

    @property
    def group(self) -> Path | None:
        return self.places[0].group

    @property
    def groups(self) -> frozenset[Path]:
        """All groups that its runs are of."""
        return frozenset(place.group for place in self.places if place.group)


def report_of(
    paths: Sequence[Path],
    fail_on: Sequence[str] | None = None,
    *,
    changes: Mapping[str, float] | None = None,
    waterfalls: bool = False,
) -> Report:
    """Build the report of these runs and groups. Only runs that are alike are pooled; the report says which were not.

    `fail_on` are the gates of each target; None takes those that its run was made with. `changes`
    are fields of Question that are taken instead of those that a run was made with. Raises UsageError.
    """
    pools = _pooled(places(paths))
    check_gate_vantages(fail_on or (), [pool.vantage for pool in pools if pool.vantage])
    frames = [pool.builder.build() for pool in pools]
    sections = _sections(pools, frames, changes or {}, waterfalls=waterfalls)
    arms = _measured_arms(sections, pools, frames)
    vantages = tuple(compare_vantage_arms(arms, changes or {}))
    attributed = attribute_failures(sections, vantages)
    sections = [_with_gates(section, pool, fail_on) for section, pool in zip(attributed, pools, strict=True)]
    return Report(
        probe_version=__version__,
        sections=tuple(sections),
        ranking=rank_targets(sections),
        comparisons=tuple(_comparisons(sections, pools)),
        drivers=tuple(compare_driver_arms(arms)),
        vantages=vantages,
        refused=tuple(_refused(pools)),
    )


def _sections(
    pools: Sequence[_Pool],
    frames: Sequence[Frame],
    changes: Mapping[str, float],
    *,
    waterfalls: bool,
) -> list[Section]:
    """Return the section of each pool; its gates are not evaluated yet."""
    sections = []
    for pool, frame, name in zip(pools, frames, _section_names(pools), strict=True):
        control = next(
            (other for at, other in enumerate(frames) if _is_control_of(pools[at], pool) and len(other)), None
        )
        question = pool.manifest.options.question if pool.manifest else Question()
        thresholds = question.model_copy(update=dict(changes))
        drawn, lost = _waterfalls(pool, frame) if waterfalls else ((), Counter[str]())
        section = summarise(frame, _source(pool, frame, name, lost), thresholds, control)
        sections.append(section.model_copy(update={"waterfalls": drawn}))
    return sections


def _comparisons(sections: Sequence[Section], pools: Sequence[_Pool]) -> list[Comparison]:
    """Compare targets that were measured in groups: all pairs, or of many each with the first, which is said.

    Those of different vantages differ by their networks as well, and are not compared.
    """
    targets = [
        (section, pool)
        for section, pool in zip(sections, pools, strict=True)
        if pool.groups and section.role is Role.TARGET
    ]
    many = len(targets) > _MOST_COMPARED
    pairs = [(targets[0], other) for other in targets[1:]] if many else combinations(targets, 2)
    sides = [
        SectionPair(base, candidate, interleaved=its_pool.groups == pool.groups)
        for (base, its_pool), (candidate, pool) in pairs
        if its_pool.vantage == pool.vantage
    ]
    found = list(compare_pairs(sides))
    if many and found:
        note = Note(code=NoteCode.COMPARED_WITH_FIRST, values={"n": len(targets), "base": found[0].base})
        found[0] = found[0].model_copy(update={"warnings": (note, *found[0].warnings)})
    return found


def _measured_arms(sections: Sequence[Section], pools: Sequence[_Pool], frames: Sequence[Frame]) -> list[MeasuredArm]:
    return [
        MeasuredArm(
            section, tuple(run.manifest for run in pool.runs), tuple(place.group for place in pool.places), frame
        )
        for section, pool, frame in zip(sections, pools, frames, strict=True)
    ]


def _pooled(found: Sequence[Place]) -> list[_Pool]:
    """Read runs, and pool those that are alike."""
    pools: dict[tuple[object, ...], _Pool] = {}
    for place in found:
        manifest = None if originals_in(place.path) else read_manifest(place.path)
        key: tuple[object, ...] = tuple(manifest.identity().items()) if manifest else (place.path,)
        pool = pools.setdefault(key, _Pool())
        pool.places.append(place)
        pool.runs.append(load(place, pool.builder))
    return list(pools.values())


def _section_names(pools: Sequence[_Pool]) -> list[str]:
    """Return the targets' names; where two pools have the same, the first run's id tells them apart."""
    names = [pool.manifest.arm_name if pool.manifest else pool.runs[0].run_id for pool in pools]
    return [
        name if names.count(name) == 1 else f"{name} ({pool.runs[0].run_id})"
        for name, pool in zip(names, pools, strict=True)
    ]


def _is_control_of(control: _Pool, pool: _Pool) -> bool:
    if control.manifest is None or pool.manifest is None or control.manifest.driver != pool.manifest.driver:
        return False  # plain HTTP has none of the client's costs
    of_one_group = control.group is not None and control.group == pool.group
    of_one_group = of_one_group and control.manifest.vantage == pool.manifest.vantage
    return of_one_group and control.role is Role.CONTROL and pool.role is Role.TARGET


def _source(pool: _Pool, frame: Frame, name: str, lost: Counter[str]) -> Source:
    """Return the source of a pool's calls; `lost` counts other files that could not be read."""
    corrupt = sum((Counter(run.corrupt) for run in pool.runs), Counter[str]()) + lost
    return Source(
        name=name,
        runs=[run.source for run in pool.runs],
        manifest=_with_client_version(pool.manifest, frame.client_versions),
        rounds_planned=sum(run.rounds_planned for run in pool.runs),
        role=pool.role,
        interrupted_calls=sum(run.interrupted_calls for run in pool.runs),
        corrupt=dict(corrupt),
        original_script=any(run.original_script for run in pool.runs),
    )


def _with_client_version(manifest: Manifest | None, versions: Sequence[str]) -> Manifest | None:
    """Return the manifest with the versions that the client named in its calls: a wrapper may print another one."""
    if manifest is None or not versions:
        return manifest
    client = manifest.client.model_copy(update={"version": ", ".join(versions)})
    return manifest.model_copy(update={"client": client})


def _gates(pool: _Pool) -> Sequence[str]:
    if pool.manifest is None or pool.role is Role.CONTROL:
        return ()
    return pool.manifest.gates or pool.manifest.options.fail_on


def _with_gates(section: Section, pool: _Pool, fail_on: Sequence[str] | None) -> Section:
    """Return the section with these gates evaluated, or its own. Raises UsageError for a gate that cannot be read."""
    gates = _gates(pool) if fail_on is None else fail_on
    if section.role is Role.CONTROL or not gates:
        return section
    return hold_gates(gates, section)


def _waterfalls(pool: _Pool, frame: Frame) -> tuple[tuple[Waterfall, ...], Counter[str]]:
    """Choose calls to show in detail, in order: those that an operator would look for first, then the first others.

    Return them with a count, by file, of the records of the wire that cannot be read.
    """
    chosen = sorted(range(len(frame.kept)), key=lambda at: not frame.kept[at].incident)[:MOST]
    drawn, lost = [], Counter[str]()
    for kept in (frame.kept[at] for at in sorted(chosen)):
        run, exchanges = pool.places[kept.run].path, None
        try:
            exchanges = read_exchanges(run, kept.row) if pool.manifest else None
        except StoreError as error:
            lost[Path(error.path or run).relative_to(run).as_posix()] += 1
        drawn.append(waterfall(kept.row, frame.run_ids[kept.run], exchanges))
    return tuple(drawn), lost


def _refused(pools: Sequence[_Pool]) -> Iterator[Note]:
    """Yield why runs were not pooled; arms of one group are meant to differ."""
    first = pools[0]
    for pool in pools[1:]:
        if pool.groups & first.groups:
            continue
        was = first.manifest.identity() if first.manifest else {}
        is_now = pool.manifest.identity() if pool.manifest else {}
        names = [name for name in is_now if is_now[name] != was.get(name)] or ["manifest"]
        values = {"run": pool.runs[0].run_id, "other": first.runs[0].run_id, "names": ", ".join(names)}
        yield Note(code=NoteCode.NOT_POOLED, values=values)
