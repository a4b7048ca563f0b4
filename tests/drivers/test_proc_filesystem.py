"""Processes as /proc shows them."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from probe.drivers import proc_filesystem
from probe.drivers.proc_filesystem import Process, children_of, descendants_of, home_of, list_children
from tests.drivers.supervised import assert_dead, finish, stub
from tests.drivers.support import wait_for

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the supervision of other systems is untested"),
    pytest.mark.usefixtures("only_what_is_new_is_looked_through", "nothing_is_left"),
]


def test_without_lists_of_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proc_filesystem, "_CHILDREN_FILE", Path("/proc/self/none"))
    assert_dead(finish(stub(tmp_path, "escape", "session", "exit")))


def running(pid: int) -> Process:
    """Return a child of ours once its program has its environment, which takes a moment longer than `Popen` does."""

    def is_whole() -> bool:
        found = Process.read(pid)
        return found is not None and found.whole

    wait_for(is_whole)
    found = Process.read(pid)
    assert found is not None
    return found


def test_a_process_is_told_from_a_zombie_and_from_none(tmp_path: Path) -> None:
    with subprocess.Popen(["/bin/sleep", "60"], start_new_session=True, env={"HOME": str(tmp_path)}) as child:
        living = running(child.pid)
        assert (living.pid, living.alive, living.session, living.group) == (child.pid, True, child.pid, child.pid)
        assert home_of(child.pid) == str(tmp_path).encode()
        assert living.key in [each.key for each in children_of(os.getpid())]
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        dead = Process.read(child.pid)
        assert dead is not None
        assert (dead.alive, dead.key) == (False, living.key)
        with pytest.raises(OSError, match="No such process"):
            home_of(child.pid)
    assert Process.read(child.pid) is None
    with pytest.raises(OSError, match="No such file"):
        home_of(child.pid)


def test_a_program_that_was_started_without_an_environment_has_no_home() -> None:
    with subprocess.Popen(["/bin/sleep", "60"], env={}) as child:
        running(child.pid)
        home = home_of(child.pid)
        child.kill()
    assert home is None


def test_a_process_that_starts_a_program_is_not_taken_for_one_without_a_home(tmp_path: Path) -> None:
    """In one of thirty times or so the program has no environment yet."""
    homes = set()
    for _ in range(300):
        with subprocess.Popen(["/bin/sleep", "60"], env={"HOME": str(tmp_path)}) as child:
            with contextlib.suppress(OSError):
                homes.add(home_of(child.pid))
            child.kill()
    assert homes == {str(tmp_path).encode()}


def test_a_name_may_contain_anything(tmp_path: Path) -> None:
    program = tmp_path / "a) Z (b"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"], env={}) as child:
        found = Process.read(child.pid)
        child.kill()
    assert found is not None
    assert (found.pid, found.session) == (child.pid, os.getsid(0))


def test_descendants_come_with_their_parents_first() -> None:
    script = "sleep 60 & echo $!; wait"
    with subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True) as shell:
        assert shell.stdout is not None
        sleeper = int(shell.stdout.readline())
        try:
            found = [each.pid for each in descendants_of(os.getpid())]
            of_the_shell, _ = list_children(shell.pid)
        finally:
            os.killpg(shell.pid, signal.SIGKILL)
    os.waitpid(sleeper, 0)  # this process is the parent of orphans
    assert found.index(shell.pid) < found.index(sleeper)
    assert [each.pid for each in of_the_shell] == [sleeper]
    assert list_children(shell.pid) == ([], True)
