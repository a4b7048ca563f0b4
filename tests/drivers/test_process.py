"""`run` over real children, most of them hostile. Times are asserted only as generous upper bounds."""

import contextlib
import errno
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from probe.drivers import orphans_linux as orphans
from probe.drivers import proc_filesystem
from probe.drivers.child_watch import MAX_ARRIVALS, OutputBuffer
from probe.drivers.process import (
    Cancel,
    ChildCommand,
    Finished,
    Limits,
    Output,
    SpawnFailure,
    become_subreaper,
    run,
)
from tests.drivers.support import LATER_S, at_a_deadline, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervision of other systems is untested")

CHILDREN = Path(__file__).parents[1] / "children"
SLACK_S = 10.0  # what a noisy machine may add
PATIENT = Limits(60.0)
BRIEF = Limits(1.0, grace_s=0.3)
GRACE_S = 30.0  # for what ends within it


@pytest.fixture(autouse=True, scope="module")
def _only_what_is_new_is_looked_through() -> None:
    """For the tests before these may have loaded much, and here garbage is collected twice a test."""
    gc.collect()
    gc.freeze()


def open_descriptors() -> dict[str, str]:
    """Return this process's descriptors and what each stands for."""
    found = {}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - its own descriptor is closed when it returns
        with contextlib.suppress(FileNotFoundError):
            found[name] = str(Path(f"/proc/self/fd/{name}").readlink())
    return found


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """Check that there are no more children, zombies, descriptors and threads than before.

    What another thread of the test runner opens for an instant is not left: so what is left is there for a second.
    """
    become_subreaper()
    gc.collect()
    descriptors, threads = open_descriptors(), threading.active_count()
    children = {child.pid for child in psutil.Process().children()}
    yield
    gc.collect()
    for _ in range(20):
        opened = open_descriptors()
        left = {fd: opened[fd] for fd in opened.keys() - descriptors.keys()}
        if not left and threading.active_count() <= threads:
            break
        time.sleep(0.05)
    assert left == {}
    assert threading.active_count() <= threads
    assert {child.pid for child in psutil.Process().children()} <= children
    assert not orphans._in_flight


def stub(box: Path, name: str, *args: object, env: dict[str, str] | None = None) -> ChildCommand:
    """Return the command of a stub in tests/children, with a sandbox of its own."""
    box.mkdir(exist_ok=True)
    argv = (sys.executable, "-IS", str(CHILDREN / f"{name}.py"), *map(str, args))
    return ChildCommand(argv, {"HOME": str(box), "PATH": os.defpath} if env is None else env, box)


def finish(command: ChildCommand, limits: Limits = PATIENT, cancel: Cancel | None = None) -> Finished:
    """Run what can be started, and check what always holds."""
    result = run(command, limits, cancel)
    assert isinstance(result, Finished)
    assert not (result.timed_out and result.cancelled)
    assert (result.killed is not None) == (result.timed_out or result.cancelled)
    assert result.started_at.tzinfo is UTC
    assert result.ended_at - result.started_at == timedelta(seconds=result.wall_s)
    assert result.wall_s > 0
    return result


def finish_late(command: ChildCommand, grace_s: float = GRACE_S, said_bytes: int = 1) -> Finished:
    """Run to a deadline before which it has said so much."""
    return at_a_deadline(
        lambda timeout_s: finish(command, Limits(timeout_s, grace_s)),
        lambda result: result.stdout.total_bytes >= said_bytes,
        BRIEF.timeout_s,
    )


def finish_when_ready(command: ChildCommand, grace_s: float = 0.3) -> Finished:
    """Run, and cancel as soon as the stub has got so far as to make the file `ready`."""
    with Cancel() as cancel:
        over = threading.Event()

        def watch() -> None:
            while not (command.cwd / "ready").exists() and not over.wait(0.01):
                pass
            cancel.cancel()

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            return finish(command, Limits(60.0, grace_s), cancel)
        finally:
            over.set()
            thread.join()


def pids(output: Output) -> list[int]:
    """Return the pids that a stub has printed, one a line."""
    return [int(line) for line in output.data.split() if line.isdigit()]


def assert_dead(result: Finished, n: int = 1) -> None:
    """Check that the stub has reported `n` escaped processes, and that none is left, not even as a zombie."""
    found = pids(result.stdout)
    assert len(found) == n
    assert [pid for pid in found if psutil.pid_exists(pid)] == []


