"""Run real children, and check that nothing is left of them. Times are generous upper bounds."""

import os
import sys
import threading
from datetime import UTC, timedelta
from pathlib import Path

import psutil

from probe.drivers.process import (
    Cancel,
    ChildCommand,
    Finished,
    Limits,
    Output,
    run,
)

CHILDREN = Path(__file__).parents[1] / "children"
SLACK_S = 10.0  # what a noisy machine may add
PATIENT = Limits(60.0)
BRIEF = Limits(1.0, grace_s=0.3)


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
