"""The command lines of the client, with the options that it understands."""

from collections.abc import Iterable
from typing import Any

import pytest

from probe.drivers.client_command import LEAN_SYSTEM_PROMPT, ClientCommand
from probe.drivers.locate import Client
from probe.errors import ClientTooOldError, UsageError
from probe.model.choices import OutputFormat, Session, Workload
from probe.model.run_manifest import ClientInfo, Options
from tests.builders import step
from tests.drivers.support import OLDEST, RECENT

PROMPT = "--version; rm -rf /"
"""Neither an option nor a shell line to whoever gets it as one word behind `--`."""


def command(
    *,
    argv: tuple[str, ...] = ("/bin/claude",),
    options: frozenset[str] = RECENT,
    stream_json: bool = True,
    sessions: Iterable[Session] = (Session.NEW,),
    **settings: Any,
) -> ClientCommand:
    client = Client(argv, ClientInfo(program="claude", version="2.1.329"), options, stream_json)
    return ClientCommand(client, Options(**settings), sessions)


def argv(built: ClientCommand, session: Session = Session.NEW, earlier: str | None = None) -> list[str]:
    return list(built.argv(step(prompt=PROMPT, session=session), "id-1", earlier))


@pytest.mark.parametrize(
    ("session", "earlier", "options"),
    [
        (Session.NEW, None, ["--session-id", "id-1"]),
        (Session.SAME_ID, "id-0", ["--session-id", "id-1"]),
        (Session.RESUME, "id-0", ["--resume", "id-0"]),
        (Session.FORK, "id-0", ["--resume", "id-0", "--fork-session"]),
        (Session.CONTINUE, "id-0", ["--continue"]),
    ],
)
def test_session_options(session: Session, earlier: str | None, options: list[str]) -> None:
    words = argv(command(), session, earlier)
    assert words[-2 - len(options) : -2] == options
    assert {"--session-id", "--resume", "--continue", "--fork-session"} & set(words) == {
        word for word in options if word.startswith("--")
    }


def test_the_whole_command_line_of_a_recent_client() -> None:
    assert argv(command(argv=("/bin/node", "/lib/cli.js"))) == [
        "/bin/node",
        "/lib/cli.js",
        "--print",
        *("--output-format", "stream-json", "--verbose", "--include-partial-messages"),
        *("--max-turns", "1", "--strict-mcp-config"),
        *("--session-id", "id-1"),
        "--",
        PROMPT,
    ]


@pytest.mark.parametrize(
    ("changes", "options", "form"),
    [
        ({}, ["stream-json", "--verbose", "--include-partial-messages"], OutputFormat.STREAM_JSON),
        ({"options": OLDEST}, ["stream-json", "--verbose"], OutputFormat.STREAM_JSON),
        ({"output_format": OutputFormat.JSON}, ["json"], OutputFormat.JSON),
        ({"stream_json": False}, ["json"], OutputFormat.JSON),
    ],
)
def test_output_options(changes: dict[str, Any], options: list[str], form: OutputFormat) -> None:
    built = command(**changes)
    words = argv(built)
    start = words.index("--output-format") + 1
    assert words[start : words.index("--max-turns")] == options
    assert built.output_format is form


def test_safety_unless_the_user_asked_for_danger() -> None:
    safe, dangerous = argv(command()), argv(command(dangerously_skip_permissions=True))
    assert "--dangerously-skip-permissions" not in safe
    assert safe[safe.index("--max-turns") + 1] == "1"
    assert "--strict-mcp-config" in safe
    assert "--dangerously-skip-permissions" in dangerous
    assert "--max-turns" not in dangerous


def test_a_lean_request_has_no_tools_and_a_short_system_prompt() -> None:
    words = argv(command(workload=Workload.LEAN))
    assert words[words.index("--tools") + 1] == ""
    assert words[words.index("--system-prompt") + 1] == LEAN_SYSTEM_PROMPT
    assert "--tools" not in argv(command())


def test_a_client_that_cannot_be_lean_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--workload lean: Claude Code 2\.1\.329 has no --tools"):
        command(workload=Workload.LEAN, options=OLDEST)


@pytest.mark.parametrize(
    ("options", "sessions", "lacks"),
    [
        (OLDEST - {"--session-id", "--strict-mcp-config"}, {Session.NEW}, "--strict-mcp-config, --session-id"),
        (OLDEST, {Session.NEW, Session.FORK}, "--fork-session"),
    ],
)
def test_a_client_that_is_too_old_is_refused_before_any_call(
    options: frozenset[str], sessions: frozenset[Session], lacks: str
) -> None:
    with pytest.raises(ClientTooOldError, match=rf"Claude Code 2\.1\.329 .* lacks {lacks}, which") as refused:
        command(options=options, sessions=sessions)
    assert refused.value.exit_code == 4
    enough = {Session.NEW, Session.RESUME, Session.CONTINUE}
    command(argv=("/bin/node", "--no-warnings", "/cli.js"), options=OLDEST, sessions=enough)


def test_without_an_earlier_session_a_step_goes_on_with_its_own() -> None:
    for session in (Session.RESUME, Session.LIVE, Session.FORK):
        words = argv(command(), session)
        assert words[words.index("--resume") + 1] == "id-1"


def test_a_living_process_is_asked_on_its_stdin() -> None:
    words = command().live_argv(step(prompt=PROMPT), "id-1", None)
    assert PROMPT not in words
    assert words[:4] == ("/bin/claude", "--print", "--input-format", "stream-json")
    assert words[-2:] == ("--session-id", "id-1")
