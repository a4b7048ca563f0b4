"""The delay that the recorder adds, and the error of its times to first token and between events, on loopback."""

import json
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from benchmarks.ratios import alternate
from probe.redact import Redactor
from probe.upstream import EmbeddedUpstream
from probe.wire import Recorder

PAIRS = 200
WORDS = " ".join(f"word{number}" for number in range(24))
BODY = json.dumps(
    {
        "model": "m",
        "stream": True,
        "max_tokens": 1000,
        "tools": [{"name": "x", "input_schema": {}, "description": "d" * 80_000}],
        "messages": [{"role": "user", "content": f"Reply with exactly: {WORDS}"}],
    }
).encode()
DELTA = b"event: content_block_delta"


@dataclass(frozen=True)
class Taken:
    """Times of one request in ms: to the first byte, to the first delta, and between deltas."""

    first_byte: float
    ttft: float
    gaps: tuple[float, ...]


def request(base_url: str) -> Taken:
    """Make a streaming request on a connection of its own; times count from the request's last byte."""
    with connect(base_url) as connection:
        return exchange(connection)


def connect(base_url: str) -> socket.socket:
    """Open a connection as a client does."""
    address = urlsplit(base_url)
    connection = socket.create_connection((address.hostname or "", address.port or 0))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def exchange(connection: socket.socket) -> Taken:
    """Make a streaming request on an open connection, which can be used again then."""
    head = f"POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\ncontent-length: {len(BODY)}\r\n\r\n".encode()
    arrivals: list[float] = []
    connection.sendall(head + BODY)
    start = time.monotonic()
    first_byte, counted, data = 0.0, 0, b""
    while not data.endswith(b"\r\n0\r\n\r\n"):
        chunk = connection.recv(65536)
        now = time.monotonic()
        if not chunk:
            raise RuntimeError("the answer broke off")
        first_byte = first_byte or now
        data += chunk
        count = data.count(DELTA)
        arrivals += [now] * (count - counted)
        counted = count
    gaps = tuple((late - early) * 1000 for early, late in pairwise(arrivals))
    return Taken((first_byte - start) * 1000, (arrivals[0] - start) * 1000, gaps)


def measure() -> None:
    """Print the delay that the recorder adds to requests, and the error of the times that it records."""
    with EmbeddedUpstream(event_gap_s=0.01) as upstream, Recorder(redactor=Redactor()) as recorder:
        recorded: list[float] = []
        truth: list[float] = []

        def through() -> Taken:
            with recorder.open_call(upstream.base_url) as tap:
                origin = time.monotonic()
                taken = request(tap.base_url)
            (exchange,) = tap.exchanges(origin)
            recorded.append(exchange.ttft_ms or 0.0)
            truth.append(_served_ttft_ms(upstream))
            return taken

        pairs = alternate(through, lambda: request(upstream.base_url), PAIRS)
        added = sorted(one.ttft - other.ttft for one, other in pairs)
        low, middle, high = statistics.quantiles(added, n=4)
        print(
            f"  TTFT through the recorder less TTFT without: median {middle:.2f} ms "
            f"(quartiles {low:.2f} to {high:.2f}, n={len(added)}); aim: at most 2 ms"
        )
        spacing = f"{_far(pairs, 0):.2f} ms through, {_far(pairs, 1):.2f} ms without"
        print(f"  spacing of events, farthest from 10 ms at p99: {spacing}; aim: 5 ms")
        errors = sorted(abs(one - other) for one, other in zip(recorded[1:], truth[1:], strict=True))
        print(
            f"  TTFT as recorded against the upstream's own clock: median error {statistics.median(errors):.2f} ms, "
            f"p99 {errors[int(0.99 * len(errors))]:.2f} ms (n={len(errors)}); aim: 1 and 5 ms"
        )
        _public_tool(upstream, [one.first_byte for one, _ in pairs], [other.first_byte for _, other in pairs])


def _served_ttft_ms(upstream: EmbeddedUpstream) -> float:
    """Return the last request's TTFT by the upstream's clock, once its record is there."""
    deadline = time.monotonic() + 2
    while upstream.in_flight and time.monotonic() < deadline:
        time.sleep(0.001)
    last = upstream.served[-1]
    return ((last.t_first_content or 0.0) - last.t_received) * 1000


def _far(pairs: list[tuple[Taken, Taken]], side: int) -> float:
    """Return how far the spacing of events lies from the 10 ms that the upstream keeps, at the 99th percentile, ms."""
    distances = sorted(abs(gap - 10) for pair in pairs for gap in pair[side].gaps)
    return distances[int(0.99 * len(distances))]


def _public_tool(upstream: EmbeddedUpstream, through: list[float], without: list[float]) -> None:
    """Print the wait for the first byte by a public load tool, on the same upstream, beside ours."""
    hey = shutil.which("hey")
    if hey is None:
        print("  hey (a public load tool) is not here, so nothing stands beside these figures")
        return
    with tempfile.NamedTemporaryFile() as body:
        body.write(BODY)
        body.flush()
        words = ["-n", "40", "-c", "1", "-m", "POST", "-H", "x-api-key: k", "-D", body.name]
        done = subprocess.run([hey, *words, f"{upstream.base_url}/v1/messages"], capture_output=True, check=True)
    average = re.search(rb"resp wait:\s+([\d.]+) secs", done.stdout)
    if average is None:
        raise RuntimeError(done.stdout.decode())
    ours = (
        f"{statistics.mean(without):.2f} ms by this benchmark, {statistics.mean(through):.2f} ms through the recorder"
    )
    print(f"  wait for the first byte, mean: {float(average[1]) * 1000:.2f} ms by hey, {ours}")
