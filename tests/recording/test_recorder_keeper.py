"""A recorder that dies, or that cannot write, does not end the session that it records."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from probe.errors import StoreError
from probe.model.recorded_manifest import RecordedManifest
from probe.recording.recorder_keeper import RecorderKeeper
from probe.recording.recorder_process import RecordingOrder
from probe.session.machine import machine_info
from probe.store import RecordedLog
from probe.upstream import EmbeddedUpstream
from tests.upstream.support import wait_until


class Kept:
    """A keeper with its recorder in front of an embedded upstream."""

    def __init__(self, folder: Path, upstream: EmbeddedUpstream) -> None:
        self.folder = folder
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.keeper = RecorderKeeper(self.listener)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        manifest = RecordedManifest(
            run_id=folder.name,
            created_at=datetime.now(UTC),
            probe_version="0",
            base_url=upstream.base_url,
            machine=machine_info(),
        )
        self.order = RecordingOrder(
            descriptor=self.listener.fileno(),
            base_url=upstream.base_url,
            environment={},
            secrets=(),
            folder=str(folder),
            manifest=manifest,
        )

    def ask(self) -> int:
        return httpx.head(self.url, timeout=30, trust_env=False).status_code

    def has_lost(self, recorders: int) -> bool:
        return self.keeper.deaths == recorders

    def process(self) -> psutil.Process:
        return psutil.Process(self.keeper.pid)

    def kill(self) -> None:
        """Kill the recorder. Connections wait until another one serves the port."""
        self.process().kill()


@pytest.fixture
def upstream() -> Iterator[EmbeddedUpstream]:
    with EmbeddedUpstream() as embedded:
        yield embedded


@pytest.fixture
def kept(tmp_path: Path, upstream: EmbeddedUpstream) -> Iterator[Kept]:
    recording = Kept(tmp_path / "runs" / "recording", upstream)
    yield recording
    recording.keeper.close()
    recording.listener.close()


def exchanges(folder: Path) -> int:
    return sum(event.event == "ended" for event in RecordedLog(folder))


def test_what_passed_is_kept(kept: Kept) -> None:
    kept.keeper.begin(kept.order)
    assert kept.ask() == 200
    done = kept.keeper.end(0)
    assert (done.folders, done.deaths, done.passes_only) == ((kept.folder,), 0, False)
    assert exchanges(kept.folder) == 1


def test_another_recorder_takes_over_and_goes_on_recording(kept: Kept) -> None:
    kept.keeper.begin(kept.order)
    kept.ask()
    wait_until(lambda: exchanges(kept.folder) == 1)
    kept.kill()
    assert kept.ask() == 200
    done = kept.keeper.end(0)
    assert done.deaths == 1
    assert [exchanges(folder) for folder in done.folders] == [1, 1]
    assert [folder.name for folder in done.folders] == ["recording", "recording-part2"]


def test_when_recorders_keep_dying_requests_still_pass(kept: Kept) -> None:
    kept.keeper.begin(kept.order)
    for deaths in range(1, 4):
        kept.kill()
        assert kept.ask() == 200
        wait_until(partial(kept.has_lost, deaths))
    done = kept.keeper.end(0)
    assert (done.deaths, done.passes_only) == (3, True)


def test_a_recorder_that_cannot_take_over_as_its_disk_is_gone_leaves_requests_to_pass(kept: Kept) -> None:
    kept.keeper.begin(kept.order)
    shutil.rmtree(kept.folder.parent)
    kept.folder.parent.write_text("no directory any more")
    kept.kill()
    assert kept.ask() == 200
    assert kept.keeper.end(0).passes_only


def remove(kept: Kept) -> None:
    shutil.rmtree(kept.folder)


def fill(kept: Kept) -> None:
    """Let no file grow any more, which is how a full disk looks."""
    kept.process().rlimit(psutil.RLIMIT_FSIZE, (1, 1))


@pytest.mark.parametrize("break_disk", [remove, fill])
def test_requests_pass_when_they_cannot_be_kept(kept: Kept, break_disk: Callable[[Kept], None]) -> None:
    kept.keeper.begin(kept.order)
    kept.ask()
    break_disk(kept)
    assert [kept.ask() for _ in range(3)] == [200] * 3
    assert kept.keeper.end(0).deaths == 0


def test_a_directory_that_cannot_be_made_is_said_before_anything_starts(tmp_path: Path, kept: Kept) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(StoreError, match=r"cannot be made"):
        kept.keeper.begin(kept.order)


HOST = """
import os, socket, subprocess, sys
from probe.recording.recorder_keeper import RecorderKeeper
from probe.recording.recorder_process import RecordingOrder
order = RecordingOrder.model_validate_json(sys.argv[1])
keeper = RecorderKeeper(socket.socket(fileno=order.descriptor))
keeper.begin(order)
command = subprocess.Popen(["sleep", "60"])
keeper.command_started(command.pid)
print(command.pid, flush=True)
command.wait()
"""


def test_a_command_that_outlives_us_is_served_until_it_ends(kept: Kept) -> None:
    order = kept.order.model_dump_json()
    words = [sys.executable, "-c", HOST, order]
    with subprocess.Popen(words, pass_fds=[kept.listener.fileno()], stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        command = int(host.stdout.readline())
        (recorder,) = [
            each for each in psutil.Process(host.pid).children() if "recorder_process" in str(each.cmdline())
        ]
        host.kill()
    assert kept.ask() == 200
    os.kill(command, signal.SIGKILL)
    recorder.wait(20)
    assert exchanges(kept.folder) == 1
