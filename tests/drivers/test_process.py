"""`run` over real children, most of them hostile. Times are asserted only as generous upper bounds."""

import errno
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from probe.drivers import orphans_linux as orphans
from probe.drivers.process import (
    Cancel,
    ChildCommand,
    Finished,
    Limits,
    SpawnFailure,
    run,
)
from tests.drivers.supervised import BRIEF, PATIENT, SLACK_S, assert_dead, finish, finish_when_ready, stub
from tests.drivers.support import LATER_S, at_a_deadline, wait_for

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the supervision of other systems is untested"),
    pytest.mark.usefixtures("only_what_is_new_is_looked_through", "nothing_is_left"),
]

GRACE_S = 30.0  # for what ends within it


def finish_late(command: ChildCommand, grace_s: float = GRACE_S, said_bytes: int = 1) -> Finished:
    """Run to a deadline before which it has said so much."""
    return at_a_deadline(
        lambda timeout_s: finish(command, Limits(timeout_s, grace_s)),
        lambda result: result.stdout.total_bytes >= said_bytes,
        BRIEF.timeout_s,
    )


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
