"""Tests for the time at which bytes arrived, where the kernel tells it and where it does not."""

import socket
import sys
import time

import pytest

from probe.connection.stamped_socket import StampedSocket
from tests.wire.support import LOOPBACK


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel does not say when bytes came")
@pytest.mark.parametrize("into_a_buffer", [False, True])
@pytest.mark.parametrize("kernel_tells", [True, False])
def test_the_time_of_arrival_is_the_kernels_or_else_that_of_the_read(
    kernel_tells: bool, into_a_buffer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not kernel_tells:
        monkeypatch.setattr(sys, "platform", "darwin")
    with socket.create_server((LOOPBACK, 0)) as listener, StampedSocket(socket.AF_INET, socket.SOCK_STREAM) as client:
        client.connect(listener.getsockname())
        sender, _ = listener.accept()
        with sender:
            sender.sendall(b"bytes")
            time.sleep(0.05)
            read_begins_s = time.monotonic()
            buffer = bytearray(9)
            read = buffer[: client.recv_into(buffer)] if into_a_buffer else client.recv(9)
    assert read == b"bytes"
    assert (client.arrived_s < read_begins_s) is kernel_tells
