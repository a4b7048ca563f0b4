"""The namespaces are what tests of fleets take them for: apart, poor where they are to be, and gone afterwards."""

import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import psutil
import pytest

from tests.fleet.namespaces import CENTRE, Machines, Vantage, machines, missing
from tests.fleet.poor_way import Poverty
from tests.upstream.support import wait_until

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

CONNECTIONS = 8
CONNECT = f"""
import socket, threading, time

def connect():
    begun = time.monotonic()
    with socket.create_connection(("{CENTRE}", 9000), timeout=100) as connection:
        connected_s = time.monotonic() - begun
        connection.sendall(b"x" * 100_000)
        connection.shutdown(socket.SHUT_WR)
        echoed = connection.makefile("rb").read()
    print(f"{{len(echoed)}} {{connected_s}}\\n", end="")

threads = [threading.Thread(target=connect) for _ in range({CONNECTIONS})]
for thread in threads:
    thread.start()
"""


class Echo(socketserver.BaseRequestHandler):
    """Sends back all that it got."""

    def handle(self) -> None:
        with self.request.makefile("rb") as received:
            self.request.sendall(received.read())


@contextmanager
def echo_at_centre(network: Machines) -> Iterator[None]:
    with socketserver.ThreadingTCPServer((CENTRE, 9000), Echo, bind_and_activate=False) as server:
        server.socket.close()
        server.socket = network.centre.listener(CENTRE, 9000)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def times_to_connect_s(vantage: Vantage) -> list[float]:
    """Connect several times at once, with 100 kB there and back each; return the times of connecting."""
    words = vantage.namespace.command(sys.executable, "-c", CONNECT)
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == ["100000"] * CONNECTIONS
    return [float(line[1]) for line in lines]


def test_a_clean_way_and_one_that_delays_and_loses_packets() -> None:
    poverty = Poverty(delay_s=0.1, loss=0.02, seed=14)
    with machines() as network, echo_at_centre(network):
        clean = times_to_connect_s(network.clean("fra"))
        poor = times_to_connect_s(network.poor("sin", poverty))
    assert median(clean) < 0.1
    assert min(poor) >= 0.2
    assert poverty.sent > 1000
    assert 0.01 < poverty.lost / poverty.sent < 0.03


def test_a_vantage_reaches_the_centre_alone() -> None:
    with machines() as network:
        here, there = network.clean("fra"), network.clean("sin")
        for address in (there.address, "198.19.0.1", "127.0.0.1"):
            code = f"import socket; socket.create_connection(({address!r}, 9), 5)"
            words = here.namespace.command(sys.executable, "-c", code)
            refused = subprocess.run(words, capture_output=True, text=True, check=False)
            expected = "Connection refused" if address == "127.0.0.1" else "Network is unreachable"
            assert expected in refused.stderr


def test_nothing_is_left_where_the_maker_was_killed() -> None:
    code = (
        "from tests.fleet.namespaces import machines; from tests.fleet.poor_way import Poverty\n"
        "with machines() as network:\n"
        "    ways = network.clean('fra'), network.poor('sin', Poverty(0.1, 0.02, 1))\n"
        "    print(*(place.keeper for place in (network.centre, *(way.namespace for way in ways))), flush=True)\n"
        "    input()"
    )
    maker = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert maker.stdout is not None
    keepers = [int(word) for word in maker.stdout.readline().split()]
    assert len(keepers) == 3
    maker.send_signal(signal.SIGKILL)
    maker.communicate()
    wait_until(lambda: not any(_exists(keeper) for keeper in keepers))
    assert not [name for _, name in socket.if_nameindex() if name.startswith(("probe", "to-"))]


def _exists(process: int) -> bool:
    """Return True for a process that has not ended; this one may have become the parent that has to reap it."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
