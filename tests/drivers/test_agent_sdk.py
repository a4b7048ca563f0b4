"""The driver of the Agent SDK: rounds of the real SDK above a stand-in client, and of programs that are no SDK."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.drivers import agent_sdk, find_sdk
from probe.drivers.agent_sdk import AgentSdk, AgentSdkIsolated, open_agent_sdk
from probe.drivers.locate import Client
from probe.drivers.process import Cancel
from probe.errors import EnvironmentUnusableError, UsageError
from probe.model.call import Diagnosis
from probe.model.choices import Session, Workload
from probe.model.observation import Observation
from probe.model.run_manifest import ClientInfo
from probe.model.scenario import Expect
from probe.ports import CallOrder
from probe.redact import Redactor
from tests.builders import step
from tests.drivers.contexts import contexts
from tests.drivers.support import RECENT, Quiet
from tests.drivers.test_agent_sdk_child import STAND_IN
from tests.drivers.test_sandbox import CANARY

NEW, LIVE = Session.NEW, Session.LIVE
READY = 'print(\'{"type": "sdk_ready"}\', flush=True); '
"""The first line of a program that a test writes."""


class SdkBench:
    """A driver whose client is the stand-in, and whose program is the SDK's, or the one that a test has written."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        self.cancel = Cancel()
        self._client = folder / "claude"
        self._client.write_text(f'#!/bin/sh\nexec {sys.executable} -I {STAND_IN} "$@"\n')
        self._client.chmod(0o700)

    def driver(
        self,
        kind: type[AgentSdk] = AgentSdk,
        argv: tuple[str, ...] = (),
        flag: str | None = None,
        **settings: Any,
    ) -> AgentSdk:
        """Build a driver; `flag` is the model of the command line."""
        info = ClientInfo(program="claude", version="2.1.329")
        client = Client(argv or (str(self._client),), info, RECENT | {"--input-format"}, stream_json=True)
        fields: dict[str, Any] = {
            "token": CANARY,
            "environment": {"PATH": "/usr/bin:/bin", "ANTHROPIC_API_KEY": "of nobody", "CLAUDECODE": "1"},
            "redactor": Redactor([CANARY]),
            "open_call": lambda _: nullcontext(Quiet()),
        }
        run, arm = contexts(lambda *_: "http://relay", self.cancel, **fields | settings)
        options = run.spec.options.model_copy(update={"model": flag})
        return kind(client, self.root, replace(run, spec=run.spec.model_copy(update={"options": options})), arm)

    def round(
        self,
        *prompts: str,
        timeout: float = 30.0,
        timeouts: tuple[float, ...] = (),
        second: Session = LIVE,
        **settings: Any,
    ) -> list[Observation]:
        """Make a round of calls; `timeouts` are theirs one by one, else `timeout` is that of all."""
        timeouts = timeouts or (timeout,) * len(prompts)
        sessions = (NEW, *[second] * (len(prompts) - 1))
        with self.driver(**settings).open_round(1) as calls:
            return [
                calls.call(
                    CallOrder(
                        1,
                        step(f"call{index}", prompt=prompt, session=session, timeout=timeouts[index - 1]),
                        "id-1",
                        "id-1" if index > 1 else None,
                        goes_on=index < len(prompts) and second is LIVE,
                    )
                )
                for index, (prompt, session) in enumerate(zip(prompts, sessions, strict=True), 1)
            ]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SdkBench]:
    prepared = SdkBench(tmp_path)
    yield prepared
    prepared.cancel.close()
    assert list(prepared.root.iterdir()) == [], "no sandbox is left"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the SDK's program by a script that the test writes."""
    path = tmp_path / "program.py"
    monkeypatch.setattr(agent_sdk, "CHILD", path)
    return path


def found(observation: Observation) -> Diagnosis:
    """Diagnose a call by the client's words alone: no request passes here."""
    return diagnose(replace(observation, exchanges=None), Expect(), None)


def said(observation: Observation) -> str:
    assert observation.words.result is not None, observation.stderr
    return observation.words.result.text or ""


def options(observation: Observation) -> list[str]:
    words: list[str] = json.loads(said(observation))
    return words


def test_one_client_makes_the_calls_of_a_round(bench: SdkBench) -> None:
    first, second = bench.round("pid", "pid")
    assert said(first) == said(second)
    assert [found(each).outcome for each in (first, second)] == ["ok", "ok"]
    assert [(each.return_code, b"turn_ended" in each.stdout, each.words.lines) for each in (first, second)] == [
        (None, False, 1)
    ] * 2
    assert first.max_rss_bytes is not None
    assert first.cpu_ms is not None


def test_an_isolated_call_has_a_client_of_its_own_and_live_resumes(bench: SdkBench) -> None:
    first, second = bench.round("say x", "argv", kind=AgentSdkIsolated)
    assert [found(each).outcome for each in (first, second)] == ["ok", "ok"]
    assert "--resume=id-1" in options(second)
    assert second.restarted is None
    assert second.argv[0] == "query"
    assert second.max_rss_bytes is not None


@pytest.mark.parametrize("kind", [AgentSdk, AgentSdkIsolated])
def test_the_environment_is_clean_and_the_token_is_in_it_alone(bench: SdkBench, kind: type[AgentSdk]) -> None:
    environment, argv = bench.round("env", "argv", kind=kind)
    names = json.loads(said(environment))
    assert names["ANTHROPIC_AUTH_TOKEN"] == "[redacted]"
    assert names["HOME"].endswith("/home")
    assert not {"ANTHROPIC_API_KEY", "CLAUDECODE"} & set(names)
    for observation in (environment, argv):
        assert CANARY not in repr(observation)
    assert "[redacted]" not in said(argv), "the token is on no command line"


