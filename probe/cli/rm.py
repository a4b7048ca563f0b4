"""`probe rm`: remove stored runs."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.common import put, say
from probe.cli.completion import complete_run
from probe.cli.language import present_texts
from probe.cli.options import DEFAULT_OUT, RUN_NAMES, OutOption
from probe.errors import UsageError

EXAMPLES = """\b
Examples:
  probe rm latest~1 0841-cold
  probe rm --older-than 30d --keep 20
  probe rm --keep 100 --yes"""

_AGE = re.compile(r"(\d{1,6})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_EITHER = "Name runs, or add --older-than 30d or --keep N."
_LONGEST = timedelta(days=36_500)


def age(text: str) -> timedelta:
    """Parse an age such as `30d`."""
    found = _AGE.fullmatch(text.strip().lower())
    parsed = int(found[1]) * _UNITS[found[2]] if found else _LONGEST
    if parsed >= _LONGEST:
        raise typer.BadParameter(f"{text!r} is not an age; write it as 12h, 30d or 4w")
    return parsed


def rm(
    runs: Annotated[
        list[str] | None, typer.Argument(metavar="RUN...", autocompletion=complete_run, help=f"Each is {RUN_NAMES}.")
    ] = None,
    older_than: Annotated[
        timedelta | None,
        typer.Option("--older-than", parser=age, metavar="AGE", help="Remove the runs begun longer ago, such as 30d."),
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=0, help="Remove all but so many of the newest runs.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Remove stored runs.

    Lists them with their sizes and asks first. With --older-than and --keep only runs go to which both apply. Removes
    nothing that is not a run, follows no link, and leaves a run that is going on.
    """
    if runs and (older_than is not None or keep is not None):
        raise UsageError("choose among all runs, and runs are named", key="--older-than and --keep", remedy=_EITHER)
    chosen = _named(runs, out) if runs else removable_runs(older_than, keep, out)
    remove_after_asking(chosen, yes=yes)


def remove_after_asking(chosen: Sequence[Path], *, yes: bool) -> None:
    """List runs with their sizes, ask, and remove them. Raises UsageError where nobody can be asked, StoreError."""
    from probe.store import remove_run

    texts = present_texts()
    if not chosen:
        say(texts("rm.none"))
        return
    size = list_sizes(chosen)
    if not yes and not is_confirmed(len(chosen)):
        say(texts("rm.kept"))
        return
    for path in chosen:
        remove_run(path)
    put(texts("rm.removed.one" if len(chosen) == 1 else "rm.removed.many", n=len(chosen), size=size))


def _named(names: Sequence[str], out: Path) -> list[Path]:
    """Return the runs of these names, each once. Raises UsageError where one of them must not be removed."""
    from probe.reporting.find_runs import find_run
    from probe.store import check_removable

    paths = dict.fromkeys(find_run(name, out).absolute() for name in names)
    for path in paths:
        check_removable(path)
    return list(paths)


def removable_runs(older_than: timedelta | None, keep: int | None, out: Path) -> list[Path]:
    """Return the runs that age and number choose, but for those that must not be removed, which are named."""
    from probe.reporting.choose_old_runs import old_runs
    from probe.store import check_removable

    if older_than is None and keep is None:
        raise UsageError("no run is named", key="RUN", remedy=_EITHER)
    chosen = []
    for path in old_runs(out, older_than, keep):
        try:
            check_removable(path)
        except UsageError as error:
            say(present_texts()("rm.skipped", why=str(error).splitlines()[0]))
        else:
            chosen.append(path)
    return chosen


def list_sizes(paths: Sequence[Path]) -> str:
    """List the runs with their sizes, and return the size of all."""
    from probe.reporting.find_runs import short_id
    from probe.store import stored_bytes
    from probe.units import format_bytes

    sizes = [stored_bytes(path) for path in paths]
    for path, size in zip(paths, sizes, strict=True):
        say(f"  {short_id(path.name)}  {path.name}  {format_bytes(size)}")
    return format_bytes(sum(sizes))


def is_confirmed(n: int) -> bool:
    """Ask whether to remove so many runs. Raises UsageError where nobody can be asked."""
    from probe.cli.ask import confirm, is_interactive

    if not is_interactive():
        raise UsageError("nobody can be asked here, so nothing was removed", remedy="Add --yes to remove these runs.")
    return confirm(present_texts()("rm.ask.one" if n == 1 else "rm.ask.many", n=n), default=False)
