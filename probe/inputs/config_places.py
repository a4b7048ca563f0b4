"""The places where a `probe.toml` may lie. Imports nothing heavy: completion needs them."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

CONFIG_NAME = "probe.toml"


def found_configs(folder: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the nearest `probe.toml` in the folder or above it, then the user's, as far as they exist."""
    nearest = next(filter(_is_file, _upwards(folder, environment)), None)
    if nearest:
        yield nearest
    own = user_config(environment)
    if own and _is_file(own):
        yield own


def directories_in_place(folder: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the directories that are called `probe.toml` where the file may lie, the nearest first."""
    places = [*_upwards(folder, environment), user_config(environment)]
    yield from (place for place in places if place and os.path.isdir(place))  # noqa: PTH112 - that of Path raises


def user_config(environment: Mapping[str, str]) -> Path | None:
    """Return the path of the user's own file, on all systems below ~/.config; None without a home directory."""
    base = environment.get("XDG_CONFIG_HOME", "")
    if Path(base).is_absolute():  # the specification says to ignore a relative one
        return Path(base) / "probe" / CONFIG_NAME
    home = environment.get("HOME")
    return Path(home) / ".config" / "probe" / CONFIG_NAME if home else None


def _upwards(folder: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield where a file may lie: the folder, and those above it up to the home directory, or else to the root."""
    home = environment.get("HOME")
    last = os.path.realpath(home) if home else None
    for directory in (folder, *folder.parents):
        yield directory / CONFIG_NAME
        if str(directory) == last:
            return


def _is_file(path: Path) -> bool:
    """Return True for a file; False also where a directory on the way may not be entered."""
    return os.path.isfile(path)  # noqa: PTH113 - that of Path raises
