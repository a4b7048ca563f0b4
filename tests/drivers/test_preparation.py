"""The command of `--prepare`: the user's shell line, which may leave a server running and can be ended."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.drivers.preparation import run_preparation
from probe.drivers.process import Cancel
from probe.errors import EnvironmentUnusableError
from probe.redact import Redactor
from tests.upstream.support import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervision of other systems is untested")

SECRET = "zq/CAN+ARY7f3a+9e5b1c2d=="


@pytest.fixture
def cancel() -> Iterator[Cancel]:
    with Cancel() as made:
        yield made


def prepare(command: str, cancel: Cancel) -> None:
    run_preparation(command, cancel, lambda: None, Redactor([SECRET]))


def test_it_is_a_shell_line_in_the_user_s_own_place(
    cancel: Cancel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MY_RELAY", "a b")
    prepare('echo "$MY_RELAY" | tr a-z A-Z > said; echo \'it"s\' >> said # and so on', cancel)
    assert (tmp_path / "said").read_text() == 'A B\nit"s\n'


@pytest.mark.parametrize(("command", "how"), [("exit 3", "3"), ("kill -9 $$", "SIGKILL")])
def test_a_failure_is_told_with_what_it_said(cancel: Cancel, command: str, how: str) -> None:
    with pytest.raises(EnvironmentUnusableError, match=rf"(?s)--prepare ended with {how}: no relay.*Ran: echo"):
        prepare(f"echo no relay >&2; {command}", cancel)


@pytest.mark.parametrize("behind", [0, 480, 499, 510])
def test_what_it_said_is_told_without_secrets_also_where_only_their_end_is_told(cancel: Cancel, behind: int) -> None:
    with pytest.raises(EnvironmentUnusableError) as caught:
        prepare(f"echo '{SECRET}{'x' * behind}'; exit 3", cancel)
    assert not [at for at in range(len(SECRET) - 3) if SECRET[at : at + 4] in str(caught.value)]


def test_what_it_leaves_running_stays_and_can_still_write(cancel: Cancel, tmp_path: Path) -> None:
    left, alive = tmp_path / "left", tmp_path / "alive"
    prepare(f"(sleep 1; echo said; echo said && touch '{alive}'; exec sleep 30) & echo $! > '{left}'", cancel)
    pid = int(left.read_text())
    try:
        wait_until(alive.exists, 20)
        wait_until(lambda: Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep"), 20)
    finally:
        os.killpg(os.getpgid(pid), signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{pid}").exists())


@pytest.mark.parametrize("trap", ["", "trap '' TERM; "])
def test_a_cancel_ends_it_soon_and_all_that_it_began(cancel: Cancel, tmp_path: Path, trap: str) -> None:
    pids = tmp_path / "pids"

    def interrupt() -> None:
        wait_until(lambda: pids.exists() and pids.read_text().endswith("\n"), 20)
        cancel.cancel()

    thread = threading.Thread(target=interrupt)
    thread.start()
    began = time.monotonic()
    prepare(f"{trap}sleep 60 & echo $! $$ > '{pids}'; while :; do sleep 60; done", cancel)
    assert time.monotonic() - began < 30
    thread.join()
    assert [pid for pid in pids.read_text().split() if Path(f"/proc/{pid}").exists()] == []


@pytest.mark.parametrize("start", ["sleep 600 & echo $! > pid", "(setsid sh -c 'echo $$ > pid; exec sleep 600' &)"])
def test_what_it_has_left_can_be_ended_and_is_gone(
    cancel: Cancel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    """As every script does that restarts a server: it ends the old one and waits until there is no such process."""
    monkeypatch.chdir(tmp_path)
    gone = "for _ in $(seq 200); do kill -0 $(cat pid) 2>/dev/null || exit 0; sleep 0.1; done; echo still there; exit 1"
    prepare(f"{start}; until [ -s pid ]; do sleep 0.01; done", cancel)
    prepare(f"kill $(cat pid); {gone}", cancel)


def test_a_long_wait_is_told_once_and_a_short_one_never(cancel: Cancel, tmp_path: Path) -> None:
    told: list[int] = []

    def is_long() -> None:
        told.append(1)
        (tmp_path / "told").touch()

    run_preparation(
        f"until [ -e '{tmp_path}/told' ]; do sleep 0.01; done; sleep 0.2", cancel, is_long, Redactor(), long_s=0.01
    )
    assert told == [1]
    run_preparation(":", cancel, is_long, Redactor())
    assert told == [1]
