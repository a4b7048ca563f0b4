"""`probe record` with the real client, as a person uses it."""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pexpect
import pytest

from probe.model.recorded_events import ExchangeEnded
from probe.store import RecordedLog
from probe.upstream import EmbeddedUpstream, parse_fault
from tests.conftest import Probe
from tests.real.support import MODEL
from tests.real.test_versions import OTHERS
from tests.upstream.support import wait_until

pytestmark = pytest.mark.real

PROMPT = "READY$ "
QUIET = dict.fromkeys(("DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING", "DISABLE_AUTOUPDATER"), "1")


class Person:
    """A person with a home of his own, a made-up token, and an upstream on loopback."""

    def __init__(self, folder: Path, upstream: EmbeddedUpstream) -> None:
        self.upstream = upstream
        quiet = {**QUIET, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
        environment = {**quiet, "ANTHROPIC_AUTH_TOKEN": "probe-made-up-token", "ANTHROPIC_MODEL": MODEL}
        self.probe = Probe(folder, environment)
        self.config = Path(self.probe.env()["HOME"]) / ".claude"
        self.config.mkdir()

    def settings(self, **variables: str) -> None:
        (self.config / "settings.json").write_text(json.dumps({"env": variables}))

    def has_been_here_before(self) -> None:
        """Answer what the client asks at its first start: the theme, and whether this directory is trusted."""
        projects = {str(self.probe.folder): {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}}
        state = {"hasCompletedOnboarding": True, "theme": "dark", "numStartups": 5, "projects": projects}
        (self.config.parent / ".claude.json").write_text(json.dumps(state))

    def answered(self) -> int:
        return sum(served.kind == "main" and served.t_end > 0 for served in self.upstream.served)

    def recorded(self) -> list[ExchangeEnded]:
        (run,) = self.probe.runs()
        ended = [event for event in RecordedLog(run) if isinstance(event, ExchangeEnded)]
        return [event for event in ended if event.exchange.kind == "main"]


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    with EmbeddedUpstream([parse_fault("status(code=529, request=2)")]) as upstream:
        yield Person(tmp_path, upstream)


@pytest.fixture(params=["", *OTHERS], ids=lambda words: words or "bundled")
def client(request: pytest.FixtureRequest, real_client: str) -> list[str]:
    return str(request.param or real_client).split()


def test_a_prompt_through_a_pipe_is_answered_as_without_us(person: Person, client: list[str]) -> None:
    person.settings(ANTHROPIC_BASE_URL=person.upstream.base_url)
    ran = person.probe.alone(
        "record", "--", *client, "-p", "Reply with exactly: PROBE_OK", ANTHROPIC_BASE_URL="http://no.test"
    )
    assert ran.out.strip() == "PROBE_OK"
    assert [event.exchange.status for event in person.recorded()] == [200]
    assert list(person.config.glob("settings*")) == [person.config / "settings.json"]


def test_settings_of_the_project_and_of_the_command_line_are_found_too(person: Person, client: list[str]) -> None:
    project = person.probe.folder / ".claude"
    project.mkdir()
    (project / "settings.local.json").write_text(json.dumps({"env": {"ANTHROPIC_BASE_URL": "http://no.test"}}))
    mine = json.dumps({"env": {"ANTHROPIC_BASE_URL": person.upstream.base_url}})
    ran = person.probe.alone("record", "--", *client, "--settings", mine, "-p", "Reply with exactly: PROBE_OK")
    assert ran.out.strip() == "PROBE_OK"
    assert len(person.recorded()) == 1


def submit(shell: "pexpect.spawn[str]", person: Person, text: str) -> None:
    """Type a prompt into the client, until its answer has come."""
    answered = person.answered()
    shell.send(text)

    def came() -> bool:
        shell.expect([pexpect.TIMEOUT], timeout=1)  # reads what is shown, as a terminal does
        shell.send("\r")
        return person.answered() > answered

    wait_until(came, 60)


@pytest.mark.slow
def test_a_session_at_a_terminal(person: Person, real_client: str) -> None:
    person.has_been_here_before()
    words = f"{sys.executable} -m probe record -- {real_client}"
    environment = person.probe.env(PS1=PROMPT, TERM="xterm-256color", ANTHROPIC_BASE_URL=person.upstream.base_url)
    shell = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile", "-i"],
        env=environment,
        cwd=str(person.probe.folder),
        dimensions=(30, 100),
        encoding="utf-8",
        timeout=60,
    )
    shell.expect_exact(PROMPT)
    shell.sendline("stty -g > before")
    shell.expect_exact(PROMPT)
    shell.sendline(words)
    shell.expect_exact("─" * 100)
    submit(shell, person, "Reply with exactly: PROBE_ONE")
    shell.setwinsize(35, 110)
    shell.expect_exact("─" * 110)
    submit(shell, person, "Reply with exactly: PROBE_TWO")
    shell.send("\x1a")
    shell.expect("Stopped")
    shell.expect_exact(PROMPT)
    shell.sendline("fg")
    shell.expect_exact("─" * 110)
    shell.sendintr()
    shell.expect_exact("again to exit")
    shell.send("/exit")
    shell.expect_exact("Exit")
    shell.send("\r")
    shell.expect_exact(str(person.probe.runs()[0]))
    shell.expect_exact(PROMPT)
    shell.sendline("echo code=$?; stty -g > after")
    shell.expect_exact("code=0")
    shell.expect_exact(PROMPT)
    with suppress(pexpect.ExceptionPexpect):  # the reaper of calls in this process may have been faster
        shell.close()
    folder = person.probe.folder
    assert (folder / "before").read_text() == (folder / "after").read_text()
    assert [event.exchange.status for event in person.recorded()] == [200, 529, 200]
