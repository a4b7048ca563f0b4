"""Add targets to a `probe.toml`: what is in it stays to the byte, and it is written whole or not at all."""

from collections.abc import Sequence
from pathlib import Path

from probe.errors import StoreError, UsageError
from probe.inputs.load_config import parse_config
from probe.inputs.source_lines import MOST_BYTES, decoded, read_bytes
from probe.inputs.target_table import TargetTable, added
from probe.store import write_output


def names_in(path: Path) -> set[str]:
    """Return the names of the targets in a file, none where there is no file. Raises UsageError."""
    return set(parse_config(_text_of(path), path).targets) if path.exists() else set()


def add_tables(tables: Sequence[TargetTable], path: Path, *, beginning: str = "") -> list[str]:
    """Add the tables whose names a file does not have yet, and return these names. Raises ProbeError.

    A file that is not there yet is made, with `beginning` above the tables.
    """
    text = _text_of(path) if path.exists() else beginning
    taken = parse_config(text, path).targets
    new = [table for table in tables if table.name not in taken]
    if new:
        text = added(text, new, path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot be made: {error.strerror}", path=path.parent) from error
        write_output(path, text.encode())
    return [table.name for table in new]


def _text_of(path: Path) -> str:
    """Return the text of a file with its line ends as they are. Raises UsageError."""
    data = read_bytes(path, MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError(f"is larger than {MOST_BYTES:,} bytes", path=path)
    return decoded(data, path)
