"""The tool of a deep check by itself: its hook refuses whatever it does not know."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from probe.drivers.echo_tool import ECHO, MCP_CONFIG, EchoTool, admit_only_echo


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (json.dumps({"tool_name": ECHO}), 0),
        (json.dumps({"tool_name": "Bash"}), 2),
        (json.dumps({"tool_name": f"{ECHO}_"}), 2),
        (json.dumps({"tool_name": f"{ECHO}\n"}), 2),
        (json.dumps({"tool_name": [ECHO]}), 2),
        (json.dumps({}), 2),
        ("", 2),
        ("[" * 100_000, 2),
    ],
)
def test_the_hook_lets_nothing_else_pass(asked: str, code: int) -> None:
    settings: Any = admit_only_echo()
    (hook,) = settings["hooks"]["PreToolUse"]
    assert hook["matcher"] == "*"
    command = hook["hooks"][0]["command"]
    done = subprocess.run(command, shell=True, input=asked, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == code


def test_the_files_stand_where_the_command_line_says() -> None:
    files: Any = EchoTool("a-mark").files()
    server = files[Path(MCP_CONFIG).name]["mcpServers"]["probe"]
    assert server["args"][-1] == "a-mark"
    assert files["settings.json"]["permissions"]["allow"] == [ECHO]
    assert "Bash" in files["settings.json"]["permissions"]["deny"]
