"""Finds runs, and makes their reports from the store alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from probe import __version__
from probe.cli.common import RUNS
from probe.errors import UsageError
from probe.model.call import Call
from probe.model.chart import Waterfall
from probe.model.choices import EndReason, Role
from probe.model.note import Note, NoteCode
from probe.model.report import Report, RunSource, Section
from probe.model.row import Row, row_of
from probe.model.run import Manifest
from probe.model.verdict import Question
from probe.originals import is_original, load_originals
from probe.stats.compare import compare
from probe.stats.frame import Frame, FrameBuilder
from probe.stats.gates import evaluate, parse_gate
from probe.stats.summarise import Source, summarise
from probe.stats.waterfall import MOST, waterfall
from probe.store import StoredRun, latest_run, read_calls, read_exchanges, read_group, read_manifest, read_run

_MOST_COMPARED = 6
"""Sections that are compared pairwise; more would give a table that nobody reads."""


def find_run(name: str | None, out: Path) -> Path:
    """A run or group by its directory, by its id below `out`, or the latest one there. Raises UsageError."""
    if name is None:
        return latest_run(out / RUNS)
    for path in (Path(name), out / RUNS / name):
        if path.exists():
            return path
    raise UsageError(f"no such run: {name}", remedy=f"Runs are in {out / RUNS}; name one, or a directory.")


def find_runs(names: Sequence[str] | None, out: Path) -> list[Path]:
    """The same for several names; the latest run where none is given."""
    return [find_run(name, out) for name in names] if names else [find_run(None, out)]


@dataclass(frozen=True, slots=True)
class Place:
    """A run's directory, or a file or directory of the original script. `group`: its runs were made side by side."""

    path: Path
    group: Path | None = None


def places(paths: Sequence[Path]) -> Iterator[Place]:
    """The runs in these directories: of a group, all its arms."""
    for path in paths:
        group = read_group(path)
        if group is None:
            yield Place(path)
        else:
            yield from (Place(path / arm.directory, path) for arm in group.arms)


@dataclass(slots=True)
class Loaded:
    """Calls of one run, taken one by one into `builder`."""

    run_id: str
    manifest: Manifest | None
    source: RunSource
    rounds_planned: int
    interrupted_calls: int = 0
    corrupt: dict[str, int] = field(default_factory=dict)
    original_script: bool = False


def load(place: Place, builder: FrameBuilder) -> Loaded:
    """Read a run, or what the original script left, into the builder. Raises UsageError."""
    originals = _originals(place.path)
    if originals:
        return _load_originals(place.path, originals, builder)
    builder.begin_run(place.path.name)
    stored = read_run(place.path, builder.add)
    builder.drop(stored.stale)
    manifest = stored.manifest
    run_id = manifest.run_id if manifest else place.path.name
    finished = len(stored.finished)
    return Loaded(
        run_id=run_id,
        manifest=manifest,
        source=RunSource(
            run_id=run_id,
            created_at=manifest.created_at if manifest else None,
            rounds_finished=finished,
            end=stored.end,
        ),
        rounds_planned=manifest.rounds if manifest else finished,
        interrupted_calls=stored.interrupted_calls,
        corrupt=dict(stored.corrupt),
    )


def load_rows(place: Place) -> tuple[Manifest | None, str, list[Row], dict[str, int]]:
    """A run's manifest, its id, its calls that count, in order, and by file what could not be read."""
    originals = _originals(place.path)
    if originals:
        return None, _original_id(place.path), [row_of(call) for call in load_originals(originals)], {}
    stored: StoredRun = read_run(place.path)
    run_id = stored.manifest.run_id if stored.manifest else place.path.name
    return stored.manifest, run_id, stored.rows, dict(stored.corrupt)


def load_calls(place: Place, number: int) -> list[Call]:
    """The whole records of a round's calls."""
    originals = _originals(place.path)
    if originals:
        return [call for call in load_originals(originals) if call.round == number]
    return read_calls(place.path, number)


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
    def group(self) -> Path | None:
        return self.places[0].group


def report_of(
    paths: Sequence[Path],
    fail_on: Sequence[str] | None = None,
    *,
    question: Question | None = None,
    waterfalls: bool = False,
) -> Report:
    """The report of these runs and groups. Only what is alike is pooled; the report says what was not.

    `fail_on` are the gates to hold each target against; None takes those that its run was made with. `question` is
    what counts as worse; None takes what the run was made with. Raises UsageError.
    """
    pools = _pooled(list(places(paths)))
    frames = [pool.builder.build() for pool in pools]
    sections = []
    for pool, frame, name in zip(pools, frames, _section_names(pools), strict=True):
        control = next(
            (other for at, other in enumerate(frames) if _is_control_of(pools[at], pool) and len(other)), None
        )
        asked = question or (pool.manifest.options.question if pool.manifest else Question())
        section = summarise(frame, _source(pool, name), asked, control)
        section = _with_gates(section, _gates(pool) if fail_on is None else fail_on)
        if waterfalls:
            section = section.model_copy(update={"waterfalls": tuple(_waterfalls(pool, frame))})
        sections.append(section)
    compared = [section for section, pool in zip(sections, pools, strict=True) if pool.group]
    compared = [section for section in compared if section.role is Role.TARGET]
    pairs = combinations(compared, 2) if len(compared) <= _MOST_COMPARED else ()
    return Report(
        probe_version=__version__,
        sections=tuple(sections),
        comparisons=tuple(compare(base, candidate, interleaved=True) for base, candidate in pairs),
        refused=tuple(_refused(pools)),
    )


