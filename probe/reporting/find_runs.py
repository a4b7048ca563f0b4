"""Finds runs: by directory, by the id that reports print, or the latest; each once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from probe.errors import UsageError
from probe.store import GROUP, RUNS, latest_run, read_group, read_manifest

_ARMS = "arms"


def find_run(name: str | None, out: Path) -> Path:
    """A run or group by its directory, by its id below `out`, or the latest one there. Raises UsageError."""
    if name is None:
        return latest_run(out / RUNS)
    for path in (Path(name), out / RUNS / name):
        found = path if path.exists() else _arm(path)
        if found:
            return found
    near = get_close_matches(name, _ids(out / RUNS), n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"no such run: {name}", remedy=f"{meant}Runs are in {out / RUNS}; name one, or a directory.")


def find_runs(names: Sequence[str] | None, out: Path) -> list[Path]:
    """Find runs or groups by their names, or the latest one where there are none. Raises UsageError."""
    return [find_run(name, out) for name in names] if names else [find_run(None, out)]


def repeated_runs(paths: Sequence[Path]) -> list[Path]:
    """Return the runs in these directories that come more than once."""
    return [place.path for place, is_new in _each(paths) if not is_new]


@dataclass(frozen=True, slots=True)
class Place:
    """A run's directory, or a file or directory of the original script. `group`: its runs were made side by side."""

    path: Path
    group: Path | None = None


def places(paths: Sequence[Path]) -> Iterator[Place]:
    """The runs in these directories, each once: of a group, all its arms."""
    return (place for place, is_new in _each(paths) if is_new)


def group_of(path: Path) -> Path | None:
    """The group that is in this directory, or that the run in it is an arm of."""
    place = path.resolve()
    if (place / GROUP).exists():
        return place
    folder = place.parent.parent
    return folder if place.parent.name == _ARMS and (folder / GROUP).exists() else None


def _each(paths: Sequence[Path]) -> Iterator[tuple[Place, bool]]:
    """The runs in these directories, and whether each comes for the first time."""
    seen: set[tuple[object, ...]] = set()
    for path in paths:
        group = read_group(path)
        folder = group_of(path)
        for each in [path / arm.directory for arm in group.arms] if group else [path]:
            manifest = read_manifest(each)
            # A copy is the same run; two machines may begin runs of one id in the same second.
            key = (manifest.run_id, manifest.created_at) if manifest else (each.resolve(),)
            yield Place(each, folder), key not in seen
            seen.add(key)


def _arm(path: Path) -> Path | None:
    """The arm that reports call `<group>/<name>`."""
    group = read_group(path.parent) if path.parent.name else None
    return next((path.parent / arm.directory for arm in group.arms if arm.name == path.name), None) if group else None


def _ids(runs: Path) -> Iterator[str]:
    for path in runs.glob("*/"):
        yield path.name
        yield from (f"{path.name}/{arm.name}" for arm in path.glob(f"{_ARMS}/*/"))
