"""Signals that come while the main thread is in a wait in which it does not see them.

Python handles signals in the main thread. One that comes in the instant before a wait, or that the system gives to
another thread, is not seen until the wait ends. Here each signal is sent to another thread, so that this is certain.
"""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Probe, journal
from tests.upstream.support import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals one thread of another process")

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EMBEDDED = ("--target", "embedded", "--no-prime", "--quiet", "--timeout", "10m")
RUN = ("run", *EMBEDDED, "--no-report", "-n", "3")
CHECK = ("check", "--target", "embedded", "--timeout", "10m")
HANGING = ("--env", "STUB=hang")
_LOOKS_ASLEEP = 5

Process = subprocess.Popen[str]


def send_to_another_thread(pid: int, number: signal.Signals) -> None:
    """Signal a thread of a process that is not its main thread, once that waits for something."""
    threads = Path(f"/proc/{pid}/task")
    looks = 0

    def waits() -> bool:
        nonlocal looks
        state = (threads / str(pid) / "stat").read_bytes().rpartition(b") ")[2][:1]
        looks = looks + 1 if state == b"S" else 0
        return looks >= _LOOKS_ASLEEP

    wait_until(waits, 30)
    another = max(int(each.name) for each in threads.iterdir() if each.name != str(pid))
    assert ctypes.CDLL(None).tgkill(pid, another, number) == 0


def interrupted(process: Process, number: signal.Signals) -> tuple[int, str]:
    """Return the exit code after the signal, and what was said. Whatever hangs would do so for ten minutes."""
    send_to_another_thread(process.pid, number)
    try:
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert "Traceback" not in err
    return process.returncode, err


def client_hangs(probe: Probe, _: Process) -> None:
    wait_until(lambda: any(probe.folder.glob("tmp/probe-*/*/*/s/home/hanging")), 30)


def prepares(probe: Probe, _: Process) -> None:
    wait_until((probe.folder / "begun").exists, 30)


def has_spoken(_: Probe, process: Process) -> None:
    """Wait until a check has said something: its handlers stand before that."""
    assert process.stderr is not None
    assert process.stderr.readline()


@pytest.mark.parametrize(
    ("words", "begun", "number"),
    [
        *(((*RUN, *HANGING), client_hangs, each) for each in ENDING),
        ((*RUN, *HANGING, "--driver", "claude-live", "--scenario", "live"), client_hangs, signal.SIGINT),
        *(((*CHECK, "--no-client", "--fault", "hang"), has_spoken, each) for each in ENDING),
        ((*CHECK, *HANGING), client_hangs, signal.SIGINT),
        ((*RUN, "--prepare", "touch begun; sleep 600"), prepares, signal.SIGINT),
        (("nightly", *EMBEDDED, *HANGING), client_hangs, signal.SIGINT),
        (("capture", *HANGING), client_hangs, signal.SIGINT),
        (("tolerance", *HANGING, "--wait", "gap"), client_hangs, signal.SIGINT),
    ],
    ids=lambda each: each.name if isinstance(each, signal.Signals) else "",
)
def test_a_signal_is_acted_on_whatever_the_main_thread_waits_for(
    probe: Probe, words: tuple[str, ...], begun: Callable[[Probe, Process], None], number: signal.Signals
) -> None:
    process = probe.start(*words)
    begun(probe, process)
    code, err = interrupted(process, number)
    assert code == 130, err
    assert list((probe.folder / "tmp").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_embedded_upstream_ends_whatever_it_waits_for(probe: Probe, number: signal.Signals) -> None:
    process = probe.start("upstream", "serve")
    assert process.stdout is not None
    process.stdout.readline()
    assert interrupted(process, number)[0] == 0


def test_a_second_ctrl_c_leaves_at_once(probe: Probe) -> None:
    """Before the client, which has two seconds to end by itself and does not."""
    for _ in range(3):  # on a busy machine the second may come after that
        process = probe.start(*RUN, "--env", "STUB=deaf")
        client_hangs(probe, process)
        send_to_another_thread(process.pid, signal.SIGINT)
        assert process.stderr is not None
        assert "press Ctrl-C again" in process.stderr.readline()
        code, err = interrupted(process, signal.SIGINT)
        assert code == 130
        wait_until(lambda: not any((probe.folder / "tmp").iterdir()), 30)
        if "Interrupted." not in err:
            break
    else:
        pytest.fail("it waited for the call to end")
    assert journal(probe.runs()[-1])[-1]["event"] == "call_started"