def _pooled(found: Sequence[Place]) -> list[_Pool]:
    pools: dict[tuple[object, ...], _Pool] = {}
    for place in found:
        manifest = None if _originals(place.path) else read_manifest(place.path)
        key: tuple[object, ...] = tuple(manifest.identity().items()) if manifest else (place.path,)
        pool = pools.setdefault(key, _Pool())
        pool.places.append(place)
        pool.runs.append(load(place, pool.builder))
    return list(pools.values())


def _section_names(pools: Sequence[_Pool]) -> list[str]:
    """The targets' names; where two pools have the same, the first run's id tells them apart."""
    names = [pool.manifest.target.name if pool.manifest else pool.runs[0].run_id for pool in pools]
    return [
        name if names.count(name) == 1 else f"{name} ({pool.runs[0].run_id})"
        for name, pool in zip(names, pools, strict=True)
    ]


def _is_control_of(control: _Pool, pool: _Pool) -> bool:
    if control.manifest is None or pool.manifest is None or control.manifest.driver != pool.manifest.driver:
        return False  # plain HTTP has none of the client's costs
    return control.role is Role.CONTROL and pool.role is Role.TARGET and control.group == pool.group is not None


def _source(pool: _Pool, name: str) -> Source:
    corrupt: dict[str, int] = {}
    for run in pool.runs:
        for what, count in run.corrupt.items():
            corrupt[what] = corrupt.get(what, 0) + count
    return Source(
        name=name,
        runs=[run.source for run in pool.runs],
        manifest=pool.manifest,
        rounds_planned=sum(run.rounds_planned for run in pool.runs),
        role=pool.role,
        interrupted_calls=sum(run.interrupted_calls for run in pool.runs),
        corrupt=corrupt,
        original_script=any(run.original_script for run in pool.runs),
    )


def _gates(pool: _Pool) -> Sequence[str]:
    if pool.manifest is None or pool.role is Role.CONTROL:
        return ()
    return pool.manifest.gates or pool.manifest.options.fail_on


def _with_gates(section: Section, gates: Sequence[str]) -> Section:
    """The section with its gates evaluated. Raises UsageError for a gate that cannot be read."""
    if section.role is Role.CONTROL or not gates:
        return section
    steps = [step.label for step in section.steps]
    return section.model_copy(update={"gates": tuple(evaluate(parse_gate(gate, steps), section) for gate in gates)})


def _waterfalls(pool: _Pool, frame: Frame) -> Iterator[Waterfall]:
    """Calls to be opened, in order: those that an operator would look for first, then the first others."""
    chosen = sorted(range(len(frame.kept)), key=lambda at: not frame.kept[at].incident)[:MOST]
    for each in (frame.kept[at] for at in sorted(chosen)):
        exchanges = read_exchanges(pool.places[each.run].path, each.row) if pool.manifest else None
        yield waterfall(each.row, frame.run_ids[each.run], exchanges)


def _refused(pools: Sequence[_Pool]) -> Iterator[Note]:
    """Why runs were not pooled; arms of one group differ because they were meant to."""
    first = pools[0]
    for pool in pools[1:]:
        if pool.group is not None and pool.group == first.group:
            continue
        was = first.manifest.identity() if first.manifest else {}
        is_now = pool.manifest.identity() if pool.manifest else {}
        names = [name for name in is_now if is_now[name] != was.get(name)] or ["manifest"]
        values = {"run": pool.runs[0].run_id, "other": first.runs[0].run_id, "names": ", ".join(names)}
        yield Note(code=NoteCode.NOT_POOLED, values=values)


def _load_originals(path: Path, originals: list[Path], builder: FrameBuilder) -> Loaded:
    run_id = _original_id(path)
    builder.begin_run(run_id)
    calls = load_originals(originals)
    builder.add(map(row_of, calls))
    begun = min((call.started_at for call in calls), default=None)
    source = RunSource(run_id=run_id, created_at=begun, rounds_finished=len(originals), end=EndReason.COMPLETED)
    return Loaded(run_id, None, source, len(originals), original_script=True)


def _original_id(path: Path) -> str:
    return path.parent.name if path.is_file() else path.name


def _originals(path: Path) -> list[Path]:
    if path.is_file():
        if not is_original(path):
            raise UsageError("is neither a run directory nor a summary.json of the original script", path=path)
        return [path]
    found = sorted(path.glob("summary.json")) + sorted(path.glob("*/summary.json"))
    return [each for each in found if is_original(each)]
