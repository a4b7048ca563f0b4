"""Fixtures of the tests of the public API."""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.api.support import PAIRS, ROUNDS, write_run
from tests.conftest import STUB_CLIENT
from tests.reporting.recordings import eventful, write_recording
from tests.reporting.stored_groups import group


@pytest.fixture(autouse=True)
def _quick(quick: None) -> None:
    """Write all runs of these tests without waiting for the disk."""


@pytest.fixture
def sandboxes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the directory of temporary files. The client is the stub; nothing else of ours is in the environment."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "CLAUDE_", "PROBE_", "STUB")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PROBE_CLIENT", f"{sys.executable} {STUB_CLIENT}")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def alone(sandboxes: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """See that nothing is printed, and that handlers, threads, children and sandboxes are afterwards what they were."""
    handlers, threads, children = (
        _handlers(),
        set(threading.enumerate()),
        set(psutil.Process().children(recursive=True)),
    )
    yield
    assert _handlers() == handlers
    assert {thread for thread in threading.enumerate() if not thread.daemon} <= threads
    assert set(psutil.Process().children(recursive=True)) <= children
    assert list(sandboxes.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def _handlers() -> dict[int, object]:
    """Return the handlers of all signals but SIGALRM, which is the deadline of a test."""
    return {number: signal.getsignal(number) for number in signal.valid_signals() - {signal.SIGALRM}}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a directory of `--out` with two runs and a group."""
    for number in (1, 2):
        write_run(tmp_path / "runs", PAIRS, run_id=f"2026112{number}T073000Z-two-calls-relay")
    group(tmp_path / "runs", "a", "b", name="20261123T073000Z-two-calls-a+b")
    return tmp_path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a run of three rounds, with failures of several kinds."""
    return write_run(tmp_path, ROUNDS)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Return a recording of an eventful session, in a directory of runs."""
    (tmp_path / "runs").mkdir()
    return write_recording(tmp_path / "runs" / "recorded", eventful().events)
