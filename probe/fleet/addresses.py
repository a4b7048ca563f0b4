"""Addresses of a fleet's scheduler and workers, and which of them may be without TLS."""

import ipaddress
import re
import socket
from dataclasses import dataclass

from probe.errors import UsageError

DEFAULT_PORT = 8786
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\[\]:/@\s]+):(\d{1,5})")


@dataclass(frozen=True, slots=True)
class FleetAddress:
    """The address of a scheduler, such as `tls://fleet.example:8786`."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


def parse_address(text: str, *, has_tls: bool, key: str) -> FleetAddress:
    """Return the address that a text names. Raises UsageError, also where it would be reached without TLS."""
    matched = _ADDRESS.fullmatch(text)
    if not matched or not 0 < int(matched[3]) < 1 << 16:
        raise UsageError(
            f"{text!r} is no address of a scheduler or worker",
            key=key,
            remedy=f"Write it as tls://HOST:{DEFAULT_PORT}, or tcp://127.0.0.1:{DEFAULT_PORT} on loopback.",
        )
    address = FleetAddress(matched[1], matched[2], int(matched[3]))
    if address.scheme == "tls" and not has_tls:
        raise UsageError(
            "a tls:// address, and no directory with certificates",
            key=key,
            remedy="Add --tls DIR; see `probe fleet keys`.",
        )
    if address.scheme == "tcp":
        if has_tls:
            raise UsageError(
                "certificates are given, and the address begins with tcp://", key=key, remedy="Write tls://."
            )
        check_loopback(address.host, key=key)
    return address


def check_loopback(host: str, *, key: str) -> None:
    """Raise UsageError for a host other than this machine: without TLS anybody on the way could run programs."""
    if not is_loopback(host):
        raise UsageError(
            f"without certificates only this machine's loopback is used, and {host!r} is another",
            key=key,
            remedy="Add --tls DIR (see `probe fleet keys`), or reach it through SSH: ssh -L.",
        )


def is_loopback(host: str) -> bool:
    """Return True where the host is this machine's loopback, and nothing else."""
    bare = host.strip("[]")
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        pass
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(bare, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(each.partition("%")[0]).is_loopback for each in found)
