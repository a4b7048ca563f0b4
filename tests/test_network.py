"""Tests for the small functions about hosts and connections."""

import asyncio
import errno
import socket
from unittest.mock import Mock

import pytest

from probe.network import is_loopback, reset, send_at_once


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("api.localhost", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_this_machine_is_told_by_name_and_address(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_a_connection_that_is_gone_can_still_be_reset() -> None:
    transport = Mock(asyncio.Transport)
    transport.get_extra_info.return_value.fileno.return_value = 3
    transport.get_extra_info.return_value.setsockopt.side_effect = OSError(errno.EINVAL, "gone")
    reset(transport)
    transport.abort.assert_called_once()


@pytest.mark.parametrize("protocol", [0, socket.IPPROTO_TCP])
def test_small_writes_are_sent_at_once_also_where_asyncio_does_not_see_to_it(protocol: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol) as connection:
        transport = Mock(asyncio.Transport)
        transport.get_extra_info.return_value = connection
        send_at_once(transport)
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
