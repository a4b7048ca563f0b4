"""Tests for recordings from the wire to the disk: hostile upstreams, and a recorder that is killed."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from probe.model.recorded_events import ExchangeAnswering, ExchangeBegun, ExchangeEnded
from probe.store import RecordedLog, RecordedWriter, is_being_written
from probe.wire import RECORDING_LIMITS, CallTap
from tests.reporting.recordings import recorded_manifest
from tests.test_redact import ENCODINGS
from tests.upstream.support import wait_until

from .support import RawServer, connect, event, ok, post, read_request, read_until, recorder, talk

ROOT = Path(__file__).parents[2]
TOKEN = 'oat01-Zy9"Qx8/Wv7+Ut6=Sr5&Pq4'
"""A token of no known shape, with letters that encodings change."""
LOGIN = f"Authorization: Bearer {TOKEN}\r\n".encode()
MESSAGES = [{"role": "user", "content": f"my key is {TOKEN}"}]
ASKED = post({"model": "m", "stream": True, "messages": MESSAGES}, extra=LOGIN)


@contextmanager
def recorded(handle: Callable[[socket.socket], None], folder: Path) -> Iterator[CallTap]:
    """Record an upstream, with bodies."""
    with (
        RecordedWriter.create(folder, recorded_manifest()) as writer,
        RawServer(handle) as server,
        recorder(limits=RECORDING_LIMITS, keep_bodies=True) as running,
        running.open_recording(server.base_url, [writer]) as tap,
    ):
        yield tap


def files_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def numbers(folder: Path, kind: type[Any]) -> list[int]:
    return [part.sequence for part in RecordedLog(folder) if isinstance(part, kind)]


def assert_no_token(folder: Path) -> None:
    for path, data in files_in(folder).items():
        for name, encode in ENCODINGS.items():
            assert encode(TOKEN) not in data, f"{name} in {path}"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_token_that_the_upstream_says_back_is_in_no_file(encoding: str, tmp_path: Path) -> None:
    said = ENCODINGS[encoding](TOKEN)
    in_headers = b"X-Request-Id: %s\r\nLocation: /%s\r\n" % (said, said)
    answers = iter(
        [
            ok(b'{"type":"error","error":{"type":"a","message":"%s"}}' % said, extra=in_headers),
            ok(said, content_type="text/html"),
            ok(b"event: error\ndata: " + said + b"\n\n", content_type="text/event-stream"),
            b"HTTP/1.1 500 " + said + b"\r\nX-Long: " + said * 5000 + b"\r\n\r\n",
            said,
        ]
    )

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(next(answers))

    with recorded(answer, tmp_path / "r") as tap:
        for _ in range(5):
            talk(tap, ASKED)
    assert b"".join(files_in(tmp_path).values()).count(b"[redacted]") > 5
    assert_no_token(tmp_path)


def test_an_endless_stream_is_recorded_within_the_limits(tmp_path: Path) -> None:
    piece = event("content_block_delta", index=0, delta={"type": "text_delta", "text": TOKEN * 500})

    def endless(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        while True:
            connection.sendall(piece)

    with recorded(endless, tmp_path / "r") as tap, connect(tap.base_url) as client:
        client.sendall(ASKED)
        received = 0
        while received < 3_000_000:
            received += len(client.recv(65536))
    (ended,) = (part for part in RecordedLog(tmp_path / "r") if isinstance(part, ExchangeEnded))
    assert ended.exchange.response_bytes > 2_500_000
    assert (tmp_path / "r" / "bodies-0001" / "000001.response").stat().st_size <= RECORDING_LIMITS.max_kept_body
    assert_no_token(tmp_path)


def test_what_drives_a_terminal_is_in_no_line(tmp_path: Path) -> None:
    refusal = ok(b'{"error": {"message": "\\u001b[2J\\u0007"}}')
    with recorded(lambda connection: connection.sendall(refusal), tmp_path / "r") as tap:
        talk(tap, ASKED)
    assert not set(b"\x1b\x07") & set((tmp_path / "r" / "exchanges-0001.jsonl").read_bytes())
    (ended,) = (part for part in RecordedLog(tmp_path / "r") if isinstance(part, ExchangeEnded))
    assert ended.exchange.error_message == "\ufffd[2J\ufffd"


def test_a_recorder_that_is_killed_leaves_all_that_had_ended(tmp_path: Path) -> None:
    whole = ok(json.dumps({"type": "message", "id": "msg_1"}).encode())

    def answer(connection: socket.socket) -> None:
        while request := read_request(connection):
            if b"the last" in request:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + event("ping"))
                connection.recv(1)
                return
            connection.sendall(whole)

    with RawServer(answer) as server:
        command = [sys.executable, "-m", "tests.children.record", server.base_url, str(tmp_path / "r")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
            try:
                assert child.stdout is not None
                with connect(child.stdout.readline().strip()) as client:
                    for _ in range(50):
                        client.sendall(post({"model": "m", "messages": []}))
                        read_until(client, b'"msg_1"}')
                    client.sendall(post({"model": "the last", "messages": []}))
                    read_until(client, b"\n\n")
                    wait_until(lambda: 51 in numbers(tmp_path / "r", ExchangeAnswering))
                    assert is_being_written(tmp_path / "r")
                    child.kill()
                    child.wait()
            finally:
                child.kill()
    assert numbers(tmp_path / "r", ExchangeEnded) == list(range(1, 51))
    assert numbers(tmp_path / "r", ExchangeBegun) == list(range(1, 52))
    assert not is_being_written(tmp_path / "r")
