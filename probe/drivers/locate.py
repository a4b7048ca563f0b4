"""Finds the client, and asks it what it is and what it understands."""

import importlib.util
import os
import re
import shlex
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from probe.drivers.process import Cancel, Command, Finished, Limits, run
from probe.errors import ClientNotFoundError, ClientTooOldError
from probe.model.run import ClientInfo

_VERSION = re.compile(r"(\d+\.\d+\.\d+\S*)")
_NAMED_VERSION = re.compile(_VERSION.pattern + r"[ \t]+\(Claude Code\)")
"""What the client prints itself; a wrapper may print versions of other programs before it."""
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
    """The words of the client's command, and where they come from.

    In this order: `flag`, the variable PROBE_CLIENT, `claude` on PATH, the binary inside `claude-agent-sdk`.
    Raises ClientNotFoundError.
    """
    for words, source in ((flag, "--client"), (environment.get("PROBE_CLIENT"), "PROBE_CLIENT")):
        if words:
            return _resolved(_split(words, source), source), source
    on_path = shutil.which("claude", path=environment.get("PATH"))
    if on_path:
        return (str(Path(on_path).absolute()),), "PATH"
    bundled = _bundled()
    if bundled:
        return (str(bundled),), "claude-agent-sdk"
    raise ClientNotFoundError(
        "no claude found: not by --client, not in PROBE_CLIENT, not on PATH, not in the claude-agent-sdk package",
        remedy="Install Claude Code, or `pip install 'claude-probe[client]'`, or name it: --client 'node cli.js'.",
    )


def ask_client(argv: tuple[str, ...], source: str, environment: Mapping[str, str], cwd: Path) -> Client:
    """Run the client's `--version` and `--help`, side by side, in an environment that is private already.

    Raises ClientNotFoundError when it cannot be started or does not answer.
    """
    limits = Limits(timeout_s=_ASK_TIMEOUT_S)

    def ask(option: str) -> str:
        finished = run(Command((*argv, option), environment, cwd), limits, cancel)
        if not isinstance(finished, Finished):
            raise ClientNotFoundError(f"{argv[0]} cannot be started: {finished.reason}", remedy="Check --client.")
        said = finished.stdout.data.decode("utf-8", "replace")
        if finished.timed_out or finished.return_code != 0:
            why = (
                f"did not end within {_ASK_TIMEOUT_S:.0f} s"
                if finished.timed_out
                else f"ended with {finished.return_code}"
            )
            detail = finished.stderr.data.decode("utf-8", "replace").strip()[-300:]
            raise ClientNotFoundError(f"{shlex.join(argv)} {option} {why}. {detail}".strip(), remedy="Check --client.")
        return said

    with Cancel() as cancel, ThreadPoolExecutor(max_workers=2) as pool:
        try:
            version, help_text = pool.map(ask, ("--version", "--help"))
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


def _split(words: str, source: str) -> tuple[str, ...]:
    try:
        parts = tuple(shlex.split(words))
    except ValueError as error:
        raise ClientNotFoundError(f"{source}: {words!r} cannot be read as a command: {error}") from None
    if not parts:
        raise ClientNotFoundError(f"{source} is empty")
    return parts


def _resolved(argv: tuple[str, ...], source: str) -> tuple[str, ...]:
    """The command with each path made absolute, since the client runs in another directory."""
    program = shutil.which(argv[0])
    if program is None:
        raise ClientNotFoundError(f"{source}: {argv[0]!r} is no program", remedy="Give a path, or a name on PATH.")
    rest = (str(Path(word).absolute()) if os.sep in word and Path(word).exists() else word for word in argv[1:])
    return (str(Path(program).absolute()), *rest)


def _bundled() -> Path | None:
    spec = importlib.util.find_spec("claude_agent_sdk")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "_bundled" / "claude"
    return path if path.is_file() else None
