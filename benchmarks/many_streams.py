"""200 streams at once through the recorder of `probe record`: the spacing of their chunks against the upstream's.

The upstream is a process of its own, writes a chunk of each stream every 100 ms, and says in it when it did, by the
clock of the machine. `python -m benchmarks.many_streams` is that upstream.
"""

import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

STREAMS, CHUNKS, GAP_S = 200, 50, 0.1
TURNS = 5
_WRITTEN = re.compile(rb'"text":"([0-9.]+) "')
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_REQUEST = b'{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}'
_START = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","model":"m"}}\n\n'
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
    b'"content_block":{"type":"text","text":""}}\n\n'
)
_END = (
    b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
    b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
)


def measure() -> None:
    """Print how far gaps between chunks are from those that were written, with the recorder and without."""
    with tempfile.TemporaryDirectory() as folder:
        upstream = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.many_streams"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert upstream.stdout is not None
        url = upstream.stdout.readline().strip()
        words = [sys.executable, "-m", "benchmarks.recording", url, str(Path(folder) / "recording")]
        recorder = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert recorder.stdout is not None
        try:
            led = recorder.stdout.readline().strip()
            pairs = [(asyncio.run(_read_all(led)), asyncio.run(_read_all(url))) for _ in range(TURNS)]
        finally:
            said, _ = recorder.communicate()
            upstream.communicate()
        print(f"  {said.strip()}")
    through, without = zip(*pairs, strict=True)
    _say("through the recorder", through)
    _say("without it", without)


def _say(which: str, runs: Sequence[list[tuple[list[float], list[float]]]]) -> None:
    delays = sorted(delay for run in runs for delays, _ in run for delay in delays)
    shifts = sorted(shift for run in runs for _, shifts in run for shift in shifts)
    print(
        f"  {STREAMS} streams {which}: spacing of chunks off by {statistics.median(shifts):.2f} ms in the median, "
        f"{_p99(shifts):.2f} ms at p99; delay {statistics.median(delays):.2f} ms, p99 {_p99(delays):.2f} ms "
        f"(n={len(shifts)}); aim: 5 ms at p99",
        flush=True,
    )


def _p99(values: list[float]) -> float:
    return values[int(0.99 * len(values))]


async def _read_all(url: str) -> list[tuple[list[float], list[float]]]:
    return await asyncio.gather(*(_read(url, number) for number in range(STREAMS)))


async def _read(url: str, number: int) -> tuple[list[float], list[float]]:
    """Read a stream. Return by how much its chunks came late, and by how much their gaps differ, in ms."""
    await asyncio.sleep(GAP_S * number / STREAMS)
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b"POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(_REQUEST) + _REQUEST)
    written, came = [], []
    data = b""
    while not data.endswith(b"\r\n0\r\n\r\n"):
        data = await reader.read(1 << 16)
        now = time.monotonic()
        for text in _WRITTEN.findall(data):
            written.append(float(text))
            came.append(now)
        if not data:
            raise RuntimeError("a stream broke off")
    writer.close()
    shifts = [abs((b - a) - (d - c)) * 1000 for (a, b), (c, d) in zip(pairwise(came), pairwise(written), strict=True)]
    return [(late - early) * 1000 for early, late in zip(written, came, strict=True)], shifts


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(len(_REQUEST))
    writer.write(_HEAD + _chunk(_START))
    begun = time.monotonic()
    for number in range(1, CHUNKS + 1):
        await asyncio.sleep(begun + number * GAP_S - time.monotonic())
        delta = {"type": "text_delta", "text": f"{time.monotonic():.6f} "}
        event = json.dumps({"type": "content_block_delta", "index": 0, "delta": delta}, separators=(",", ":"))
        writer.write(_chunk(f"event: content_block_delta\ndata: {event}\n\n".encode()))
    writer.write(_chunk(_END) + b"0\r\n\r\n")
    await reader.read()
    writer.close()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
