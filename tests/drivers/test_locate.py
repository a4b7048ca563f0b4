"""Find the client among real programs on a private PATH."""

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from probe.drivers import locate
from probe.drivers.locate import ask_client, find_client
from probe.errors import ClientNotFoundError

HELP = (
    r"Usage: claude [options]\n  -p, --print\n  --output-format <format> text, json, stream-json\n  --tools <tools...>"
)


def program(path: Path, version: str = "2.1.329 (Claude Code)", help_text: str = HELP, code: str = "") -> Path:
    """Write a real program that answers --version and --help."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        dedent(f"""\
        #!{sys.executable}
        import sys
        {code}
        print("{version}" if "--version" in sys.argv else "{help_text}")
        """)
    )
    path.chmod(0o755)
    return path


@pytest.fixture
def no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without the claude-agent-sdk package."""
    monkeypatch.setattr(locate, "bundled_client", lambda: None)


def test_the_sources_in_their_order(tmp_path: Path) -> None:
    flag, variable, on_path = (program(tmp_path / name / "claude") for name in ("flag", "variable", "path"))
    environment = {"PROBE_CLIENT": str(variable), "PATH": str(on_path.parent)}
    assert find_client(str(flag), environment) == ((str(flag),), "--client")
    assert find_client(None, environment) == ((str(variable),), "PROBE_CLIENT")
    assert find_client(None, environment | {"PROBE_CLIENT": ""}) == ((str(on_path),), "PATH")


def test_the_bundled_client_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = program(tmp_path / "claude_agent_sdk" / "_bundled" / "claude")
    (tmp_path / "claude_agent_sdk" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "claude_agent_sdk", raising=False)
    assert find_client(None, {"PATH": str(tmp_path / "empty")}) == ((str(bundled),), "claude-agent-sdk")


@pytest.mark.usefixtures("no_bundle")
def test_without_any_client_the_error_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ClientNotFoundError, match=r"(?s)no claude found.*claude-probe\[client\].*--client"):
        find_client(None, {"PATH": str(tmp_path)})


@pytest.mark.usefixtures("no_bundle")
def test_a_file_that_is_no_program_is_not_taken_from_the_path(tmp_path: Path) -> None:
    (tmp_path / "claude").write_text("not executable")
    with pytest.raises(ClientNotFoundError):
        find_client(None, {"PATH": str(tmp_path)})


def test_a_command_of_several_words_gets_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "lib dir" / "cli.py")
    monkeypatch.chdir(tmp_path)
    words, _ = find_client(f"'{sys.executable}' -I './lib dir/cli.py' --flag", {})
    assert words == (sys.executable, "-I", str(tmp_path / "lib dir" / "cli.py"), "--flag")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("/no/such/claude", "'/no/such/claude' is no program"),
        ("no-such-claude-here", "is no program"),
        ("'unbalanced", "cannot be read as a command"),
        ("   ", "is empty"),
    ],
)
def test_a_client_that_is_named_but_not_there(words: str, says: str) -> None:
    for flag, environment, source in ((words, {}, "--client"), (None, {"PROBE_CLIENT": words}, "PROBE_CLIENT")):
        with pytest.raises(ClientNotFoundError, match=says) as caught:
            find_client(flag, environment)
        assert source in str(caught.value)
        assert caught.value.exit_code == 4


def test_asks_the_client_what_it_is(tmp_path: Path) -> None:
    executable = program(tmp_path / "claude")
    client = ask_client((str(executable),), "PATH", {}, tmp_path)
    assert (client.info.program, client.info.version, client.info.source) == ("claude", "2.1.329", "PATH")
    assert client.understands("--tools")
    assert not client.understands("--tool")
    assert not client.understands("--include-partial-messages")
    assert client.stream_json


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("1.0.60 (Claude Code)", "1.0.60"),
        ("claude 2.1.0-beta.3", "2.1.0-beta.3"),
        ("unknown", None),
        ("Now using node v20.11.0\\n2.1.39 (Claude Code)", "2.1.39"),
    ],
)
def test_versions(tmp_path: Path, version: str, found: str | None) -> None:
    executable = program(tmp_path / "claude", version=version)
    assert ask_client((str(executable),), "PATH", {}, tmp_path).info.version == found


def test_the_client_is_asked_in_the_private_environment(tmp_path: Path) -> None:
    executable = program(
        tmp_path / "claude", code="import os; assert os.environ.get('HOME') == '/s' and 'USER' not in os.environ"
    )
    assert ask_client((str(executable),), "PATH", {"HOME": "/s"}, tmp_path).info.version == "2.1.329"


@pytest.mark.parametrize(
    ("help_text", "code", "says"),
    [
        ("Usage: cat [FILE]", "", "is not Claude Code: its --help knows no --print"),
        (HELP, "sys.exit('no node here')", r"ended with 1\. no node here"),
    ],
)
def test_a_program_that_is_something_else(tmp_path: Path, help_text: str, code: str, says: str) -> None:
    executable = program(tmp_path / "claude", help_text=help_text, code=code)
    with pytest.raises(ClientNotFoundError, match=says):
        ask_client((str(executable),), "--client", {}, tmp_path)


def test_a_program_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate, "_ASK_TIMEOUT_S", 0.3)
    executable = program(tmp_path / "claude", code="import time; time.sleep(60)")
    with pytest.raises(ClientNotFoundError, match="did not end within"):
        ask_client((str(executable),), "--client", {}, tmp_path)


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    executable = tmp_path / "claude"
    executable.write_text("#!/no/such/interpreter\n")
    executable.chmod(0o755)
    with pytest.raises(ClientNotFoundError, match="cannot be started"):
        ask_client((str(executable),), "--client", {}, tmp_path)
