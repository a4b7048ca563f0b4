"""The one tool that the client of a deep check may use, an echo of ours, and the locks on all others.

Without a built-in tool in the request (`--tools ""`), an upstream that asks for one is told that there is none. The
hook refuses whatever is not the echo, also where it cannot find out; deny rules name what could do harm; turns are
limited.
"""

import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probe.drivers.sandbox import Sandbox

ECHO = "mcp__probe__echo"
"""The name of the tool as the client offers it."""
MCP_CONFIG = "../config/probe-echo.json"
"""The file that names the server, from the client's working directory."""
_LOG = "../tmp/probe-echo.jsonl"
_SERVER = Path(__file__).with_name("echo_server.py")
_ONLY_ECHO = f"import json, sys; sys.exit(json.load(sys.stdin)['tool_name'] != {ECHO!r})"
_DENIED = (
    *("Agent", "Bash", "BashOutput", "Edit", "Glob", "Grep", "KillShell", "Monitor", "MultiEdit", "NotebookEdit"),
    *("Read", "SendMessage", "Skill", "SlashCommand", "Task", "WebFetch", "WebSearch", "Workflow", "Write"),
    *("Read(//**)", "Edit(//**)"),
)
_MOST_READ_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class EchoTool:
    """The tool in one sandbox. Its answers begin with `mark`, which nobody else knows."""

    mark: str

    def files(self) -> Mapping[str, Mapping[str, object]]:
        """Return the client's settings and the file that names the server, by name in the client's directory."""
        server = {"command": sys.executable, "args": ["-I", str(_SERVER), _LOG, self.mark]}
        return {"settings.json": admit_only_echo(), Path(MCP_CONFIG).name: {"mcpServers": {"probe": server}}}


def admit_only_echo() -> Mapping[str, object]:
    """Return settings that admit the echo and refuse each other tool call."""
    # A hook that fails in any way but with 2 would let the call pass.
    command = f"{shlex.quote(sys.executable)} -I -c {shlex.quote(_ONLY_ECHO)} || exit 2"
    hook = {"matcher": "*", "hooks": [{"type": "command", "command": command}]}
    return {"hooks": {"PreToolUse": [hook]}, "permissions": {"allow": [ECHO], "deny": list(_DENIED)}}


def received_arguments(place: Sandbox) -> list[Mapping[str, Any]]:
    """Return the arguments of the calls that came to the server."""
    return list(_arguments(place.work / _LOG))


def _arguments(log: Path) -> Iterator[Mapping[str, Any]]:
    if not log.exists():
        return
    with log.open("rb") as file:
        data = file.read(_MOST_READ_BYTES)
    for line in data.splitlines():
        try:
            params = json.loads(line)
        except (ValueError, RecursionError):
            continue  # cut at the server's limit
        arguments = params.get("arguments") if isinstance(params, dict) else None
        yield arguments if isinstance(arguments, dict) else {}
