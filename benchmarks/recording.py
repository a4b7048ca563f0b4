"""A recording under load: 5,000 exchanges, 400 at a time, each a request of 200 KB and a streamed answer."""

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from probe.recording.tally_sink import TallySink
from probe.redact import Redactor
from probe.store import RecordedLog, RecordedWriter
from probe.wire import RECORDING_LIMITS, Recorder
from tests.reporting.recordings import recorded_manifest
from tests.wire.support import event

EXCHANGES, AT_ONCE, REQUEST_BYTES = 5000, 400, 200_000
BURSTS, PIECES = 4, 10
_ANSWER_S = 0.5
_MESSAGE = {"id": "msg_1", "model": "m", "usage": {"input_tokens": 7, "output_tokens": 1}}
_START = event("message_start", message=_MESSAGE)
_FIRST = _START + event("content_block_start", index=0, content_block={"type": "text", "text": ""})
_PIECE = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "hello world " * 3})
_LAST = event("content_block_stop", index=0) + event("message_stop")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nrequest-id: req_1\r\nTransfer-Encoding: chunked\r\n\r\n"


def measure() -> None:
    """Run the load; print the recorder's memory, what it kept and lost, and how fast that is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording"
        took_s, bad, said = asyncio.run(_load(path))
        started = time.perf_counter()
        events = sum(1 for _ in RecordedLog(path))
        read_s = time.perf_counter() - started
        size = sum(file.stat().st_size for file in path.iterdir())
    print(f"  {EXCHANGES} exchanges, {AT_ONCE} at a time, in {took_s:.0f} s; {bad} answers were not whole")
    print(f"  memory of the recorder: {said['idle_mb']} MB before, {said['peak_mb']} MB at most; lost: {said['lost']}")
    print(f"  {size / EXCHANGES:.0f} bytes an exchange; {events} events read in {read_s:.2f} s")


async def _load(path: Path) -> tuple[float, int, dict[str, int]]:
    """Return how long it took, how many answers were not whole, and what the recorder says of itself."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    upstream = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.recording", upstream, str(path),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    port = int((await child.stdout.readline()).rpartition(b":")[2])
    left = iter(range(EXCHANGES))
    started = time.perf_counter()
    bad = sum(await asyncio.gather(*(_ask(port, left) for _ in range(AT_ONCE))))
    took_s = time.perf_counter() - started
    out, _ = await child.communicate(b"")
    server.close()
    return took_s, bad, json.loads(out)


async def _ask(port: int, left: Iterator[int]) -> int:
    """Make requests on one connection until none is left; return how many answers were not whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    text = {"type": "text", "text": "x" * REQUEST_BYTES}
    body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": [text]}]}).encode()
    head = f"POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    bad = 0
    for _ in left:
        writer.writelines((head, body))
        bad += b"message_stop" not in await reader.readuntil(b"\r\n0\r\n\r\n")
    writer.close()
    return bad


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.rpartition(b"Content-Length: ")[2].split()[0]))
            writer.write(_HEAD)
            for part in (_FIRST, *([_PIECE * PIECES] * BURSTS), _LAST):
                writer.write(b"%x\r\n%s\r\n" % (len(part), part))
                await asyncio.sleep(_ANSWER_S / BURSTS)
            writer.write(b"0\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def record(base_url: str, path: Path) -> None:
    """Record until standard input ends, and print what it took."""
    with (
        RecordedWriter.create(path, recorded_manifest()) as writer,
        Recorder(redactor=Redactor(), limits=RECORDING_LIMITS) as recorder,
        recorder.open_recording(base_url, [writer, TallySink()]) as tap,
    ):
        idle_mb = _peak_mb()
        print(tap.base_url, flush=True)
        sys.stdin.read()
        tap.close()
        lost = writer.lost
    print(json.dumps({"idle_mb": idle_mb, "peak_mb": _peak_mb(), "lost": lost.exchanges + lost.other_events}))


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]))