@pytest.mark.parametrize("flag", [None, "from-the-flag"])
def test_the_model_of_the_flag_is_an_option_and_any_other_is_in_the_environment(
    bench: SdkBench, flag: str | None
) -> None:
    environment, argv = bench.round("env", "argv", flag=flag)
    words = options(argv)
    assert (words[words.index("--model") + 1] if "--model" in words else None) == flag
    assert json.loads(said(environment))["ANTHROPIC_MODEL"] == "glm-4.7", "the target's"


def test_a_call_is_one_turn_without_servers_and_the_request_is_the_client_s_own(bench: SdkBench) -> None:
    (argv,) = bench.round("argv")
    words = options(argv)
    assert words[words.index("--max-turns") + 1] == "1"
    assert "--strict-mcp-config" in words
    assert "--session-id=id-1" in words
    assert not {"--system-prompt", "--tools"} & set(words)
    assert argv.argv[0] == "ClaudeSDKClient"
    assert "max_turns=1" in argv.argv
    (lean,) = bench.round("argv", workload=Workload.LEAN)
    words = options(lean)
    assert words[words.index("--tools") + 1] == ""


def test_the_description_names_what_is_called_and_the_sdk_is_part_of_the_client(bench: SdkBench) -> None:
    driver = bench.driver()
    described = driver.describe(step("call1"))
    assert described.argv_template[0] == "ClaudeSDKClient"
    assert described.argv_template[-1] == "<prompt>"
    assert str(bench.root) not in " ".join(described.argv_template)
    assert driver.client.named == f"claude 2.1.329 by claude-agent-sdk {find_sdk.sdk_version()}"


def test_a_client_that_dies_is_told_with_its_exit_code_and_started_anew(bench: SdkBench) -> None:
    first, second, third = bench.round("say a", "exit 7", "say c")
    assert (found(second).outcome, found(second).cause) == ("client_crashed", "exit 7")
    assert "exit code 7" in found(second).evidence
    assert (said(first), said(third)) == ("a", "c")
    assert "process_restarted" in found(third).flags


def test_a_late_turn_is_interrupted_and_the_client_goes_on(bench: SdkBench) -> None:
    before, late, after = bench.round("pid", "hang", "pid", timeouts=(30.0, 3.0, 30.0))
    assert late.timed_out
    assert said(before) == said(after)
    assert after.restarted is None


def test_a_late_isolated_call_ends_with_its_client(bench: SdkBench) -> None:
    late, after = bench.round("hang", "say on", kind=AgentSdkIsolated, timeouts=(3.0, 30.0))
    assert late.timed_out
    assert said(after) == "on"


def test_a_client_that_floods_is_ended_at_the_deadline(bench: SdkBench) -> None:
    (late,) = bench.round("flood", timeout=3.0)
    assert late.timed_out
    assert late.wall_ms < 20_000


@pytest.mark.parametrize(
    ("code", "outcome", "cause"),
    [
        ("raise SystemExit(3)", "client_crashed", "exit 3"),
        ("import os; os.kill(os.getpid(), 11)", "client_crashed", "SIGSEGV"),
        (f"{READY}print('\\x00 garbage {{', flush=True)", "invalid_output", None),
        (f"import time; {READY}print('[1, {{}}]', flush=True); time.sleep(60)", "timed_out", None),
        (f"{READY}\nwhile True: print('x' * 60_000)", "timed_out", None),
        (f'{READY}input(); print(\'{{"type": "turn_ended", "error": [\', flush=True); input()', "client_crashed", None),
    ],
    ids=["ends", "crashes", "garbage", "silence", "flood", "half an ending"],
)
def test_a_program_that_misbehaves_is_an_outcome(
    bench: SdkBench, program: Path, code: str, outcome: str, cause: str | None
) -> None:
    program.write_text(code)
    (observation,) = bench.round("x", timeout=2.0)
    assert found(observation).outcome == outcome
    assert cause is None or found(observation).cause == cause
    assert len(observation.stdout) <= 16 * 1024 * 1024


def test_what_a_program_prints_of_the_token_is_redacted(bench: SdkBench, program: Path) -> None:
    program.write_text(
        f"import os, json, sys; token = os.environ['ANTHROPIC_AUTH_TOKEN']; {READY}"
        "sys.stderr.write(token + '\\n'); sys.stderr.flush(); input(); "
        "print(json.dumps({'type': 'turn_ended', 'error': 'bad ' + token}), flush=True); input()"
    )
    (observation,) = bench.round("x")
    assert CANARY not in repr(observation)
    assert b"bad [redacted]" in observation.stderr


def test_a_client_of_several_words_is_refused(bench: SdkBench) -> None:
    with pytest.raises(UsageError, match=r"'node cli\.js' is several words"):
        bench.driver(argv=("node", "cli.js"))


def test_an_sdk_that_cannot_be_loaded_is_told_before_the_first_call(bench: SdkBench, program: Path) -> None:
    program.write_text("import no_such_part_of_the_sdk\n")
    run, _ = contexts(lambda *_: "http://relay", bench.cancel)
    with pytest.raises(
        EnvironmentUnusableError, match="cannot be loaded: ModuleNotFoundError: No module named 'no_such"
    ):
        open_agent_sdk(run)
