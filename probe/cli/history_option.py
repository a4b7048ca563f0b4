"""The option that names a history, and what holds without it."""

import os
from pathlib import Path
from typing import Annotated

import typer

HistoryOption = Annotated[
    Path | None,
    typer.Option(
        "--history",
        metavar="DIR",
        help="Where the history is. (default: `history` of probe.toml, else reports/history)",
    ),
]


def history_folder(named: Path | None, config: str | None = None) -> Path:
    """Return the directory of the history: of --history, of `probe.toml`, or the usual one. Raises UsageError."""
    from probe.inputs.find_config import find_config
    from probe.inputs.history_place import history_place

    if named:
        return named
    return history_place(named, find_config(config, Path.cwd(), os.environ))


def calls_folder(config: str | None) -> Path | None:
    """Return the history that `probe.toml` names, which runs are added to; None without one. Raises UsageError."""
    from probe.inputs.find_config import find_config
    from probe.inputs.history_place import configured_history

    return configured_history(find_config(config, Path.cwd(), os.environ))
