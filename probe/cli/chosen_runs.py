"""Find the runs that a command names."""

from collections.abc import Sequence
from pathlib import Path

from probe.cli.language import tell


def chosen_runs(names: Sequence[str] | None, out: Path) -> list[Path]:
    """Find runs by their names, or the latest one, and say of a run that is named twice that it counts once.

    Raises UsageError.
    """
    from probe.reporting.find_runs import find_runs, repeated_runs

    paths = find_runs(names, out)
    for path in repeated_runs(paths):
        tell("command.named_twice", path=path)
    return paths
