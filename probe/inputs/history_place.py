"""The directory of the history: the one that is named, else that of `probe.toml`, else the usual one."""

from pathlib import Path

from probe.inputs.find_config import Configuration

USUAL_HISTORY = Path("reports/history")


def configured_history(config: Configuration) -> Path | None:
    """Return the directory that the nearest `probe.toml` with a `history` names, relative to the file's own."""
    for file in config.files:
        if file.content.history:
            return file.path.absolute().parent / Path(file.content.history).expanduser()
    return None


def history_place(named: Path | None, config: Configuration) -> Path:
    """Return the history of a command: of --history, of `probe.toml`, or the usual one."""
    return named or configured_history(config) or USUAL_HISTORY
