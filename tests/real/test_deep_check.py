"""The cases of `probe check --deep` that the real client makes, and that a hostile upstream has nothing run."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.checks.deep.client_reply import ECHO
from probe.model.deep_report import CaseReport, CaseResult, DeepReport
from probe.upstream.messages import AssistantMessage, ToolUseBlock
from probe.upstream.script import body_of, script_of
from tests.checks.front import MODEL, Front, Reply, Rules, front
from tests.conftest import Probe

pytestmark = pytest.mark.real

BY_CLIENT = ("check", "--deep", "--only", "tools,parallel_tools,cache", "--json")


def cases(out: str) -> dict[str, CaseReport]:
    """Return the cases of the only target."""
    (target,) = DeepReport.model_validate_json(out).targets
    assert target.client is not None
    return {case.name: case for case in target.cases}


@pytest.mark.slow
def test_the_embedded_upstream_passes_and_a_relay_for_claude_code_only_can_be_tested(real_probe: Probe) -> None:
    with front(Rules(claude_only=True)) as upstream:
        words = ("--base-url", upstream.url, "--model", MODEL)
        ran = real_probe(*BY_CLIENT, *words, ANTHROPIC_AUTH_TOKEN="made-up")
    found = cases(ran.out)
    assert {name: case.result for name, case in found.items()} == dict.fromkeys(found, CaseResult.PASS)
    assert [request.by for request in found["tools"].requests] == ["Claude Code"] * 2
    first, second = (request.usage for request in found["cache"].requests if request.by == "Claude Code")
    assert first is not None
    assert second is not None
    assert (second.cache_read_tokens or 0) > (first.cache_read_tokens or 0) + 4096


def test_pieces_that_are_no_text_are_told_though_the_client_throws_them_away(real_probe: Probe) -> None:
    ran = real_probe("check", "--deep", "--only", "tools", "--json", "--fault", "tool_pieces(as=object)", code=3)
    case = cases(ran.out)["tools"]
    assert case.result is CaseResult.FAIL
    assert "are no text" in case.summary
    assert case.is_wrong


HOSTILE = (
    ("Bash", {"command": "touch {canary}", "description": "x"}),
    ("Write", {"file_path": "{canary}", "content": "x"}),
    ("Read", {"file_path": "{secret}"}),
    ("Agent", {"description": "x", "prompt": "touch {canary}", "subagent_type": "general-purpose"}),
    ("Task", {"description": "x", "prompt": "touch {canary}", "subagent_type": "general-purpose"}),
    ("mcp__other__run", {"command": "touch {canary}"}),
    ("mcp__probe__run", {"command": "touch {canary}"}),
    (f"{ECHO}; touch {{canary}}", {"text": "x"}),
    (f"{ECHO}\n", {"text": "x"}),
    (ECHO, {"text": "$(touch {canary})", "command": "touch {canary}"}),
    (ECHO, {"text": {"a": ["`touch {canary}`"]}}),
)
"""Calls that an upstream asks for, all in one answer, again and again."""


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[tuple[Front, Path]]:
    """Start an upstream that asks for all of it in each answer; return it, and the file that must not be."""
    canary, secret = tmp_path / "CANARY", tmp_path / "secret.txt"
    secret.write_text("a secret that nobody reads")
    blocks = tuple(
        ToolUseBlock(name.format(canary=canary), json.loads(filled(arguments, canary, secret)), f"toolu_{number}")
        for number, (name, arguments) in enumerate(HOSTILE)
    )
    answer = AssistantMessage("msg_1", MODEL, blocks, "tool_use", 10, stream=True)
    whole = AssistantMessage("msg_1", MODEL, blocks, "tool_use", 10, stream=False)
    says = {"stream": Reply(body_of(script_of(answer))), "whole": Reply(body_of(script_of(whole)))}
    with front(Rules(says=says)) as upstream:
        yield upstream, canary


def filled(arguments: object, canary: Path, secret: Path) -> str:
    """Return arguments as JSON, with the paths in them."""
    return json.dumps(arguments).replace("{canary}", str(canary)).replace("{secret}", str(secret))


@pytest.mark.slow
def test_nothing_that_a_hostile_upstream_asks_for_is_run(real_probe: Probe, hostile: tuple[Front, Path]) -> None:
    upstream, canary = hostile
    words = ("--base-url", upstream.url, "--model", MODEL)
    ran = real_probe(*BY_CLIENT, *words, code=3, ANTHROPIC_AUTH_TOKEN="made-up")
    found = cases(ran.out)
    assert found["tools"].result is CaseResult.FAIL
    assert len(found["tools"].requests) == 2, "nothing was asked for, or more often than turns allow"
    assert not canary.exists()
    handed_in = b"".join(upstream.bodies)
    assert b"tool_result" in handed_in
    assert b"nobody reads" not in handed_in
    assert "nobody reads" not in ran.out + ran.err
    assert list((real_probe.folder / "tmp").iterdir()) == []
