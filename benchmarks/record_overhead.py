"""The delay that `probe record` adds to the first token, beside nginx as the reverse proxy that one would run instead.

The upstream is a process of its own that answers after 50 ms and notes its times; what a client waits beyond these is
the delay. Requests are of 80 kB, as the client's are, and the ways take turns.
"""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.recorder import connect, exchange, request

TURNS = 100
_DIRECT, _RECORDER, _NGINX = "without", "`probe record`", "nginx"
_NGINX_PORT = 18998
_NGINX_FILE = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.error;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 10m;
        location / {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_request_buffering off;
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Asked:
    """A request, in the order in which they were made: on an `open` connection or a `new` one, by which way."""

    how: str
    way: str
    wait_ms: float


def measure() -> None:
    """Print the delay of the first token through each way less that without, on open connections and on new ones."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with _upstream(place) as upstream, _recorder(place, upstream) as recorder, _nginx(place, upstream) as nginx:
            ways = {_DIRECT: upstream, _RECORDER: recorder} | ({_NGINX: nginx} if nginx else {})
            asked = [*_on_open_connections(ways), *_on_new_connections(ways)]
        served = [json.loads(line) for line in (place / "upstream.log").read_text().splitlines()[:-1]]
    delays = _delays(asked, served)
    for how in ("open", "new"):
        for way in ways:
            if way != _DIRECT:
                _say(how, way, delays[how, way], delays[how, _DIRECT])


def _on_open_connections(ways: dict[str, str]) -> Iterator[Asked]:
    with contextlib.ExitStack() as stack:
        connections = {way: stack.enter_context(connect(address)) for way, address in ways.items()}
        for way in _turns(list(ways)):
            yield Asked("open", way, exchange(connections[way]).ttft)


def _on_new_connections(ways: dict[str, str]) -> Iterator[Asked]:
    for way in _turns(list(ways)):
        yield Asked("new", way, request(ways[way]).ttft)


def _turns(ways: list[str]) -> Iterator[str]:
    """Yield each way in turn, another one first each time."""
    for turn in range(TURNS + 1):
        first = turn % len(ways)
        yield from ways[first:] + ways[:first]


def _delays(asked: list[Asked], served: list[dict[str, float]]) -> dict[tuple[str, str], list[float]]:
    """Return by how much each wait is longer than the upstream's own time, in ms, without the first of each way."""
    delays = defaultdict(list)
    for call, answer in zip(asked, served, strict=True):
        own_ms = (answer["first_byte"] - answer["received"]) * 1000
        delays[call.how, call.way].append(call.wait_ms - own_ms)
    return {which: each[1:] for which, each in delays.items()}


def _say(how: str, way: str, through: list[float], without: list[float]) -> None:
    added = [one - other for one, other in zip(through, without, strict=True)]
    low, middle, high = statistics.quantiles(added, n=4)
    aim = "; aim: 0.5 ms" if (how, way) == ("open", _RECORDER) else ""
    print(
        f"  added to the TTFT by {way}, {how} connection: median {middle:.2f} ms "
        f"(quartiles {low:.2f} to {high:.2f}, n={len(added)}){aim}",
        flush=True,
    )


@contextlib.contextmanager
def _upstream(place: Path) -> Iterator[str]:
    words = [sys.executable, "-m", "benchmarks.timed_upstream", str(place / "upstream.log")]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.communicate()


@contextlib.contextmanager
def _recorder(place: Path, upstream: str) -> Iterator[str]:
    words = [sys.executable, "-m", "probe", "record", "--quiet", "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "ANTHROPIC_BASE_URL": upstream, "HOME": str(place)}
    process = subprocess.Popen(words, cwd=place, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()


@contextlib.contextmanager
def _nginx(place: Path, upstream: str) -> Iterator[str | None]:
    """Yield the address of nginx before the upstream; None where it is not installed."""
    program = shutil.which("nginx")
    if program is None:
        print("  nginx is not here, so nothing stands beside these figures")
        yield None
        return
    file = place / "nginx.conf"
    file.write_text(_NGINX_FILE.format(folder=place, port=_NGINX_PORT, upstream=upstream))
    process = subprocess.Popen([program, "-c", str(file), "-p", str(place)], stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield f"http://127.0.0.1:{_NGINX_PORT}"
    finally:
        process.terminate()
        process.wait()
