"""Where a target is and how one gets there: its address, its proxy, its certificates."""

import base64
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from probe.errors import UsageError
from probe.network import is_loopback

_REQUEST_LINE = re.compile(rb"((?:\r?\n)*[^\s]+ )([^\s]+)((?: [^\r\n]*)?\r?\n)")
_HOST = re.compile(rb"(\nhost:[ \t]*)[^\r\n]*", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Proxy:
    """An HTTP proxy; `authorization` is the value of its header."""

    host: str
    port: int
    authorization: bytes | None = None


@dataclass(frozen=True)
class Route:
    """The way to a target. `base_path` has no slash at its end; `tls` is None for plain HTTP."""

    host: str
    port: int
    authority: str
    base_path: str
    tls: ssl.SSLContext | None
    proxy: Proxy | None

    def rewrite(self, head: bytes) -> bytes:
        """A request's head for the target: the request target and the Host header's value change, nothing else.

        A proxy of plain HTTP that wants a password gets a header beside them. What is no head stays as it is.
        """
        match = _REQUEST_LINE.match(head)
        if match is None:
            return head
        start, target, rest = match.groups()
        if target.startswith(b"http://"):
            target = b"/" + target[7:].partition(b"/")[2]
        if target.startswith(b"/"):
            target = self.base_path.encode() + target
            if self.proxy and not self.tls:
                target = f"http://{self.authority}".encode() + target
        if self.proxy and not self.tls and self.proxy.authorization:
            rest += b"Proxy-Authorization: " + self.proxy.authorization + b"\r\n"
        host = self.authority.encode()
        return start + target + _HOST.sub(lambda found: found[1] + host, rest + head[match.end() :])


def route_to(base_url: str, environment: Mapping[str, str], tls: ssl.SSLContext | None) -> Route:
    """The way to a base URL, with the proxies that `environment` names. Raises UsageError for what cannot be used."""
    parts, host, port = _address(base_url, "base URL", ("http", "https"))
    authority = f"[{host}]" if ":" in host else host
    if port != _PORTS[parts.scheme]:
        authority += f":{port}"
    proxy = _proxy_for(parts.scheme, host, port, environment)
    return Route(host, port, authority, parts.path.rstrip("/"), tls if parts.scheme == "https" else None, proxy)


def _address(url: str, what: str, schemes: tuple[str, ...]) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if host is not None and not host.isascii():
            host = host.encode("idna").decode()
    except ValueError as error:
        raise UsageError(f"the {what} is no address") from error
    if parts.scheme not in schemes or not host or re.search(r"[\s\x00-\x20]", parts.path + host):
        raise UsageError(f"the {what} must be {' or '.join(schemes)}://host[:port]")
    if port == 0:
        raise UsageError(f"the {what} has port 0, where nothing can listen")
    return parts, host, port or _PORTS[parts.scheme]


def _proxy_for(scheme: str, host: str, port: int, environment: Mapping[str, str]) -> Proxy | None:
    name = f"{scheme}_proxy"
    url = environment.get(name) or environment.get(name.upper())
    if not url or is_loopback(host) or _exempt(host, port, environment):
        return None
    parts, proxy_host, proxy_port = _address(url if "://" in url else f"http://{url}", name.upper(), ("http",))
    authorization = None
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = b"Basic " + base64.b64encode(user.encode())
    return Proxy(proxy_host, proxy_port, authorization)


def _exempt(host: str, port: int, environment: Mapping[str, str]) -> bool:
    listed = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    for entry in re.split(r"[\s,]+", listed.lower()):
        name = entry
        if re.fullmatch(r"[^:]+:[0-9]+", entry):
            name, _, only = entry.rpartition(":")
            if int(only) != port:
                continue
        if name in {"*", host}:
            return True
        name = name.removeprefix("*")
        if name.startswith(".") and f".{host}".endswith(name):
            return True
    return False


def tls_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """What the system trusts and what the client is told to trust beside it. Raises UsageError.

    NODE_TLS_REJECT_UNAUTHORIZED=0 holds as it does for the client: a recorder that is stricter would show faults
    that a user does not have.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR"):
        place = environment.get(name)
        if not place:
            continue
        try:
            if name == "SSL_CERT_DIR":
                context.load_verify_locations(capath=place)
            else:
                context.load_verify_locations(cafile=Path(place))
        except OSError as error:  # which ssl.SSLError is, too
            raise UsageError(f"cannot read certificates: {error.strerror or error}", path=place, key=name) from error
    if environment.get("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
