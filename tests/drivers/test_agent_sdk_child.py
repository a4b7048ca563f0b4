"""The program that runs the Agent SDK: its lines, its clients, its environment; below it a client that misbehaves."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from probe.drivers import agent_sdk_child
from probe.drivers.client_output import parse_client_output
from tests.builders import GOLDEN

CAPTURE = GOLDEN / "stream-json" / "2.1.329.jsonl"
STAND_IN = Path(__file__).parents[1] / "children" / "sdk_client.py"
OPTIONS = {"max_turns": 1, "strict_mcp_config": True, "model": "glm-4.7", "include_partial_messages": True}
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}


class SdkProgram:
    """The program with a stand-in for the client; `ask` returns the lines of a turn, and `last` is its result."""

    def __init__(self, folder: Path, mode: Literal["client", "query"]) -> None:
        self.mode = mode
        self._client = folder / "claude"
        self._client.write_text(f'#!/bin/sh\nexec {sys.executable} -I {STAND_IN} "$@"\n')
        self._client.chmod(0o700)
        self.process = subprocess.Popen(
            [sys.executable, "-I", agent_sdk_child.__file__, mode],
            env=ENVIRONMENT, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdout
        assert json.loads(self.process.stdout.readline())["type"] == "sdk_ready"

    def ask(self, prompt: str, **options: Any) -> list[dict[str, Any]]:
        self.order(prompt, **options)
        return list(self.turn())

    def order(self, prompt: str, **options: Any) -> None:
        content = {"role": "user", "content": prompt}
        self.send(
            {"type": "user", "message": content, "options": {"cli_path": str(self._client), **OPTIONS, **options}}
        )

    def send(self, line: dict[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()

    def turn(self) -> Iterator[dict[str, Any]]:
        """Yield the lines up to the end of a turn."""
        assert self.process.stdout
        for line in self.process.stdout:
            yield json.loads(line)
            if b'"turn_ended"' in line:
                return

    def said(self, prompt: str) -> str:
        """Return the text of the result."""
        lines = self.ask(prompt)
        return next(str(line["result"]) for line in lines if line["type"] == "result")

    def end(self) -> int:
        """End the orders, and return the exit code."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        code = self.process.wait(20)
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module", params=["client", "query"])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SdkProgram]:
    running = SdkProgram(tmp_path_factory.mktemp(request.param), request.param)
    yield running
    assert running.end() == 0


def test_one_client_takes_all_prompts_or_each_prompt_gets_its_own(program: SdkProgram) -> None:
    first, second = program.said("pid"), program.said("pid")
    assert (first == second) == (program.mode == "client")


def test_the_lines_are_those_of_the_client(program: SdkProgram) -> None:
    lines = program.ask(f"replay {CAPTURE}")
    exit_code = None if program.mode == "client" else 0
    assert (lines[-1]["exit_code"], lines[-1]["error"]) == (exit_code, None)
    words = parse_client_output("\n".join(json.dumps(line) for line in lines[:-1]).encode(), float)
    straight = parse_client_output(CAPTURE.read_bytes().strip(), float)
    assert words.model_dump(exclude={"wait_ms", "result"}) == straight.model_dump(exclude={"wait_ms", "result"})
    assert words.result is not None
    assert straight.result is not None
    not_passed_on = {"ttft_ms", "ttft_stream_ms", "time_to_request_ms"}
    assert words.result.model_dump(exclude=not_passed_on) == straight.result.model_dump(exclude=not_passed_on)


def test_the_client_s_environment_is_the_program_s(program: SdkProgram) -> None:
    found = json.loads(program.said("env"))
    own = {"CLAUDE_CODE_ENTRYPOINT", "CLAUDE_AGENT_SDK_VERSION", "CLAUDE_CODE_SDK_READS_SESSION_STATE", "PWD"}
    assert set(found) - own - {"LC_CTYPE", "OLDPWD", "_", "SHLVL"} == set(ENVIRONMENT)
    assert found.items() >= ENVIRONMENT.items()


def test_options_reach_the_client(program: SdkProgram) -> None:
    words = json.loads(program.said("argv"))
    assert words[words.index("--max-turns") + 1] == "1"
    assert words[words.index("--model") + 1] == "glm-4.7"
    assert "--strict-mcp-config" in words


def test_lines_that_are_no_message_are_passed_over(program: SdkProgram) -> None:
    assert program.said("noise still here") == "still here"


@pytest.mark.parametrize(("prompt", "named", "code"), [("exit 7", "exit code 7", 7), ("garble", "JSON", None)])
@pytest.mark.parametrize("mode", ["client", "query"])
def test_a_client_that_dies_or_prints_half_a_line_ends_the_turn_with_the_reason(
    tmp_path: Path, mode: Literal["client", "query"], prompt: str, named: str, code: int | None
) -> None:
    program = SdkProgram(tmp_path, mode)
    *_, last = program.ask(prompt)
    assert named in last["error"]
    assert last["exit_code"] == code
    if mode == "query":
        assert program.said("say on") == "on"
    assert program.end() == 0


def test_an_interrupt_ends_the_turn(tmp_path: Path) -> None:
    program = SdkProgram(tmp_path, "client")
    program.order("hang")
    assert next(program.turn())["subtype"] == "init"
    program.send({"type": "control_request", "request_id": "1", "request": {"subtype": "interrupt"}})
    assert [line["type"] for line in program.turn()] == ["result", "turn_ended"]
    assert program.said("say on") == "on"
    assert program.end() == 0


def test_an_option_that_the_sdk_does_not_know_ends_the_turn(tmp_path: Path) -> None:
    program = SdkProgram(tmp_path, "query")
    (last,) = program.ask("say x", no_such_option=1)
    assert "no_such_option" in last["error"]
    assert program.end() == 0
