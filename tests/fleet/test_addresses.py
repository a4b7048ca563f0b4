"""Addresses of a fleet, and which may be without TLS."""

import pytest

from probe.errors import UsageError
from probe.fleet.addresses import FleetAddress, is_loopback, parse_address


@pytest.mark.parametrize("text", ["fra", "tls://", "http://127.0.0.1:1", "tcp://127.0.0.1:0", "tls://h:1/"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        parse_address(text, has_tls=True, key="--fleet")


def test_only_loopback_is_reached_without_certificates() -> None:
    for text in ("tcp://192.0.2.1:8786", "tcp://0.0.0.0:8786", "tls://127.0.0.1:8786"):
        with pytest.raises(UsageError, match="certificates"):
            parse_address(text, has_tls=False, key="--fleet")
    assert str(parse_address("tcp://127.0.0.1:8786", has_tls=False, key="--fleet")) == "tcp://127.0.0.1:8786"
    assert is_loopback("[::1]")
    assert not is_loopback("")


@pytest.mark.parametrize(
    ("text", "has_tls", "address"),
    [
        ("tls://fleet.example:8786", True, FleetAddress("tls", "fleet.example", 8786)),
        ("tls://[2001:db8::1]:1", True, FleetAddress("tls", "[2001:db8::1]", 1)),
        ("tcp://localhost:65535", False, FleetAddress("tcp", "localhost", 65535)),
        ("tcp://[::1]:8786", False, FleetAddress("tcp", "[::1]", 8786)),
    ],
)
def test_an_address_is_read_and_written_the_same(text: str, has_tls: bool, address: FleetAddress) -> None:
    assert parse_address(text, has_tls=has_tls, key="--fleet") == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    ["tls://user@h:1", "tls://h:65536", "tls://h:0", "tls://h:1:2", "tls://2001:db8::1:1", " tls://h:1", "tls://h:1\n"],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no address of a scheduler or worker") as refused:
        parse_address(text, has_tls=True, key="--contact-address")
    assert refused.value.key == "--contact-address"


def test_certificates_and_the_scheme_belong_together() -> None:
    with pytest.raises(UsageError, match="the address begins with tcp://"):
        parse_address("tcp://127.0.0.1:8786", has_tls=True, key="--fleet")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("no-such-host.invalid", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
