"""Network namespaces that stand for machines: a centre, and vantages that each reach it on a way of their own.

A clean way is a veth pair. A poor way is what `poor_way` makes of two TUN devices. Nothing has a route to the world
outside, nor to this machine's own interfaces. A namespace is kept by a process that reads from a pipe of ours: it ends
with us, however we end, and its devices with it, so that nothing is left behind and no name can be taken.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fleet.poor_way import Poverty, poor_way, tun_device

CENTRE = "198.18.0.1"
"""The centre's address, the same from everywhere. 198.18.0.0/15 is set aside for tests of networks (RFC 2544)."""

_CLONE_NEWNET = 0x40000000
_BEGUN_WITHIN_S = 10.0


def missing() -> str | None:
    """Return why there can be no namespaces here, or None."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for program in ("ip", "unshare", "nsenter"):
        if shutil.which(program) is None:
            return f"network namespaces need the program {program!r} (iproute2, util-linux)"
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        return f"the kernel refuses a network namespace: {tried.stderr.strip()}"
    return None if Path("/dev/net/tun").exists() else "a poor way needs /dev/net/tun"


@dataclass(frozen=True)
class Namespace:
    """A network namespace, by the process that keeps it."""

    name: str
    keeper: int

    def command(self, *words: str) -> list[str]:
        """Return the command that runs these words within."""
        return ["nsenter", f"--net=/proc/{self.keeper}/ns/net", *words]

    def ip(self, words: str) -> None:
        """Run `ip` within."""
        _call(*self.command("ip", *words.split()))

    def listener(self, address: str, port: int) -> socket.socket:
        """Return a listening socket within, which any thread of this process may serve."""
        listeners: list[socket.socket] = []

        def listen() -> None:
            with Path(f"/proc/{self.keeper}/ns/net").open("rb") as place:
                # Of this thread alone, which ends.
                if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), _CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            listeners.append(socket.create_server((address, port), backlog=512))

        thread = threading.Thread(target=listen)
        thread.start()
        thread.join()
        return listeners[0]


@dataclass(frozen=True)
class Vantage:
    """A machine with a network of its own."""

    namespace: Namespace
    address: str


class Machines:
    """The centre and its vantages. Make them with `machines`."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._many = 0
        self.centre = self._namespace("centre")
        self.centre.ip(f"address add {CENTRE}/32 dev lo")

    def clean(self, name: str) -> Vantage:
        """Return a new vantage that reaches the centre by a veth pair."""
        vantage = self._namespace(name)
        far = f"to-{name}"
        self.centre.ip(f"link add {far} type veth peer name way netns {vantage.keeper}")
        return self._joined(vantage, far)

    def poor(self, name: str, poverty: Poverty) -> Vantage:
        """Return a new vantage all of whose packets to and from the centre are late, and some of them lost."""
        vantage = self._namespace(name)
        far = f"to-{name}"
        ends = []
        for place, device in ((self.centre, far), (vantage, "way")):
            descriptor, first_name = tun_device()
            self._stack.callback(os.close, descriptor)
            _call("ip", "link", "set", first_name, "netns", str(place.keeper), "name", device)
            ends.append(descriptor)
        self._stack.enter_context(poor_way(ends[0], ends[1], poverty))
        return self._joined(vantage, far)

    def _joined(self, vantage: Namespace, far: str) -> Vantage:
        """Give both ends of the way their addresses and routes."""
        self._many += 1
        address = f"198.18.{self._many}.2"
        for place, device, own in ((self.centre, far, CENTRE), (vantage, "way", address)):
            peer = address if own == CENTRE else CENTRE
            place.ip(f"address add {own}/32 peer {peer}/32 dev {device}")
            place.ip(f"link set {device} up")
        return Vantage(vantage, address)

    def _namespace(self, name: str) -> Namespace:
        keeper = subprocess.Popen(
            ["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, process_group=0
        )
        self._stack.callback(keeper.communicate)
        namespace = Namespace(name, keeper.pid)
        deadline = time.monotonic() + _BEGUN_WITHIN_S
        while Path(f"/proc/{keeper.pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink():
            assert time.monotonic() < deadline, "unshare made no namespace"
            time.sleep(0.005)
        namespace.ip("link set lo up")
        return namespace


@contextmanager
def machines() -> Iterator[Machines]:
    """Yield a centre without vantages; remove everything afterwards."""
    with ExitStack() as stack:
        yield Machines(stack)


def _call(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
