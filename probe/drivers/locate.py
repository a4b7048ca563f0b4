"""Find the client, and ask it for its version and options."""

import importlib.util
import os
import re
import shlex
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from probe.drivers.process import Cancel, ChildCommand, Finished, Limits, run
from probe.errors import ClientNotFoundError, ClientTooOldError
from probe.model.run_manifest import ClientInfo

_VERSION = re.compile(r"(\d+\.\d+\.\d+\S*)")
_NAMED_VERSION = re.compile(_VERSION.pattern + r"[ \t]+\(Claude Code\)")
"""The line that the client itself prints. A wrapper may print versions of other programs before it."""
_UNLISTED = frozenset({"--max-turns"})
"""Options that every version since 1.0.0 has and none lists in its `--help`."""
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_ASK_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Client:
    """The command that runs the client, and the options that its `--help` names."""

    argv: tuple[str, ...]
    info: ClientInfo
    options: frozenset[str]
    stream_json: bool

    def understands(self, option: str) -> bool:
        """Return whether this version has the option."""
        return option in self.options or option in _UNLISTED

    def require(self, options: Iterable[str], purpose: str) -> None:
        """Raise ClientTooOldError where this version lacks one of the options; `purpose` says what needs them."""
        lacking = [option for option in dict.fromkeys(options) if not self.understands(option)]
        if lacking:
            raise ClientTooOldError(
                f"Claude Code {self.info.version or '(version unknown)'} ({self.info.source}) lacks "
                f"{', '.join(lacking)}, which {purpose} needs",
                remedy="Use a newer client, or name another one with --client.",
            )


def find_client(flag: str | None, environment: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """Return the client's command as a list of words, and where it was found.

    Searched in this order: `flag`, the variable PROBE_CLIENT, `claude` on PATH, the binary inside `claude-agent-sdk`.
    Raises ClientNotFoundError.
    """
    for words, source in ((flag, "--client"), (environment.get("PROBE_CLIENT"), "PROBE_CLIENT")):
        if words:
            return _resolved(_split(words, source), source), source
    on_path = shutil.which("claude", path=environment.get("PATH"))
    if on_path:
        return (str(Path(on_path).absolute()),), "PATH"
    bundled = bundled_client()
    if bundled:
        return (str(bundled),), "claude-agent-sdk"
    raise ClientNotFoundError(
        "no claude found: not by --client, not in PROBE_CLIENT, not on PATH, not in the claude-agent-sdk package",
        remedy="Install Claude Code, or `pip install 'claude-probe[client]'`, or name it: --client 'node cli.js'.",
    )


def ask_client(argv: tuple[str, ...], source: str, environment: Mapping[str, str], cwd: Path) -> Client:
    """Run the client's `--version` and `--help` in parallel, in a private environment.

    Raises ClientNotFoundError when the client cannot be started, does not answer, or is not Claude Code.
    """
    with Cancel() as cancel, ThreadPoolExecutor(max_workers=2) as pool:
        try:
            version, help_text = pool.map(
                lambda option: _ask(ChildCommand((*argv, option), environment, cwd), cancel), ("--version", "--help")
            )
        except BaseException:
            cancel.cancel()  # a Ctrl-C must not wait for a client that hangs
            raise
    found = _NAMED_VERSION.search(version) or _VERSION.search(version)
    options = frozenset(_OPTION.findall(help_text))
    if "--print" not in options:
        raise ClientNotFoundError(
            f"{shlex.join(argv)} is not Claude Code: its --help knows no --print", remedy="Check --client."
        )
    info = ClientInfo(program=Path(argv[-1]).name, version=found[1] if found else None, source=source)
    return Client(argv, info, options, stream_json="stream-json" in help_text)


def _ask(command: ChildCommand, cancel: Cancel) -> str:
    """Return what the client prints when it is run like this. Raise ClientNotFoundError when it fails."""
    finished = run(command, Limits(timeout_s=_ASK_TIMEOUT_S), cancel)
    if not isinstance(finished, Finished):
        raise ClientNotFoundError(f"{command.argv[0]} cannot be started: {finished.reason}", remedy="Check --client.")
    if finished.timed_out:
        why = f"did not end within {_ASK_TIMEOUT_S:.0f} s"
    elif finished.return_code != 0:
        why = f"ended with {finished.return_code}"
    else:
        return finished.stdout.data.decode("utf-8", "replace")
    detail = finished.stderr.data.decode("utf-8", "replace").strip()[-300:]
    problem = f"{shlex.join(command.argv)} {why}. {detail}".strip()
    raise ClientNotFoundError(problem, remedy="Check --client.")


def _split(words: str, source: str) -> tuple[str, ...]:
    try:
        parts = tuple(shlex.split(words))
    except ValueError as error:
        raise ClientNotFoundError(f"{source}: {words!r} cannot be read as a command: {error}") from None
    if not parts:
        raise ClientNotFoundError(f"{source} is empty")
    return parts


def _resolved(argv: tuple[str, ...], source: str) -> tuple[str, ...]:
    """Return the command with absolute paths, since the client runs in another directory."""
    program = shutil.which(argv[0])
    if program is None:
        raise ClientNotFoundError(f"{source}: {argv[0]!r} is no program", remedy="Give a path, or a name on PATH.")
    rest = (str(Path(word).absolute()) if os.sep in word and Path(word).exists() else word for word in argv[1:])
    return (str(Path(program).absolute()), *rest)


def bundled_client() -> Path | None:
    """Return the binary inside the package `claude-agent-sdk`, if that is installed."""
    spec = importlib.util.find_spec("claude_agent_sdk")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "_bundled" / "claude"
    return path if path.is_file() else None