class TestOrdinary:
    def test_output_status_and_usage(self, tmp_path: Path) -> None:
        script = "echo out; echo err >&2; exit 3"
        result = finish(ChildCommand(("/bin/sh", "-c", script), {"HOME": str(tmp_path)}, tmp_path))
        assert (result.stdout.data, result.stderr.data) == (b"out\n", b"err\n")
        assert (result.return_code, result.signal_number, result.signal_name) == (3, None, None)
        assert (result.timed_out, result.cancelled, result.killed, result.leftovers) == (False, False, None, 0)
        assert result.cpu_user_s is not None
        assert result.cpu_system_s is not None
        assert result.max_rss_bytes is not None
        assert result.max_rss_bytes > 1_000_000

    def test_the_environment_and_directory_are_the_commands_alone(self, tmp_path: Path) -> None:
        result = finish(ChildCommand(("/bin/sh", "-c", "pwd; /usr/bin/env"), {"HOME": "/h", "A": "1"}, tmp_path))
        cwd, *env = result.stdout.data.decode().split()
        assert cwd == str(tmp_path)
        assert {"HOME=/h", "A=1"} <= set(env)
        assert {entry.split("=")[0] for entry in env} <= {"HOME", "A", "PWD", "OLDPWD", "SHLVL", "_"}

    def test_a_session_of_its_own_and_no_inherited_descriptors(self, tmp_path: Path) -> None:
        inheritable = os.open(os.devnull, os.O_RDONLY)
        os.set_inheritable(inheritable, True)
        try:
            code = "import os; print(os.getsid(0) == os.getpid(), sorted(os.listdir('/proc/self/fd'))[:3], flush=True)"
            check = f"try: os.fstat({inheritable})\nexcept OSError as e: print(e.errno)"
            result = finish(ChildCommand((sys.executable, "-ISc", f"{code}\n{check}"), {}, tmp_path))
        finally:
            os.close(inheritable)
        assert result.stdout.data.decode().splitlines() == ["True ['0', '1', '2']", str(errno.EBADF)]

    def test_stdin_is_at_its_end(self, tmp_path: Path) -> None:
        # "Never reads a 5 MB stdin" cannot arise: nothing is ever written to a child.
        assert finish(stub(tmp_path, "read_stdin")).stdout.data == b"0\n"

    def test_a_crash_is_a_signal(self, tmp_path: Path) -> None:
        result = finish(stub(tmp_path, "crash"))
        assert (result.return_code, result.signal_number, result.signal_name) == (-11, 11, "SIGSEGV")
        assert (result.killed, result.timed_out, result.stdout.data) == (None, False, b"before\n")

    def test_a_signal_without_a_name(self, tmp_path: Path) -> None:
        result = finish(ChildCommand(("/bin/sh", "-c", "kill -40 $$"), {}, tmp_path))
        assert (result.return_code, result.signal_name) == (-40, "signal 40")

    def test_closed_pipes_are_not_the_end(self, tmp_path: Path) -> None:
        result = finish(stub(tmp_path, "close_stdout", 0.3))
        assert result.return_code == 5
        assert result.wall_s >= 0.3

    def test_without_a_pidfd(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_pid: int) -> int:
            raise OSError(errno.ENOSYS, "no pidfd_open")

        monkeypatch.setattr(os, "pidfd_open", refuse)
        result = finish(stub(tmp_path, "speak_slowly", 0.1, "a", "b"))
        assert (result.return_code, result.stdout.data) == (0, b"a\nb\n")
        assert finish(stub(tmp_path, "speak_slowly", 60, "a", "b"), BRIEF).timed_out

    def test_without_lists_of_children(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(proc_filesystem, "_CHILDREN_FILE", Path("/proc/self/none"))
        assert_dead(finish(stub(tmp_path, "escape", "session", "exit")))


class TestSpawnFailure:
    @pytest.mark.parametrize(
        ("mode", "content", "number"),
        [(None, "", errno.ENOENT), (0o644, "#!/bin/sh\n", errno.EACCES), (0o755, "nonsense", errno.ENOEXEC)],
    )
    def test_is_a_result(self, tmp_path: Path, mode: int | None, content: str, number: int) -> None:
        program = tmp_path / "program"
        if mode is not None:
            program.write_text(content)
            program.chmod(mode)
        result = run(ChildCommand((str(program),), {}, tmp_path), PATIENT)
        assert isinstance(result, SpawnFailure)
        assert result.errno == number
        assert str(program) in result.reason

    def test_no_such_directory(self, tmp_path: Path) -> None:
        result = run(ChildCommand(("/bin/true",), {}, tmp_path / "none"), PATIENT)
        assert isinstance(result, SpawnFailure)
        assert "none" in result.reason

    def test_too_long_a_command_line(self, tmp_path: Path) -> None:
        result = run(ChildCommand(("/bin/true", "x" * 10_000_000), {}, tmp_path), PATIENT)
        assert isinstance(result, SpawnFailure)
        assert result.errno == errno.E2BIG

    def test_a_nul_is_an_error_of_the_caller(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="null byte"):
            run(ChildCommand(("/bin/true", "\0"), {}, tmp_path), PATIENT)


class TestOutput:
    def test_200_mb_are_counted_and_the_head_is_kept(self, tmp_path: Path) -> None:
        rss_bytes = psutil.Process().memory_info().rss
        total = 200_000_000
        result = finish(stub(tmp_path, "flood", total), Limits(60.0, max_output_bytes=1_000_000))
        assert (result.return_code, result.stdout.total_bytes) == (0, total)
        assert len(result.stdout.data) == len(result.stderr.data) == 1_000_000
        assert result.stdout.truncated
        assert result.stderr.truncated
        assert psutil.Process().memory_info().rss - rss_bytes < 50_000_000

    def test_an_endless_flood_does_not_hide_the_deadline(self, tmp_path: Path) -> None:
        cat = ChildCommand(("/bin/sh", "-c", "exec cat /dev/zero"), {"PATH": os.defpath}, tmp_path)
        result = finish_late(cat, said_bytes=1_000_001)
        assert (result.timed_out, result.killed) == (True, "term")
        assert result.stdout.total_bytes > 1_000_000
        assert result.wall_s < LATER_S + SLACK_S

    def test_exactly_the_cap_is_not_truncated(self, tmp_path: Path) -> None:
        result = finish(stub(tmp_path, "flood", 1000), Limits(60.0, max_output_bytes=1000))
        assert (result.stdout.total_bytes, result.stdout.truncated) == (1000, False)

    def test_what_was_said_before_the_deadline_is_kept(self, tmp_path: Path) -> None:
        result = finish_late(stub(tmp_path, "speak_slowly", 60, "first", "never"))
        assert result.timed_out
        assert result.stdout.data == b"first\n"

    def test_a_line_has_the_time_at_which_it_came(self, tmp_path: Path) -> None:
        output = finish(stub(tmp_path, "speak_slowly", 0.3, "a", "b", "c")).stdout
        a, b, c = (output.arrival_s(output.data.index(word)) for word in (b"a", b"b", b"c"))
        assert 0 < a < a + 0.2 < b < b + 0.2 < c
        assert output.arrival_s(1) == a
        for offset in (-1, len(output.data)):
            with pytest.raises(IndexError):
                output.arrival_s(offset)

    def test_marks_are_bounded_and_thinned_where_they_are_dense(self) -> None:
        capture = OutputBuffer(10_000_000)
        times_s = [*(i * 1e-4 for i in range(100_000)), 100.0, 200.0, 200.0, *(300 + i * 1e-4 for i in range(50_000))]
        for at_s in times_s:
            capture.feed(b"x", at_s)
        output = capture.output()
        assert len(output.arrivals) < MAX_ARRIVALS
        assert all(0 <= at_s - output.arrival_s(i) < 300 * 3 / MAX_ARRIVALS for i, at_s in enumerate(times_s))
        assert [output.arrival_s(i) for i in (0, 100_000, 100_001, 100_002)] == [0.0, 100.0, 200.0, 200.0]


class TestDeadline:
    def test_is_met_with_sigterm(self, tmp_path: Path) -> None:
        result = finish_late(stub(tmp_path, "obey_sigterm"))
        assert (result.timed_out, result.killed, result.return_code) == (True, "term", 0)
        assert result.stdout.data == b"hello\nbye\n"
        assert 1.0 <= result.wall_s < LATER_S + SLACK_S

    def test_then_with_sigkill(self, tmp_path: Path) -> None:
        began_s = time.monotonic()
        result = finish_late(stub(tmp_path, "ignore_sigterm"), BRIEF.grace_s)
        assert (result.timed_out, result.killed, result.signal_name) == (True, "kill", "SIGKILL")
        assert result.stdout.data == b"deaf\n"
        assert time.monotonic() - began_s < BRIEF.timeout_s + LATER_S + SLACK_S

    def test_continues_what_has_stopped_itself(self, tmp_path: Path) -> None:
        result = finish_when_ready(stub(tmp_path, "stop_itself"), grace_s=10.0)
        assert (result.killed, result.return_code, result.stdout.data) == ("term", 7, b"continued\n")

    def test_goes_by_the_exit_not_by_the_pipes(self, tmp_path: Path) -> None:
        result = finish(stub(tmp_path, "escape", "exit"), Limits(30.0))
        assert (result.timed_out, result.return_code, result.leftovers) == (False, 0, 1)
        assert result.wall_s < 30.0
        assert_dead(result)

    def test_an_exit_before_it_counts_though_seen_after(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        adopt = orphans.LinuxCallProcesses.adopt

        def dawdle(self: orphans.LinuxCallProcesses, child: int, *pipes: int) -> None:
            adopt(self, child, *pipes)
            os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
            time.sleep(0.5)

        monkeypatch.setattr(orphans.LinuxCallProcesses, "adopt", dawdle)  # as if we had not been given the processor
        result = finish(ChildCommand(("/bin/true",), {}, tmp_path), Limits(0.4))
        assert (result.timed_out, result.return_code) == (False, 0)

    def test_a_race_with_the_exit_has_one_of_two_outcomes(self, tmp_path: Path) -> None:
        def race(i: int) -> Finished:
            box = tmp_path / str(i)
            box.mkdir()
            command = ChildCommand(("/bin/sleep", "0.2"), {"HOME": str(box)}, box)
            return finish(command, Limits(0.2 + i * 0.0004, GRACE_S))

        with ThreadPoolExecutor(4) as pool:
            for result in pool.map(race, range(16)):
                if result.timed_out:
                    assert (result.killed, result.return_code in (0, -signal.SIGTERM)) == ("term", True)
                else:
                    assert (result.killed, result.return_code) == (None, 0)

    @pytest.mark.parametrize("timeout_s", [0.0, -1.0])
    def test_none_left(self, tmp_path: Path, timeout_s: float) -> None:
        assert finish(ChildCommand(("/bin/sleep", "60"), {}, tmp_path), Limits(timeout_s)).timed_out


class TestCancel:
    def test_from_another_thread(self, tmp_path: Path) -> None:
        result = finish_when_ready(stub(tmp_path, "obey_sigterm"), grace_s=10.0)
        assert (result.cancelled, result.timed_out, result.killed, result.return_code) == (True, False, "term", 0)

    def test_from_a_signal_handler(self, tmp_path: Path) -> None:
        with Cancel() as cancel:
            old = signal.signal(signal.SIGALRM, lambda _number, _frame: cancel.cancel())
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            try:
                result = finish(ChildCommand(("/bin/sleep", "60"), {}, tmp_path), PATIENT, cancel)
            finally:
                signal.signal(signal.SIGALRM, old)
        assert (result.cancelled, result.signal_name) == (True, "SIGTERM")

    def test_an_exception_from_a_signal_handler_leaves_nothing(self, tmp_path: Path) -> None:
        def interrupt(_number: int, _frame: object) -> None:
            raise KeyboardInterrupt

        command, here = stub(tmp_path, "escape", "session", "hang"), threading.get_ident()

        def ring() -> None:
            wait_for((command.cwd / "ready").exists)
            time.sleep(0.1)  # nor is the call busy with its start any more
            signal.pthread_kill(here, signal.SIGALRM)

        thread = threading.Thread(target=ring)
        old = signal.signal(signal.SIGALRM, interrupt)
        thread.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                run(command, PATIENT)
        finally:
            thread.join()
            signal.signal(signal.SIGALRM, old)
        assert [p for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(tmp_path)] == []

    def test_wakes_all_calls_and_sleepers(self, tmp_path: Path) -> None:
        with Cancel() as cancel, ThreadPoolExecutor(4) as pool:
            command = ChildCommand(("/bin/sleep", "60"), {}, tmp_path)
            calls = [pool.submit(finish, command, PATIENT, cancel) for _ in "123"]
            sleeper = pool.submit(cancel.wait, 60.0)
            assert not cancel.wait(0.2)
            assert not cancel.cancelled
            cancel.cancel()
            cancel.cancel()
            assert all(call.result(30).cancelled for call in calls)
            assert sleeper.result(30)
            assert cancel.cancelled
            assert cancel.wait(60.0)

    def test_before_the_start_ends_it_at_once(self, tmp_path: Path) -> None:
        with Cancel() as cancel:
            cancel.cancel()
            assert finish(ChildCommand(("/bin/sleep", "60"), {}, tmp_path), PATIENT, cancel).cancelled

    def test_unclosed_gives_its_descriptors_back(self) -> None:
        Cancel().cancel()
        Cancel()


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
