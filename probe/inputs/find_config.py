"""Find `probe.toml`: the one that is named, or the nearest from the working directory upwards and the user's own."""

import os
import shlex
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.errors import UsageError
from probe.inputs.config_places import CONFIG_NAME, directories_in_place, found_configs
from probe.inputs.load_config import Config, TargetEntry, load_config

_ROOT_UID = 0


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A `probe.toml`, read."""

    path: Path
    content: Config


@dataclass(frozen=True, slots=True)
class Configuration:
    """The files that hold, the nearest first; targets of all of them can be used."""

    files: tuple[ConfigFile, ...] = ()

    @property
    def path(self) -> Path | None:
        """The nearest file."""
        return self.files[0].path if self.files else None

    @property
    def targets(self) -> dict[str, TargetEntry]:
        """The targets by name; of two with one name, the nearer."""
        return {name: entry for name, entry, _ in self.entries()}

    def entries(self) -> Iterator[tuple[str, TargetEntry, Path]]:
        """Yield the targets that can be used: name, table and file."""
        for file in self.files:
            for name, entry in file.content.targets.items():
                if self.file_of(name) is file:
                    yield name, entry, file.path

    def file_of(self, name: str) -> ConfigFile | None:
        """Return the file that the target of this name comes from."""
        return next((file for file in self.files if name in file.content.targets), None)

    @property
    def default(self) -> ConfigFile | None:
        """The nearest file that has a default target."""
        return next((file for file in self.files if file.content.default_target), None)

    def gates_of(self, name: str) -> tuple[str, ...]:
        """Return the gates of a target: its own, and those of its file; of the nearest file if it is in none."""
        file = self.file_of(name) or next(iter(self.files), None)
        if file is None:
            return ()
        entry = file.content.targets.get(name)
        return (*file.content.fail_on, *(entry.fail_on if entry else ()))


def find_config(named: str | None, folder: Path, environment: Mapping[str, str]) -> Configuration:
    """Read the named file alone; else the nearest in the folder or above it, and the user's. Raises UsageError.

    A `probe.toml` can name programs to run and addresses that tokens are sent to. One that nobody named is read only
    if nobody else can have written it.
    """
    if named:
        path = Path(named)
        if path.is_dir():
            raise _is_directory(path, "--config")
        if not path.is_file():
            raise UsageError("no such file", path=path, key="--config")
        return Configuration((ConfigFile(path, load_config(path)),))
    paths = dict.fromkeys(found_configs(folder, environment))
    if not paths:
        for directory in directories_in_place(folder, environment):
            raise _is_directory(directory)
    for path in paths:
        problem = distrust_of(path, folder)
        if problem:
            raise UsageError(
                f"is not read: {problem}, and a {CONFIG_NAME} can name commands to run",
                path=path,
                remedy=f"If you trust it, name it: --config {shlex.quote(str(path))}\n"
                "If not, remove it, or change its owner and mode.",
            )
    return Configuration(tuple(ConfigFile(path, load_config(path)) for path in paths))


def _is_directory(path: Path, key: str | None = None) -> UsageError:
    """Return the error for a directory in the place of the file, as Docker makes for a mount without a source."""
    return UsageError(
        f"is a directory; a {CONFIG_NAME} is a file",
        path=path,
        key=key,
        remedy="Name the file with --config FILE, or remove the directory or give it another name.",
    )


def shown_path(path: str | Path) -> str:
    """Return the path of a file as people write it: with ./ in the working directory, with ~ in the home directory."""
    absolute, home = Path(path).absolute(), os.environ.get("HOME")
    if absolute.parent == Path.cwd():
        return f"./{absolute.name}"
    if home and absolute.is_relative_to(home):
        return f"~/{absolute.relative_to(home)}"
    return str(absolute)


def distant_path(config_file: str | Path | None) -> str | None:
    """Return the path of a target's file as people write it; None for ./probe.toml, which needs no mention."""
    shown = shown_path(config_file) if config_file else None
    return None if shown == f"./{CONFIG_NAME}" else shown


def distrust_of(path: Path, folder: Path) -> str | None:
    """Return how another user can have written the file, None if none can. `folder` is the working directory."""
    trusted = {os.geteuid(), _ROOT_UID}
    is_here = path.parent == folder
    if is_here:
        trusted.add(folder.stat().st_uid)  # whoever works in another user's directory has chosen to
    for status in (path.lstat(), path.stat()):  # a link, and the file that it leads to
        if status.st_uid not in trusted:
            return f"it belongs to another user (uid {status.st_uid})"
    if not is_here and path.stat().st_mode & stat.S_IWOTH:
        return "it can be changed by every user"
    return None
