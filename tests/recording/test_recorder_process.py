"""The process of the recorder, by what it is told on standard input and what it says."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from probe.recording.recorder_process import MODULE, RecordingOrder
from probe.store import RecordedLog, read_recorded_manifest
from probe.upstream import EmbeddedUpstream
from tests.reporting.recordings import recorded_manifest


class Started:
    """A recorder process in front of an upstream."""

    def __init__(self, base_url: str, folder: Path | None) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.order = RecordingOrder(
            descriptor=self.listener.fileno(),
            base_url=base_url,
            environment={},
            secrets=("a-secret-of-the-user",),
            folder=str(folder) if folder else None,
            manifest=recorded_manifest(),
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self.listener.fileno()],
            text=True,
        )
        self.tell(self.order.model_dump_json())

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def said(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def ask(self, headers: dict[str, str] | None = None) -> int:
        return httpx.head(self.url, headers=headers, trust_env=False, timeout=30).status_code

    def end(self) -> None:
        self.process.communicate(timeout=30)
        self.listener.close()


@pytest.fixture
def upstream() -> Iterator[str]:
    with EmbeddedUpstream() as embedded:
        yield embedded.base_url


def test_it_is_ready_records_and_says_at_the_end_what_it_kept(tmp_path: Path, upstream: str) -> None:
    started = Started(upstream, tmp_path / "mine")
    assert started.said() == {"ready": True}
    assert started.ask({"user-agent": "a-secret-of-the-user"}) == 200
    started.tell(json.dumps({"end": 3}))
    told = started.said()
    assert (told["kept"]["exchanges"], told["lost_exchanges"]) == (1, 0)
    started.end()
    assert started.process.returncode == 0
    assert read_recorded_manifest(tmp_path / "mine").run_id == "mine", "it is named after its directory"
    assert [event.exit_code for event in RecordedLog(tmp_path / "mine") if event.event == "finished"] == [3]
    assert b"a-secret-of-the-user" not in b"".join(file.read_bytes() for file in (tmp_path / "mine").iterdir())


def test_without_a_folder_it_passes_requests_on_and_keeps_nothing(tmp_path: Path, upstream: str) -> None:
    started = Started(upstream, None)
    assert started.said() == {"ready": True}
    assert started.ask() == 200
    started.tell(json.dumps({"end": None}))
    assert started.process.communicate(timeout=30)[0] == ""
    started.end()
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_kept_it_says_so_and_serves_nobody(tmp_path: Path, upstream: str) -> None:
    (tmp_path / "file").write_text("")
    started = Started(upstream, tmp_path / "file" / "recording")
    told = started.said()
    assert "cannot be made" in told["problem"]
    assert told["path"].startswith(str(tmp_path / "file"))
    started.end()
    assert started.process.returncode == 0


def test_a_command_that_is_gone_when_its_owner_is_ends_the_recording(tmp_path: Path, upstream: str) -> None:
    started = Started(upstream, tmp_path / "r")
    started.said()
    gone = subprocess.Popen(["true"])
    gone.wait()
    started.tell(json.dumps({"command": gone.pid}))
    started.end()
    assert [event.exit_code for event in RecordedLog(tmp_path / "r") if event.event == "finished"] == [None]
