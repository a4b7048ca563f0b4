"""The server of the tool of a deep check: it only echoes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from probe.drivers import echo_server
from probe.drivers.echo_tool import received_arguments
from probe.drivers.sandbox import Sandbox


def serve(log: Path, *lines: str | dict[str, Any]) -> list[dict[str, Any]]:
    """Run the server with these lines on its standard input; return its answers."""
    sent = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    command = [sys.executable, "-I", str(echo_server.__file__), str(log), "a-mark"]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def call(number: int, arguments: object, name: str = "echo") -> dict[str, Any]:
    """Build the request for a call of a tool."""
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": name, "arguments": arguments}}


def test_it_echoes_and_keeps_what_came(tmp_path: Path) -> None:
    place = Sandbox(tmp_path)
    for directory in ("work", "tmp"):
        (tmp_path / directory).mkdir()
    text = 'quotes " and | pipes, 漢字\n$(touch x)'
    log = tmp_path / "tmp" / "probe-echo.jsonl"
    answers = serve(log, {"id": 0, "method": "initialize", "params": {}}, call(1, {"text": text}))
    assert answers[1]["result"]["content"] == [{"type": "text", "text": f"a-mark {text}"}]
    assert received_arguments(place) == [{"text": text}]


def test_it_does_nothing_else(tmp_path: Path) -> None:
    answers = serve(
        tmp_path / "log",
        "no JSON",
        "[" * 100_000,
        '"text"',
        {"method": "notifications/initialized"},
        {"id": 1, "method": "resources/read", "params": {"uri": "file:///etc/passwd"}},
        call(2, {"text": "x"}, name="run"),
        call(3, "no object"),
    )
    assert [answer.get("error", {}).get("code") for answer in answers] == [-32601, -32601, None]
    assert answers[2]["result"]["content"][0]["text"] == "a-mark None"


def test_it_ends_after_too_many_calls(tmp_path: Path) -> None:
    assert len(serve(tmp_path / "log", *(call(number, {"text": "x"}) for number in range(100)))) == 20
