"""A way on which packets are late and some are lost: `tc qdisc … netem delay … loss …`, for kernels without it too.

Two TUN devices, and a thread that reads packets of IP from each and writes them to the other after the delay, except
those that chance takes. Nothing of TCP is imitated: connecting, retransmission timeouts, backoff and windows are the
kernel's own, on both sides. What a real poor way has besides is left out: limited bandwidth, queues that overflow,
jitter, packets in another order, losses that come in bursts.

The seed fixes which packets are lost by their count, separately for each direction. Which bytes the n-th packet holds
is up to the kernel and to time, so that two runs with one seed lose alike many packets and not the same calls.
"""

import fcntl
import heapq
import os
import random
import selectors
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_MOST_BYTES = 65536


@dataclass
class Poverty:
    """The delay and loss of a way, and in the end how many packets went that way."""

    delay_s: float
    """Of each packet, in either direction: half of what a round trip takes longer."""
    loss: float
    """The share of packets that is lost, in either direction."""
    seed: int
    sent: int = 0
    lost: int = 0


def tun_device() -> tuple[int, str]:
    """Make a TUN device that lives as long as its file is open. Return the file's descriptor and its name."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    answer = fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", b"probe%d", _IFF_TUN | _IFF_NO_PI))
    return descriptor, answer[:16].rstrip(b"\0").decode()


@contextmanager
def poor_way(near: int, far: int, poverty: Poverty) -> Iterator[None]:
    """Carry packets between two TUN devices until the context ends."""
    carrier = _Carrier(near, far, poverty)
    thread = threading.Thread(target=carrier.run, name="poor-way", daemon=True)
    thread.start()
    try:
        yield
    finally:
        carrier.stopped.set()
        thread.join()


@dataclass
class _Carrier:
    near: int
    far: int
    poverty: Poverty
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        chance = {end: random.Random(f"{self.poverty.seed} {way}") for way, end in enumerate((self.near, self.far))}
        opposite = {self.near: self.far, self.far: self.near}
        under_way: list[tuple[float, int, int, bytes]] = []  # when it arrives, a count that breaks ties, where, what
        with selectors.DefaultSelector() as ready:
            for end in opposite:
                ready.register(end, selectors.EVENT_READ)
            while not self.stopped.is_set():
                for key, _ in ready.select(self._wait_s(under_way)):
                    for packet in _packets(key.fd):
                        self.poverty.sent += 1
                        if chance[key.fd].random() < self.poverty.loss:
                            self.poverty.lost += 1
                        else:
                            due = time.monotonic() + self.poverty.delay_s
                            heapq.heappush(under_way, (due, self.poverty.sent, opposite[key.fd], packet))
                while under_way and under_way[0][0] <= time.monotonic():
                    _write(*heapq.heappop(under_way)[2:])

    @staticmethod
    def _wait_s(under_way: list[tuple[float, int, int, bytes]]) -> float:
        """Return how long nothing is due; `stopped` is looked at ten times a second."""
        return min(0.1, max(0.0, under_way[0][0] - time.monotonic())) if under_way else 0.1


def _packets(device: int) -> Iterator[bytes]:
    """Yield the packets that wait on a device."""
    while True:
        try:
            yield os.read(device, _MOST_BYTES)
        except OSError:  # none is left, or the device is down yet
            return


def _write(device: int, packet: bytes) -> None:
    try:
        os.write(device, packet)
    except OSError:  # the device is down, or its queue is full: lost, as it would be elsewhere
        return
