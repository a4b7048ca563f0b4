"""Find runs: by directory, by the id that reports print, or the latest; each once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from probe.errors import UsageError
from probe.store import GROUP, RUNS, latest_run, read_group, read_manifest

_ARMS = "arms"


def find_run(name: str | None, out: Path) -> Path:
    """Find a run or group by its directory, by its id below `out`, or the latest one there. Raises UsageError."""
    if name is None:
        return latest_run(out / RUNS)
    for path in (Path(name), out / RUNS / name):
        found = path if path.exists() else _arm_directory(path)
        if found:
            return found
    near = get_close_matches(name, _ids(out / RUNS), n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"no such run: {name}", remedy=f"{meant}Runs are in {out / RUNS}; name one, or a directory.")


def find_runs(names: Sequence[str] | None, out: Path) -> list[Path]:
    """Find runs or groups by their names, or the latest one where there are none. Raises UsageError."""
    return [find_run(name, out) for name in names] if names else [find_run(None, out)]


@dataclass(frozen=True, slots=True)
class Place:
    """A run's directory, or a file or directory of the original script. `group`: its runs were made side by side."""

    path: Path
    group: Path | None = None


def places(paths: Sequence[Path]) -> list[Place]:
    """Return the runs in these directories, each once: of a group, all its arms."""
    return [place for place, is_new in _all_places(paths) if is_new]


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
