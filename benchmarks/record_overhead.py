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
from collections.abc import Callable, Iterator
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


def measure() -> None:
    """Print the delay of the first token through each way less that without, on open connections and on new ones."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        waits: dict[tuple[str, str], list[float]] = {}
        order: list[tuple[str, str]] = []
        with _upstream(place) as upstream, _recorder(place, upstream) as recorder, _nginx(place, upstream) as nginx:
            ways = {_DIRECT: upstream, _RECORDER: recorder} | ({_NGINX: nginx} if nginx else {})
            _ask_on_open_connections(ways, waits, order)
            _ask_on_new_connections(ways, waits, order)
        served = [json.loads(line) for line in (place / "upstream.log").read_text().splitlines()[:-1]]
    delays = _delays(waits, order, served)
    for how in ("open", "new"):
        for way in ways:
            if way != _DIRECT:
                _say(how, way, delays[how, way], delays[how, _DIRECT])


def _ask_on_open_connections(
    ways: dict[str, str], waits: dict[tuple[str, str], list[float]], order: list[tuple[str, str]]
) -> None:
    with contextlib.ExitStack() as stack:
        connections = {way: stack.enter_context(connect(address)) for way, address in ways.items()}
        _take_turns("open", list(ways), lambda way: exchange(connections[way]).ttft, waits, order)


def _ask_on_new_connections(
    ways: dict[str, str], waits: dict[tuple[str, str], list[float]], order: list[tuple[str, str]]
) -> None:
    _take_turns("new", list(ways), lambda way: request(ways[way]).ttft, waits, order)


def _take_turns(
    how: str,
    ways: list[str],
    ask: Callable[[str], float],
    waits: dict[tuple[str, str], list[float]],
    order: list[tuple[str, str]],
) -> None:
    """Ask by each way in turn, and by another one first each time."""
    for turn in range(TURNS + 1):
        first = turn % len(ways)
        for way in ways[first:] + ways[:first]:
            waits.setdefault((how, way), []).append(ask(way))
            order.append((how, way))


def _delays(
    waits: dict[tuple[str, str], list[float]], order: list[tuple[str, str]], served: list[dict[str, float]]
) -> dict[tuple[str, str], list[float]]:
    """Return by how much each wait is longer than the upstream's own time, in ms, without the first of each way."""
    own_ms: dict[tuple[str, str], list[float]] = {}
    for which, answer in zip(order, served, strict=True):
        own_ms.setdefault(which, []).append((answer["first_byte"] - answer["received"]) * 1000)
    return {which: [wait - own for wait, own in zip(waits[which], own_ms[which], strict=True)][1:] for which in waits}


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
