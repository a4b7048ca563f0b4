"""Tests for the time at which bytes arrived, where the kernel tells it and where it does not."""

import socket
import sys
import time

import pytest

from probe.connection.stamped_socket import StampedSocket
from tests.upstream.support import wait_until
from tests.wire.support import LOOPBACK


def came_before_it_was_read(client: StampedSocket, sender: socket.socket, *, into_a_buffer: bool) -> bool:
    """Send something, read it somewhat later, and return whether it is said to have come before."""
    sender.sendall(b"bytes")
    time.sleep(0.02)
    read_begins_s = time.monotonic()
    buffer = bytearray(9)
    read = buffer[: client.recv_into(buffer)] if into_a_buffer else client.recv(9)
    assert read == b"bytes"
    return client.arrived_s < read_begins_s


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel does not say when bytes came")
@pytest.mark.parametrize("into_a_buffer", [False, True])
@pytest.mark.parametrize("kernel_tells", [True, False])
def test_the_time_of_arrival_is_the_kernels_or_else_that_of_the_read(
    kernel_tells: bool, into_a_buffer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wait for the kernel: it begins to note times a moment after the first socket of the machine asks for them."""
    if not kernel_tells:
        monkeypatch.setattr(sys, "platform", "darwin")
    with socket.create_server((LOOPBACK, 0)) as listener, StampedSocket(socket.AF_INET, socket.SOCK_STREAM) as client:
        client.connect(listener.getsockname())
        sender, _ = listener.accept()
        with sender:
            if kernel_tells:
                wait_until(lambda: came_before_it_was_read(client, sender, into_a_buffer=into_a_buffer))
            else:
                assert not came_before_it_was_read(client, sender, into_a_buffer=into_a_buffer)
