"""Clean up when `probe` itself dies, by a process that outlives even a SIGKILL of ours.

`Guardian(root)` starts this file as a program. It holds the read end of a pipe whose write end only we have. When that
is closed, for whatever reason, it kills every process whose environment names the sandbox root, and removes the root.
It runs isolated and without site-packages, and imports only the standard library (and psutil, where there is no /proc).
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

_KILL_S = 5.0
_REMOVE_S = 5.0
_PAUSE_S = 0.02
_QUIET_SCANS = 3  # a child that was being spawned as `probe` died gets its environment only at its exec
_VARIABLES_OF_SHELLS = (b"PWD=", b"OLDPWD=", b"_=")  # a user's shell in a kept sandbox exports these: not our child


class Guardian:
    """Guards `sandbox_root` while in the `with` block, and beyond it if this process dies.

    At the end, processes that have the root in their environment are killed, and the root is removed unless `keep`.
    Raises ValueError for a root that is the home directory or above it.
    """

    def __init__(self, sandbox_root: Path, keep: bool = False) -> None:
        self._root = sandbox_root.absolute()
        if Path.home().resolve().is_relative_to(self._root.resolve()):
            raise ValueError(f"{sandbox_root} cannot be a sandbox root")
        self._keep = keep
        self._write_fd = -1
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        isolation = ["-I", "-S"] if sys.platform == "linux" else ["-I"]
        read_fd, self._write_fd = os.pipe()  # close-on-exec: no child of ours keeps the pipe open
        try:
            with _termination_signals_blocked():
                self._process = subprocess.Popen(
                    [sys.executable, *isolation, __file__, "keep" if self._keep else "remove", str(self._root)],
                    stdin=read_fd,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd=self._root.anchor,
                    start_new_session=True,
                )
        except BaseException:
            os.close(self._write_fd)
            raise
        finally:
            os.close(read_fd)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._write_fd)
        if self._process is not None:
            try:
                self._process.wait(_KILL_S + _REMOVE_S + 1.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@contextlib.contextmanager
def _termination_signals_blocked() -> Iterator[None]:
    """Block termination signals, so that a process started meanwhile never receives them."""
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def guard(keep: bool, root: Path) -> None:
    """Wait for the end of stdin, then clean up: the program, which is started with termination signals blocked."""
    while os.read(0, 1024):
        pass
    _kill_inhabitants(root)
    if not keep:
        _remove(root)


def _kill_inhabitants(root: Path) -> None:
    """Kill the processes whose environment names the root, until several scans in a row have found none."""
    names = _pattern(root)
    end_s = time.monotonic() + _KILL_S
    quiet_scans = 0
    while quiet_scans < _QUIET_SCANS and time.monotonic() < end_s:
        pids = [pid for pid, environ in _younger_processes() if names_root(environ, names)]
        quiet_scans = 0 if pids else quiet_scans + 1
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE_S)


def _pattern(root: Path) -> re.Pattern[bytes]:
    """Return a pattern for the root or a path below it, alone or in a list such as PATH."""
    spellings = {os.fsencode(root), os.fsencode(os.path.realpath(root))}
    return re.compile(rb"(?<![^=:;,\s])(?:%s)(?![^/\\:;,\s])" % b"|".join(map(re.escape, spellings)))


def names_root(environ: bytes, names: re.Pattern[bytes]) -> bool:
    """Return True when a variable of a NUL-separated environment names the root."""
    return any(names.search(entry) for entry in environ.split(b"\0") if not entry.startswith(_VARIABLES_OF_SHELLS))


def _younger_processes() -> Iterator[tuple[int, bytes]]:
    """Yield pid and environment of our user's processes that are no older than this one, as all of the run's are."""
    if sys.platform == "linux":
        born = _start_ticks(os.getpid())
        for entry in Path("/proc").glob("[1-9]*"):
            pid = int(entry.name)
            with contextlib.suppress(OSError):
                if pid != os.getpid() and entry.stat().st_uid == os.getuid() and _start_ticks(pid) >= born:
                    yield pid, (entry / "environ").read_bytes()
    else:
        import psutil  # noqa: PLC0415 - not there on Linux, where site-packages are left out

        born_s = psutil.Process().create_time()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.pid != os.getpid() and process.create_time() >= born_s:
                    yield process.pid, "\0".join(f"{k}={v}" for k, v in process.environ().items()).encode()


def _start_ticks(pid: int) -> int:
    """Return when a process started, in clock ticks since the boot."""
    stat = Path(f"/proc/{pid}/stat").read_bytes()
    return int(stat[stat.rindex(b")") + 2 :].split()[19])


def _remove(root: Path) -> None:
    """Remove the directory, repeatedly while dying processes still write into it."""
    end_s = time.monotonic() + _REMOVE_S
    while root.exists() and time.monotonic() < end_s:
        shutil.rmtree(root, ignore_errors=True)
        if root.exists():
            time.sleep(_PAUSE_S)


if __name__ == "__main__":
    guard(sys.argv[1] == "keep", Path(sys.argv[2]))
