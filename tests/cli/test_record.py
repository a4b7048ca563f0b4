"""`probe record`: what a command of the user's own does is the same with and without it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pexpect
import pytest

from probe.store import RecordedLog
from probe.upstream import EmbeddedUpstream
from tests.conftest import Probe
from tests.upstream.support import wait_until

PROMPT = "READY$ "
CHILDREN = Path(__file__).parents[1] / "children"


@pytest.fixture
def user(tmp_path: Path) -> Probe:
    return Probe(tmp_path, {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9"})


@pytest.fixture
def shell(user: Probe) -> Iterator["pexpect.spawn[str]"]:
    """Return an interactive shell on a terminal of its own, in which `probe record` can be typed."""
    environment = user.env(
        PS1=PROMPT,
        TERM="xterm-256color",
        PROBE=f"{sys.executable} -m probe record",
        WAITING=f"{sys.executable} {CHILDREN / 'die_of_sigint.py'}",
    )
    shell = pexpect.spawn(
        "bash", ["--norc", "--noprofile", "-i"], env=environment, cwd=str(user.folder), encoding="utf-8", timeout=60
    )
    shell.expect_exact(PROMPT)
    yield shell
    with suppress(pexpect.ExceptionPexpect):  # the reaper of calls in this process may have been faster
        shell.close(force=True)


def sh(script: str, *words: str) -> tuple[str, ...]:
    return ("record", "--", "sh", "-c", script, "sh", *words)


def ended(run: Path) -> int:
    return sum(event.event == "ended" for event in RecordedLog(run))


def test_exit_code_and_output_are_the_commands(user: Probe) -> None:
    ran = user.alone(*sh("echo out; echo err >&2; exit 7"), code=7)
    assert ran.out == "out\n"
    assert ran.err.startswith("err\n")
    assert "No request came through the recorder." in ran.err
    (run,) = user.runs()
    assert str(run) in ran.err


def test_quiet_says_nothing_at_all(user: Probe) -> None:
    assert user.alone("record", "--quiet", "--", "true").err == ""


def test_standard_input_and_further_descriptors_are_the_commands(user: Probe) -> None:
    script = f"{sys.executable} -m probe record --quiet -- sh -c 'cat; echo third >&3' 3>third"
    ran = subprocess.run(
        ["sh", "-c", script], env=user.env(), cwd=user.folder, input="in\n", capture_output=True, text=True, check=True
    )
    assert ran.stdout == "in\n"
    assert (user.folder / "third").read_text() == "third\n"


def test_words_of_the_command_are_passed_as_they_are_also_without_two_dashes(user: Probe) -> None:
    words = ("--bodies", "", "--lang", "x y")
    assert user.alone(*sh('printf "[%s]" "$@"', *words)).out == "[--bodies][][--lang][x y]"
    assert user.alone("record", "--quiet", "echo", "-n", "--help").out == "--help"


def test_nothing_of_the_users_directory_is_imported(user: Probe) -> None:
    (user.folder / "socket.py").write_text("raise SystemExit('imported')")
    script = f"{Path(sys.executable).parent / 'probe'} record -- true"
    assert subprocess.run(["sh", "-c", script], env=user.env(), cwd=user.folder, check=False).returncode == 0


@pytest.mark.real
def test_a_claude_that_is_not_on_the_path_is_the_one_that_was_installed_with_us(user: Probe) -> None:
    user = Probe(user.folder, {**user.environment, "PATH": "/usr/bin:/bin"})
    assert "(Claude Code)" in user.alone("record", "--", "claude", "--version", code=0).out


def test_a_closed_standard_error_changes_no_exit_code(user: Probe) -> None:
    script = f"{sys.executable} -m probe record -- true 2>&-"
    assert subprocess.run(["sh", "-c", script], env=user.env(), cwd=user.folder, check=False).returncode == 0


def test_a_death_by_signal_is_ours_too(user: Probe) -> None:
    assert user.alone(*sh("kill -SEGV $$"), code=None).code == -signal.SIGSEGV


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1])
def test_signals_that_reach_us_alone_are_passed_on(user: Probe, number: signal.Signals) -> None:
    name = number.name.removeprefix("SIG")
    process = user.start(*sh(f"trap 'echo got; exit 5' {name}; touch ready; while :; do sleep 0.05; done"))
    wait_until((user.folder / "ready").exists, 30)
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (5, "got\n")


def test_ctrl_c_reaches_the_command_once_and_not_us(shell: "pexpect.spawn[str]") -> None:
    script = "trap 'echo caught' INT; echo began; while ! [ -e stop ]; do sleep 0.05; done; exit 6"
    shell.sendline(f'$PROBE -q -- sh -c "{script}"; echo code=$?')
    shell.expect_exact("began\r\n")
    shell.sendintr()
    shell.expect_exact("caught")
    Path(str(shell.cwd), "stop").touch()
    shell.expect_exact("code=6")
    assert "caught" not in str(shell.before)


def test_a_command_that_ctrl_c_kills_ends_the_line_as_without_us(shell: "pexpect.spawn[str]") -> None:
    shell.sendline("for i in 1 2; do $PROBE -q -- $WAITING; done; echo after")
    shell.expect_exact("began\r\n")
    shell.sendintr()
    shell.expect_exact(PROMPT)
    assert "after" not in str(shell.before)
    assert "Traceback" not in str(shell.before)


def test_ctrl_z_gives_the_terminal_back_and_fg_goes_on(shell: "pexpect.spawn[str]") -> None:
    shell.sendline("$PROBE -q -- sh -c 'echo began; read line; echo read $line; stty size'")
    shell.expect_exact("began\r\n")
    shell.send("\x1a")
    shell.expect("Stopped")
    shell.expect_exact(PROMPT)
    shell.setwinsize(33, 111)
    shell.sendline("fg")
    shell.expect_exact("read line")
    shell.sendline("typed")
    shell.expect_exact("read typed\r\n33 111")
    shell.expect_exact(PROMPT)


def test_a_command_that_stops_itself_stops_us(shell: "pexpect.spawn[str]") -> None:
    shell.sendline("$PROBE -q -- sh -c 'kill -STOP $$; echo went on'")
    shell.expect("Stopped")
    shell.expect_exact(PROMPT)
    shell.sendline("fg")
    shell.expect_exact("went on\r\n")
    shell.expect_exact(PROMPT)


def test_the_terminal_is_left_as_it_was_when_the_command_is_killed(shell: "pexpect.spawn[str]") -> None:
    shell.sendline("stty -g > before; $PROBE -q -- sh -c 'stty raw -echo; kill -KILL $$'; stty -g > after")
    shell.expect_exact("\x1b[?25h")
    shell.expect_exact("Killed")
    shell.expect_exact(PROMPT)
    folder = Path(str(shell.cwd))
    assert (folder / "before").read_text() == (folder / "after").read_text()


def test_an_interactive_shell_as_the_command_gives_the_foreground_back(shell: "pexpect.spawn[str]") -> None:
    shell.sendline("$PROBE -q -- bash --norc --noprofile -i")
    shell.expect_exact(PROMPT)
    shell.sendline("echo $ANTHROPIC_BASE_URL")
    shell.expect("http://127.0.0.1:[0-9]+\r\n")
    assert ":9\r" not in str(shell.after)
    shell.expect_exact(PROMPT)
    shell.sendline("exit")
    shell.expect_exact(PROMPT)
    shell.sendline("echo back")
    shell.expect_exact("back\r\n")


def test_without_a_command_it_listens_until_it_is_told_to_end(user: Probe) -> None:
    with EmbeddedUpstream() as upstream:
        process = user.start("record", "--listen", "127.0.0.1:0", ANTHROPIC_BASE_URL=f"{upstream.base_url}/path")
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.endswith("/path")
        assert httpx.head(url, trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"export ANTHROPIC_BASE_URL={url}" in err
    (run,) = user.runs()
    assert ended(run) == 1
    assert json.loads((run / "recording.json").read_text())["listen"] == url.removeprefix("http://").partition("/")[0]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "no command to run"),
        (("--listen", "0.0.0.0:0"), 2, "others could send requests"),
        (("--listen", "here"), 2, "does not read as HOST:PORT"),
        (("--listen", "127.0.0.1:99999"), 2, "does not read as HOST:PORT"),
        (("--listen", "127.0.0.1:0", "--", "true"), 2, "Leave out one of the two"),
        (("--expose", "--", "true"), 2, "--expose"),
        (("--name", "///", "--", "true"), 2, "--name"),
        (("--", ""), 2, "COMMAND: is empty"),
        (("--target", "nobody", "--", "true"), 2, "no target 'nobody'"),
        (("--", "no-such-program"), 4, "no-such-program cannot be started"),
        (("--out", "/dev/null/x", "--", "true"), 4, "cannot be made"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_starts(
    user: Probe, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = user.alone("record", *words, code=code)
    assert said in ran.err
    assert ran.out == ""
    assert user.runs() == []


def test_an_address_that_is_taken_is_named(user: Probe) -> None:
    with EmbeddedUpstream() as upstream:
        place = upstream.base_url.removeprefix("http://")
        assert f"cannot listen on {place}: " in user.alone("record", "--listen", place, code=2).err


def test_neither_prompt_nor_token_is_in_the_description(user: Probe) -> None:
    user.alone(
        "record", "-q", "--name", "My Work", "--", "echo", "-p", "the prompt", "--key=secret", HOME_TOKEN="t" * 20
    )
    (run,) = user.runs()
    manifest = json.loads((run / "recording.json").read_text())
    assert manifest["command"] == ["echo", "-p", "--key"]
    assert manifest["name"] == "my-work"
    assert manifest["run_id"] == run.name
