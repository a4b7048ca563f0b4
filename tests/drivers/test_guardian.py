"""The guardian over a real `probe` in miniature (tests/children/host.py) that is killed, interrupted, or ends well."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from probe.drivers.guardian import Guardian, _pattern, names_root
from tests.drivers.support import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the guardian of other systems is untested")

HOST = Path(__file__).parents[1] / "children" / "host.py"
PROJECT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def start(root: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a host, and wait until its call and the process that has escaped from it are there."""
    hosts: list[subprocess.Popen[bytes]] = []

    def starter(*args: str) -> subprocess.Popen[bytes]:
        env = {**os.environ, "PYTHONPATH": str(PROJECT)}
        argv = [sys.executable, str(HOST), str(root), *args]
        host = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, start_new_session=True)
        hosts.append(host)
        wait_for(lambda: (root / "home" / "ready").exists() and len(inhabitants(root)) == 2)
        return host

    yield starter
    for host in hosts:
        host.kill()
        host.wait()
        if host.stdout is not None:
            host.stdout.close()
    wait_for(lambda: not inhabitants(root))


def inhabitants(root: Path) -> list[psutil.Process]:
    """Return the processes whose HOME is in the root."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME", "").startswith(str(root)):
                found.append(process)
        except psutil.Error:
            continue
    return found


def guardian_of(host: subprocess.Popen[bytes]) -> psutil.Process:
    """Return the guardian that a host has started."""
    (found,) = [p for p in psutil.Process(host.pid).children() if any("guardian.py" in word for word in p.cmdline())]
    return found


def has_ended(guardian: psutil.Process) -> bool:
    """Return True when the guardian has ended; reap it if it has become our child (we may be a subreaper)."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(guardian.pid, os.WNOHANG)
    try:
        return not guardian.is_running() or guardian.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # reaped between the two
        return True


def test_cleans_up_after_a_sigkill(root: Path, start: Callable[..., subprocess.Popen[bytes]]) -> None:
    host = start()
    guardian = guardian_of(host)
    host.kill()
    wait_for(lambda: not root.exists())
    assert inhabitants(root) == []
    wait_for(lambda: has_ended(guardian))


def test_keeps_the_directory_but_not_the_processes(root: Path, start: Callable[..., subprocess.Popen[bytes]]) -> None:
    host = start("keep")
    guardian = guardian_of(host)
    host.kill()
    wait_for(lambda: has_ended(guardian))
    assert inhabitants(root) == []
    assert (root / "home" / "ready").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_is_deaf_to_signals(root: Path, start: Callable[..., subprocess.Popen[bytes]], number: int) -> None:
    guardian = guardian_of(start())
    guardian.send_signal(number)
    time.sleep(0.1)
    assert not has_ended(guardian)
    assert root.exists()


def test_ctrl_c_ends_the_call_and_then_the_directory(root: Path, start: Callable[..., subprocess.Popen[bytes]]) -> None:
    host = start()
    guardian = guardian_of(host)
    os.killpg(host.pid, signal.SIGINT)  # as a terminal does: KeyboardInterrupt in the middle of the call
    host.communicate()
    assert host.returncode == -signal.SIGINT
    assert has_ended(guardian)
    assert inhabitants(root) == []
    assert not root.exists()


def test_an_orderly_end(root: Path, start: Callable[..., subprocess.Popen[bytes]]) -> None:
    host = start()
    host.terminate()  # which the host takes as a cancel
    assert host.communicate()[0] == b"True\n"
    assert host.returncode == 0
    assert not root.exists()


def test_an_orderly_end_with_keep(root: Path) -> None:
    root.mkdir()
    with Guardian(root, keep=True):
        pass
    assert root.exists()


def test_kills_what_was_left_in_the_root_and_nothing_else(root: Path, tmp_path: Path) -> None:
    root.mkdir()
    (root / "file").touch()
    older = subprocess.Popen(["/bin/sleep", "600"], env={"HOME": str(root)})
    time.sleep(0.05)  # the age of a process is known to 10 ms
    with Guardian(root):
        inside = subprocess.Popen(["/bin/sleep", "600"], env={"HOME": str(root / "a")}, start_new_session=True)
        sibling = subprocess.Popen(["/bin/sleep", "600"], env={"HOME": f"{root}2"})
        visitor = subprocess.Popen(["/bin/sleep", "600"], env={"PWD": str(root)})
    assert not root.exists()
    assert inside.wait(5) == -signal.SIGKILL
    for bystander in (older, sibling, visitor):
        assert bystander.poll() is None
        bystander.kill()
        bystander.wait()


def open_files(process: subprocess.Popen[bytes]) -> list[Path]:
    found = []
    for fd in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a program that starts closes what it has loaded
            found.append(fd.readlink())
    return found


def test_its_pipe_is_not_inherited(root: Path) -> None:
    root.mkdir()
    with Guardian(root) as guardian, subprocess.Popen(["/bin/sleep", "600"]) as child:
        pipe = Path(f"/proc/self/fd/{guardian._write_fd}").readlink()
        assert pipe not in open_files(child)
        child.kill()


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        (b"HOME=/s/root", True),
        (b"A=1\0HOME=/s/root/r1/home\0B=2", True),
        (b"PATH=/bin:/s/root/bin:/usr/bin", True),
        (b"OPTS=--dir=/s/root", True),
        (b"HOME=/s/root2", False),
        (b"HOME=/s/root-old/x", False),
        (b"HOME=/other/s/root", False),
        (b"PWD=/s/root\0OLDPWD=/s/root/x\0_=/s/root/bin/x", False),
        (b"", False),
    ],
)
def test_the_root_is_matched_as_a_path(environ: bytes, named: bool) -> None:
    assert names_root(environ, _pattern(Path("/s/root"))) is named


@pytest.mark.parametrize("path", [Path.home(), Path.home().parent, Path("/")])
def test_refuses_to_remove_a_home(path: Path) -> None:
    with pytest.raises(ValueError, match="sandbox root"):
        Guardian(path)
