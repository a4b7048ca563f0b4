"""A group: runs made side by side, each in a directory of its own below the group's.

<group>/group.json           the arms, and the order they ran in
<group>/arms/<name>/         a run as any other
<group>/report.md, …         of all of them
"""

from pathlib import Path

from probe.errors import StoreError
from probe.model.base_models import SCHEMA_VERSION
from probe.model.run_manifest import Group
from probe.store.files import GROUP, make_private_directory, write_atomically
from probe.store.journal import DAMAGED
from probe.store.reader import refuse_newer


def create_group(path: Path, group: Group) -> None:
    """Make a group's directory and its `arms`. Raises StoreError."""
    try:
        make_private_directory(path, "arms")
    except OSError as error:
        raise StoreError(
            f"cannot be made: {error.strerror}", path=path, remedy="Name a directory that you may write: --out DIR."
        ) from error
    write_group(path, group)


def write_group(path: Path, group: Group) -> None:
    """Write `group.json` anew."""
    write_atomically(path / GROUP, (group.model_dump_json(indent=2) + "\n").encode())


def read_group(path: Path) -> Group | None:
    """Read the group in this directory; None where there is none. Raises StoreError for one that cannot be read."""
    place = path / GROUP
    try:
        raw = place.read_bytes()
        refuse_newer(place, raw)
        return Group.model_validate_json(raw)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, *DAMAGED) as error:
        raise StoreError(
            f"cannot be read as a group of schema {SCHEMA_VERSION}", path=place, remedy="Name the runs in `arms`."
        ) from error
