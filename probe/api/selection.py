"""Find the runs that a user of the library names."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from probe.errors import UsageError
from probe.reporting.find_runs import find_run
from probe.reporting.load_runs import originals_in
from probe.store import GROUP, JOURNAL, MANIFEST, RECORDING, RUNS, is_recording

_PATTERN = frozenset("*?[")


def select_runs(names: Sequence[str], out: Path) -> tuple[Path, ...]:
    """Return the runs and groups of these names, in order; of no name the latest run. Raises UsageError."""
    if not names:
        return (find_run(None, out),)
    return tuple(path for name in names for path in _named(name, out))


def _named(name: str, out: Path) -> list[Path]:
    """Return the runs of a name or of a pattern. Raises UsageError for none."""
    if _PATTERN & set(name) and not Path(name).exists():
        return _matching(name, out)
    path = find_run(name, out)
    runs = _runs_in(path)
    if not runs:
        raise UsageError("holds no run", path=path, remedy="Name a run's directory, or one with such in it.")
    return runs


def _matching(pattern: str, out: Path) -> list[Path]:
    """Return the runs at the paths that match, or else those whose ids do. Raises UsageError for none."""
    root = Path(Path(pattern).anchor)
    runs = _of_one_kind(_all_runs_in(root.glob(str(Path(pattern).relative_to(root)))))
    if not runs and not root.anchor:
        runs = _of_one_kind(_all_runs_in((out / RUNS).glob(pattern)))
    if not runs:
        raise UsageError(f"no run matches {pattern}", remedy=f"Runs are in {out / RUNS}; name one, or a directory.")
    return runs


def _all_runs_in(paths: Iterable[Path]) -> list[Path]:
    return [run for path in sorted(paths) for run in _runs_in(path)]


def _runs_in(path: Path) -> list[Path]:
    """Return the path itself where it is a run, else the runs in this directory. Raises UsageError for another file."""
    if _is_run(path):
        return [path]
    return _of_one_kind(sorted(child for child in path.iterdir() if child.is_dir() and _is_run(child)))


def _of_one_kind(runs: list[Path]) -> list[Path]:
    """Return the scripted runs among these; recordings, which are never pooled with them, only where all are such."""
    scripted = [run for run in runs if not is_recording(run)]
    return scripted or runs


def _is_run(path: Path) -> bool:
    """Return True for a directory of a run, group or recording, and for what the original script left."""
    return any((path / name).exists() for name in (MANIFEST, JOURNAL, GROUP, RECORDING)) or bool(originals_in(path))
