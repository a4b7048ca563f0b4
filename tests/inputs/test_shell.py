"""A user's shell command, and that nothing of it stays."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from probe.errors import UsageError
from probe.inputs.shell import run_shell_line
from tests.inputs.support import CANARY, token_of


def test_a_token_command_that_is_late_is_given_up_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.inputs.load_target._TOKEN_COMMAND_TIMEOUT_S", 1.0)
    nap = f"30.{os.getpid()}"
    with pytest.raises(UsageError, match=r"targets\.a\.token_command: did not end within 1 s"):
        token_of({}, token_command=f"echo {CANARY}; sleep {nap} | sleep {nap}; :")
    assert not [each for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"] == ["sleep", nap]]


def test_a_line_gives_its_status_and_its_output_and_has_no_input() -> None:
    assert run_shell_line("echo one | tr a-z A-Z; cat; exit 3", 20) == (3, b"ONE\n")


def test_our_own_programs_are_found_behind_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    status, path = run_shell_line("echo $PATH", 20)
    assert (status, path.decode().strip()) == (0, f"/usr/bin:/bin:{Path(sys.executable).parent}")


def test_a_line_that_is_late_ends_with_what_it_began() -> None:
    nap = f"31.{os.getpid()}"
    with pytest.raises(TimeoutError):
        run_shell_line(f"sleep {nap} & sleep {nap}", 0.3)
    assert not [each for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"] == ["sleep", nap]]
