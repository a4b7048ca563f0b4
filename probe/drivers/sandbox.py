"""Make and remove the private directories of a round, which keep the user's set-up out and the round's files in."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from probe.errors import EnvironmentUnusableError

ALLOWED_NAMES = frozenset(
    "PATH LANG LANGUAGE TZ SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS "
    "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy".split()
)
"""Variables that a child inherits: for finding programs, language, certificates and proxies. No others."""

QUIET = {
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_BUG_COMMAND": "1",
}
"""Variables that switch telemetry and updates off. CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC would do more, but also
remove the connection warm-up and, in some recent versions, a tool: the request would no longer be a user's."""

REFUSE_EVERY_TOOL = {
    "hooks": {"PreToolUse": [{"matcher": "*", "hooks": [{"type": "command", "command": "exit 2"}]}]},
    "permissions": {"deny": ["Read(//**)", "Edit(//**)"]},
}
"""Settings that refuse each tool call and leave the request unchanged. The rules for paths come before the checks that
some versions make before any hook, and that would tell whether a file exists."""

_PROJECT_FILES = ("CLAUDE.md", "CLAUDE.local.md", ".claude", ".mcp.json")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The directories of one round, all below `path` and private to us (mode 0700)."""

    path: Path

    @property
    def home(self) -> Path:
        return self.path / "home"

    @property
    def config(self) -> Path:
        return self.path / "config"

    @property
    def work(self) -> Path:
        return self.path / "work"

    def environment(self) -> dict[str, str]:
        """Return the variables that keep the client inside."""
        xdg = self.path / "xdg"
        return {
            "HOME": str(self.home),
            "CLAUDE_CONFIG_DIR": str(self.config),
            "CLAUDE_HOME": str(self.config),
            "XDG_CONFIG_HOME": str(xdg / "config"),
            "XDG_CACHE_HOME": str(xdg / "cache"),
            "XDG_DATA_HOME": str(xdg / "data"),
            "XDG_STATE_HOME": str(xdg / "state"),
            "XDG_RUNTIME_DIR": str(xdg / "run"),
            "TMPDIR": str(self.path / "tmp"),
            "TEMP": str(self.path / "tmp"),
            "TMP": str(self.path / "tmp"),
        }

    def make(self, *, guarded: bool, files: Mapping[str, Mapping[str, object]] = MappingProxyType({})) -> None:
        """Create the directories, the client's settings (which refuse all tools if `guarded`) and `files`."""
        self.path.mkdir(mode=0o700)
        directories = {Path(value) for name, value in self.environment().items() if name != "CLAUDE_HOME"}
        for directory in sorted({self.path / "xdg", self.work, *directories}):
            directory.mkdir(mode=0o700)
        self._write("config.json", {"primaryApiKey": "any"})
        self._write("settings.json", REFUSE_EVERY_TOOL if guarded else {})
        for name, content in files.items():
            self._write(name, content)

    def forget_sessions(self) -> None:
        """Remove transcripts, so that no step continues the priming session."""
        shutil.rmtree(self.config / "projects", ignore_errors=True)

    def _write(self, name: str, content: Mapping[str, object]) -> None:
        path = self.config / name
        path.touch(mode=0o600)
        path.write_text(json.dumps(content, indent=2) + "\n")


@contextmanager
def sandbox(
    root: Path,
    number: int,
    *,
    guarded: bool,
    keep: bool,
    files: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> Iterator[Sandbox]:
    """Make a sandbox below `root`, and remove it afterwards unless `keep`. `files` go into the client's directory.

    Raises EnvironmentUnusableError.
    """
    try:
        place = Sandbox(Path(tempfile.mkdtemp(prefix=f"r{number:04d}-", dir=root)) / "s")
        place.make(guarded=guarded, files=files)
    except OSError as error:
        raise EnvironmentUnusableError(f"cannot make a sandbox: {error.strerror or error}", path=root) from error
    try:
        yield place
    finally:
        if not keep:
            shutil.rmtree(place.path.parent, ignore_errors=True)


def make_root(parent: Path | None = None) -> Path:
    """Make the private directory that holds the sandboxes of one run.

    Raises EnvironmentUnusableError when that fails, or when the client would read a project file in a directory above.
    """
    try:
        root = Path(tempfile.mkdtemp(prefix="probe-", dir=parent)).resolve()
    except OSError as error:
        raise EnvironmentUnusableError(
            f"cannot make a directory for the sandboxes: {error.strerror or error}",
            remedy="Set TMPDIR to a directory that you may write.",
        ) from error
    for above in root.parents:
        for name in _PROJECT_FILES:
            if (above / name).exists():
                shutil.rmtree(root, ignore_errors=True)
                raise EnvironmentUnusableError(
                    f"the client would read {above / name}, which lies above the sandboxes",
                    remedy="Move it away, or set TMPDIR to a directory with no such file above it.",
                )
    return root


def inherited_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of our environment that a child may inherit."""
    return {name: value for name, value in environment.items() if name in ALLOWED_NAMES or name.startswith("LC_")}


def is_root() -> bool:
    """Return True for the superuser, as whom the client refuses to skip permissions outside a sandbox."""
    return os.geteuid() == 0
