"""Run a user's shell command for its output; when it is cancelled, no process of it stays."""

import contextlib
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

_MARK = "PROBE_SHELL_LINE"
_LOOKS = 3
_BETWEEN_LOOKS_S = 0.05


def run_shell_line(line: str, timeout_s: float) -> tuple[int, bytes]:
    """Run a shell command; return its exit status and output. It keeps our terminal: it may ask for a passphrase.

    Raises TimeoutError. Given up for that or for Ctrl-C, the shell is killed, and with it what it has
    started, which it would leave: that is told by a mark in its environment.
    """
    mark = uuid.uuid4().hex
    try:
        done = subprocess.run(  # noqa: S602 - the user's own
            line,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, "PATH": _path_with_ourselves(), _MARK: mark},
            check=False,
            timeout=timeout_s,
        )
    except BaseException as error:
        _kill_marked(mark)
        if isinstance(error, subprocess.TimeoutExpired):
            raise TimeoutError from None
        raise
    return done.returncode, done.stdout


def _path_with_ourselves() -> str:
    """Return PATH, with the directory of our own programs at its end: `probe` is found also where it was not on it."""
    return os.pathsep.join(filter(None, (os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent))))


def _kill_marked(mark: str) -> None:
    """Kill the processes that bear the mark, but for daemons, which have left our session."""
    import psutil  # noqa: PLC0415 - seldom needed

    for _ in range(_LOOKS):  # one that turns into another program has no environment for a moment
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if os.getsid(process.pid) == os.getsid(0) and process.environ().get(_MARK) == mark:
                    process.kill()
        time.sleep(_BETWEEN_LOOKS_S)
