"""Processes that outlive a call are found and killed, and those of other code are spared."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from probe.drivers.process import (
    Cancel,
    ChildCommand,
    Finished,
)
from tests.drivers.supervised import PATIENT, SLACK_S, assert_dead, finish, finish_when_ready, stub
from tests.drivers.support import wait_for

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the supervision of other systems is untested"),
    pytest.mark.usefixtures("only_what_is_new_is_looked_through", "nothing_is_left"),
]


class TestEscapees:
    """Of each kind of the rule in `orphans_linux`."""

    @pytest.mark.parametrize("then", ["exit", "hang", "crash"])
    @pytest.mark.parametrize(
        "how",
        [
            "orphan",  # by the session
            "orphan wiped away mute",
            "session",  # by HOME
            "session orphan away mute",
            "session wiped away",  # by the pipe
            "session wiped mute",  # by the directory
            "session wiped away mute",  # because it can be nobody else's
            "session orphan wiped away mute",
        ],
    )
    def test_do_not_survive(self, tmp_path: Path, how: str, then: str) -> None:
        command = stub(tmp_path, "escape", *how.split(), then)
        result = finish_when_ready(command) if then == "hang" else finish(command)
        assert_dead(result)
        assert result.leftovers == 1 or "session" not in how

    def test_seen_in_the_tree_is_known_whatever_it_has_become(self, tmp_path: Path) -> None:
        assert_dead(finish_when_ready(stub(tmp_path, "escape", "session", "wiped", "away", "mute", "hang")))

    def test_a_tree_of_sessions(self, tmp_path: Path) -> None:
        assert_dead(finish(stub(tmp_path, "escape", "session", "loner", "wiped", "exit")), n=2)

    def test_that_start_the_next_and_end_keep_no_call(self, tmp_path: Path) -> None:
        result = finish(stub(tmp_path / "sandbox", "chain", 30))  # none is there for long enough to be looked at
        began_s = time.monotonic()
        assert finish(stub(tmp_path / "sandbox", "chain", 0)).leftovers == 0
        assert time.monotonic() - began_s < SLACK_S
        assert result.leftovers >= 1
        assert marked(tmp_path / "sandbox") == []

    def test_that_write_on(self, tmp_path: Path) -> None:
        result = finish(stub(tmp_path, "escape", "session", "writer", "exit"))
        assert (result.return_code, result.timed_out) == (0, False)
        assert_dead(result)

    def test_are_swept_by_their_own_call_only(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(2) as pool:
            long = stub(tmp_path / "long", "escape", "session", "orphan", "hang")
            call = pool.submit(finish_when_ready_after, long, tmp_path / "go")
            wait_for(lambda: (long.cwd / "ready").exists() and len(marked(long.cwd)) == 2)
            mine = marked(long.cwd)
            for how in ("session", "session orphan", "orphan", "session orphan wiped away mute"):
                finish(stub(tmp_path / "short", "escape", *how.split(), "exit"))
                assert marked(tmp_path / "short") == []
            assert marked(long.cwd) == mine
            (tmp_path / "go").touch()
            assert_dead(call.result(30))

    def test_side_by_side(self, tmp_path: Path) -> None:
        kinds = ["session exit", "session orphan exit", "session wiped exit", "orphan exit"] * 3
        with ThreadPoolExecutor(6) as pool:
            commands = [stub(tmp_path / str(i), "escape", *kind.split()) for i, kind in enumerate(kinds)]
            for result in pool.map(finish, commands):
                assert_dead(result)

    def test_of_calls_with_one_home_side_by_side(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(4) as pool:
            commands = [stub(tmp_path, "escape", "session", "orphan", "away", "mute", "exit")] * 8
            results = list(pool.map(finish, commands))
        for result in results:
            assert_dead(result)

    def test_are_ended_however_much_there_is_to_look_through(self, tmp_path: Path) -> None:
        heap = [{"a": [i], "b": (i, [i])} for i in range(700_000)]
        for how in ("session", "session wiped away mute"):
            assert_dead(finish(stub(tmp_path, "escape", *how.split(), "exit")))
        del heap

    def test_zombies_of_a_session_are_reaped(self, tmp_path: Path) -> None:
        script = "setsid sh -c 'sh -c \"exit 0\" & sleep 0.05' & sleep 0.2"
        finish(ChildCommand(("/bin/sh", "-c", script), {"HOME": str(tmp_path), "PATH": os.defpath}, tmp_path))


class Subclassed(subprocess.Popen[bytes]):
    """As psutil and others have it."""


class TestBystanders:
    """Children of other code in this process are left alone."""

    BYSTANDERS: tuple[dict[str, Any], ...] = (
        {},
        {"start_new_session": True},
        {"start_new_session": True, "env": {}},
        {"start_new_session": True, "env": {}, "cwd": "/"},
        {"start_new_session": True, "env": {"HOME": "/elsewhere"}},
    )

    @pytest.mark.parametrize("kwargs", BYSTANDERS)
    @pytest.mark.parametrize("during", [False, True])
    def test_survive(self, tmp_path: Path, kwargs: dict[str, Any], during: bool) -> None:
        def start() -> subprocess.Popen[bytes]:
            kind = Subclassed if during else subprocess.Popen
            return kind(["/bin/sleep", "600"], **kwargs)

        box = tmp_path / "box"
        with ThreadPoolExecutor(1) as pool:
            bystander = None if during else start()
            call = pool.submit(finish_when_ready_after, stub(box, "escape", "session", "hang"), tmp_path / "go")
            wait_for((box / "ready").exists)
            bystander = bystander or start()
            try:
                (tmp_path / "go").touch()
                assert_dead(call.result(30))
                assert bystander.poll() is None
            finally:
                bystander.kill()
                assert bystander.wait() == -signal.SIGKILL

    def test_keep_their_exit_status(self, tmp_path: Path) -> None:
        with subprocess.Popen(["/bin/sh", "-c", "exit 9"], start_new_session=True) as bystander:
            time.sleep(0.1)
            finish(ChildCommand(("/bin/true",), {"HOME": str(tmp_path)}, tmp_path))
            assert bystander.wait() == 9

    def test_survive_in_the_sandbox(self, tmp_path: Path) -> None:
        home = {"HOME": str(tmp_path)}
        with subprocess.Popen(["/bin/sleep", "600"], env=home, cwd=tmp_path, start_new_session=True) as bystander:
            finish(stub(tmp_path, "escape", "session", "exit"))
            assert bystander.poll() is None
            bystander.kill()

    def test_with_a_home_that_is_ours(self, tmp_path: Path) -> None:
        with subprocess.Popen(["/bin/sleep", "600"], start_new_session=True) as bystander:
            finish(ChildCommand(("/bin/true",), {"HOME": os.environ["HOME"]}, Path.cwd()))
            assert bystander.poll() is None
            bystander.kill()


def marked(home: Path) -> list[int]:
    """Return the pids of our descendants with that HOME."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.environ().get("HOME") == str(home):
                found.append(process.pid)
        except psutil.Error:
            continue
    return sorted(found)


def finish_when_ready_after(command: ChildCommand, go: Path) -> Finished:
    """Run, and cancel when the file `go` is there."""
    with Cancel() as cancel, ThreadPoolExecutor(1) as pool:
        call = pool.submit(finish, command, PATIENT, cancel)
        wait_for(lambda: go.exists() or call.done())
        cancel.cancel()
        return call.result()
