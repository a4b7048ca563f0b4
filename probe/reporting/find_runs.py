"""Find runs: by directory, by the id that reports print or a part of it, or the latest; each once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from probe.errors import UsageError
from probe.model.choices import Role
from probe.redact import encoded
from probe.store import GROUP, RUNS, is_recording, latest_run, read_group, read_manifest, stored_runs
from probe.suggest import did_you_mean

_ARMS = "arms"
_SHORT = 6
_LATEST = re.compile(r"latest(?:~(?P<before>[0-9]{1,6}))?")
_MOST_LISTED = 10


def find_run(name: str | None, out: Path) -> Path:
    """Find a run or group, or the latest one. Raises UsageError, which lists the runs that may be meant.

    `name` is a directory; an id below `out`, or a part of it that no other id has, such as `0841-cold` of
    `20261121T084100Z-cold-start-glm`; a short id as `probe ls` prints it;
    `latest`, or `latest~1` for the run before it. A run of a group is `GROUP/ARM`, where GROUP is any of these.
    """
    if name is None:
        return latest_run(out / RUNS)
    for path in (Path(name), out / RUNS / name):
        found = path if path.exists() else _arm_directory(path)
        if found:
            return found
    run_name, slash, arm = name.partition("/")
    run = _by_name(run_name, out / RUNS)
    found = _arm_directory(run / arm) if run and slash else run
    if found is None:
        raise _unknown(name, f"{run.name}/{arm}" if run else name, out / RUNS)
    return found


def short_id(run_id: str) -> str:
    """Return six hex digits by which people can name a run."""
    return sha256(encoded(run_id)).hexdigest()[:_SHORT]


def _by_name(name: str, runs: Path) -> Path | None:
    """Return the run that a name stands for; None for no run. Raises UsageError for several."""
    latest = _LATEST.fullmatch(name)
    if latest:
        return latest_run(runs, int(latest["before"] or 0))
    found = _with_part(name, stored_runs(runs)) if name else []
    if len(found) > 1:
        newest = [f"  {short_id(path.name)}  {path.name}" for path in reversed(found[-_MOST_LISTED:])]
        more = len(found) - len(newest)
        remedy = "\n".join(["One of these:", *newest, *([f"  and {more} more; `probe ls` lists all"] if more else [])])
        raise UsageError(f"{len(found)} runs have {name!r} in their ids", key="RUN", remedy=remedy)
    return found[0] if found else None


def _with_part(name: str, runs: Sequence[Path]) -> list[Path]:
    """Return the runs of this short id or with this part in their ids; else those with its words in this order."""
    found = [path for path in runs if name in path.name or name == short_id(path.name)]
    words = re.compile(".*".join(map(re.escape, name.split("-"))))
    return found or [path for path in runs if words.search(path.name)]


def _unknown(name: str, whole: str, runs: Path) -> UsageError:
    """Build the error for a name of no run; `whole` is the name with the id of its group, where that is known."""
    ids = list(_ids(runs))
    words = [word for run_id in ids for word in run_id.split("-")]
    remedy = f"{did_you_mean(whole, [*ids, *words])}Runs are in {runs}; `probe ls` lists them."
    return UsageError(f"no such run: {name}", remedy=remedy)


def find_runs(names: Sequence[str] | None, out: Path) -> list[Path]:
    """Find runs or groups by their names, or the latest one where there are none. Raises UsageError."""
    return [find_run(name, out) for name in names] if names else [find_run(None, out)]


@dataclass(frozen=True, slots=True)
class Place:
    """A run's directory, or a file or directory of the original script. `group`: its runs were made side by side."""

    path: Path
    group: Path | None = None


def recording_among(paths: Sequence[Path]) -> Path | None:
    """Return the recording that is all that was named; None for scripted runs. Raises UsageError for more than one."""
    recordings = [path for path in paths if is_recording(path)]
    if not recordings:
        return None
    if len(set(paths)) > 1:
        raise UsageError(
            "is a recording, which stands in a report of its own",
            path=recordings[0],
            remedy="Name it alone: recordings are never pooled, with each other or with scripted runs.",
        )
    return recordings[0]


def places(paths: Sequence[Path]) -> list[Place]:
    """Return the scripted runs in these directories, each once: of a group, all its arms. Raises UsageError."""
    for path in filter(is_recording, paths):
        raise UsageError(
            "is a recording of real work, and no scripted run",
            path=path,
            remedy="`probe report`, `explain`, `show`, `export` and `rm` take recordings; `probe.load` has their "
            "`requests`.",
        )
    return [place for place, is_new in _all_places(paths) if is_new]


def targets_of(found: Sequence[Place]) -> list[Place]:
    """Return the runs of targets, without those of control arms."""
    return [place for place in found if not _is_control(place)]


def _is_control(place: Place) -> bool:
    manifest = read_manifest(place.path)
    return manifest is not None and manifest.role is Role.CONTROL


def repeated_runs(paths: Sequence[Path]) -> list[Path]:
    """Return the directories of runs that were named before."""
    return [place.path for place, is_new in _all_places(paths) if not is_new]


def group_of(path: Path) -> Path | None:
    """Return the group that is in this directory, or that the run in it is an arm of."""
    folder = path.resolve()
    if (folder / GROUP).exists():
        return folder
    group = folder.parent.parent
    return group if folder.parent.name == _ARMS and (group / GROUP).exists() else None


def _all_places(paths: Sequence[Path]) -> Iterator[tuple[Place, bool]]:
    """Yield the runs in these directories, and whether a run comes for the first time."""
    known: set[tuple[object, ...]] = set()
    for path in paths:
        group, group_folder = read_group(path), group_of(path)
        folders = [path / arm.directory for arm in group.arms] if group else [path]
        for folder in folders:
            place = Place(folder, group_folder)
            identity = _identity(place)
            yield place, identity not in known
            known.add(identity)


def _identity(place: Place) -> tuple[object, ...]:
    """Return what tells a run from others: a copy is the same run, and two machines may use one id in one second."""
    manifest = read_manifest(place.path)
    return (manifest.run_id, manifest.created_at) if manifest else (place.path.resolve(),)


def _arm_directory(path: Path) -> Path | None:
    """Return the directory of the arm that reports call `<group>/<name>`."""
    group = read_group(path.parent) if path.parent.name else None
    arms = group.arms if group else ()
    return next((path.parent / arm.directory for arm in arms if arm.name == path.name), None)


def _ids(runs: Path) -> Iterator[str]:
    for path in runs.glob("*/"):
        yield path.name
        yield from (f"{path.name}/{arm.name}" for arm in path.glob(f"{_ARMS}/*/"))
