"""A person's command in the foreground: how it starts, what it gets, and how it ends."""

import os
import signal
import sys
from pathlib import Path

import pytest

from probe.drivers.foreground_command import CommandEnd, ForegroundCommand, require_program, terminal_kept
from probe.errors import EnvironmentUnusableError

HERE = {"PATH": os.defpath}


def test_a_program_that_is_not_there_is_told_before_anything_is_made(tmp_path: Path) -> None:
    require_program("sh", HERE)
    require_program("/bin/sh", {})
    for name in ("no-such-program", str(tmp_path), str(tmp_path / "gone")):
        with pytest.raises(EnvironmentUnusableError, match=f"{name} cannot be started: No such file") as refused:
            require_program(name, HERE)
        assert refused.value.remedy == "Give a path, or a name on PATH."


@pytest.mark.parametrize(
    ("script", "end"),
    [
        ("exit 0", CommandEnd(exit_code=0)),
        ("exit 7", CommandEnd(exit_code=7)),
        ("kill -15 $$", CommandEnd(signal=signal.SIGTERM)),
    ],
)
def test_the_end_is_an_exit_code_or_a_signal(script: str, end: CommandEnd) -> None:
    assert ForegroundCommand(["/bin/sh", "-c", script], HERE).wait() == end


def test_it_has_the_environment_that_is_given_and_our_process_group(tmp_path: Path) -> None:
    said = tmp_path / "said"
    code = "import os, sys; print(os.getpgrp(), sorted(set(os.environ) - {'LC_CTYPE'}), file=open(sys.argv[1], 'w'))"
    ForegroundCommand([sys.executable, "-c", code, str(said)], {"ONLY": "this"}).wait()
    assert said.read_text() == f"{os.getpgrp()} ['ONLY']\n"


def test_a_command_that_cannot_be_started_is_told_in_words(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    with pytest.raises(EnvironmentUnusableError, match="script cannot be started: Permission denied"):
        ForegroundCommand([str(script)], HERE)


def test_a_signal_is_sent_until_the_end_and_to_nobody_after_it() -> None:
    command = ForegroundCommand(["/bin/sleep", "60"], HERE)
    command.send(signal.SIGTERM)
    assert command.wait() == CommandEnd(signal=signal.SIGTERM)
    command.send(signal.SIGKILL)


def test_an_error_goes_through_what_keeps_the_terminal() -> None:
    with pytest.raises(ZeroDivisionError), terminal_kept():
        raise ZeroDivisionError
