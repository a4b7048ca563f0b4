"""Orphans of a command that may leave processes are reaped, and children of other code are not."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from probe.drivers.process import ChildCommand, Finished, Limits, run
from tests.upstream.support import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervision of other systems is untested")


def leave(shell_line: str, directory: Path) -> None:
    """Run a command that may leave processes."""
    argv = ("/bin/sh", "-c", shell_line)
    result = run(ChildCommand(argv, dict(os.environ), directory, may_leave=True), Limits(timeout_s=60.0))
    assert isinstance(result, Finished)
    assert result.return_code == 0


def test_the_dead_are_reaped_but_for_those_that_somebody_waits_for(tmp_path: Path) -> None:
    ours = subprocess.Popen(["sh", "-c", "exit 7"])
    os.waitid(os.P_PID, ours.pid, os.WEXITED | os.WNOWAIT)
    leave("sleep 0.2 & echo $! > left", tmp_path)
    pid = int((tmp_path / "left").read_text())
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    assert ours.wait() == 7


def test_an_orphan_that_dies_while_its_command_runs_is_reaped(tmp_path: Path) -> None:
    leave("(sleep 0.2 & echo $! > pid); while kill -0 $(cat pid); do sleep 0.05; done 2>/dev/null", tmp_path)


@pytest.mark.parametrize("own_session", [True, False], ids=["session of its own", "our session"])
def test_a_child_that_other_code_has_started_without_popen_keeps_its_exit_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_session: bool
) -> None:
    """As `multiprocessing` and `pty.fork` do. In our session it is spared for however long nobody waits for it."""
    if not own_session:
        monkeypatch.setattr("probe.drivers.orphan_reaper._UNKNOWN_FOR_S", 0.0)
    leave(":", tmp_path)  # from now on orphans are reaped
    ours = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 7"], os.environ, setsid=own_session)
    os.waitid(os.P_PID, ours, os.WEXITED | os.WNOWAIT)
    time.sleep(0.4)  # the reaper looks every 50 ms
    assert os.waitstatus_to_exitcode(os.waitpid(ours, 0)[1]) == 7


def test_sessions_in_which_nothing_runs_are_forgotten_for_another_may_get_the_number(tmp_path: Path) -> None:
    from probe.drivers import orphan_reaper  # which is for Linux only

    leave("echo $$ > empty", tmp_path)
    leave("echo $$ > used; sleep 60 & echo $! > server", tmp_path)
    leave(":", tmp_path)
    empty, used, server = (int((tmp_path / name).read_text()) for name in ("empty", "used", "server"))
    remembered = set(orphan_reaper._sessions)
    os.kill(server, 15)
    assert used in remembered
    assert empty not in remembered
    wait_until(lambda: not Path(f"/proc/{server}").exists())
    wait_until(lambda: used not in orphan_reaper._sessions)
