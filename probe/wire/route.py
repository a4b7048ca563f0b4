"""Where a target is and how one gets there: its address, its proxy, its certificates."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.errors import UsageError
from probe.proxies import NATIVE, PORTS, Proxy, ProxyRules, address, proxy_for

_REQUEST_LINE = re.compile(rb"((?:\r?\n)*[^\s]+ )([^\s]+)((?: [^\r\n]*)?\r?\n)")
_HOST = re.compile(rb"(\nhost:[ \t]*)[^\r\n]*", re.IGNORECASE)


@dataclass(frozen=True)
class Route:
    """The way to a target. `base_path` has no slash at its end; `tls` is None for plain HTTP.

    `tunnelled`: the proxy is asked by CONNECT for a way through, and sees no more.
    """

    host: str
    port: int
    authority: str
    base_path: str
    tls: ssl.SSLContext | None
    proxy: Proxy | None
    tunnelled: bool = False

    def rewrite(self, head: bytes) -> bytes:
        """A request's head for the target: a full address becomes a path, and the Host header's value changes.

        The path stays: the client has that of the base URL already, and a redirect may have led it to any other.
        A proxy of plain HTTP that wants a password gets a header beside them. What is no head stays as it is.
        """
        match = _REQUEST_LINE.match(head)
        if match is None:
            return head
        start, target, rest = match.groups()
        if target.startswith(b"http://"):
            target = b"/" + target[7:].partition(b"/")[2]
        if target.startswith(b"/") and self.proxy and not self.tunnelled:
            target = f"http://{self.authority}".encode() + target
        if self.proxy and not self.tunnelled and self.proxy.authorization:
            rest += b"Proxy-Authorization: " + self.proxy.authorization + b"\r\n"
        host = self.authority.encode()
        return start + target + _HOST.sub(lambda found: found[1] + host, rest + head[match.end() :])


class Ways:
    """The routes that a client with this environment takes: its proxies, and the certificates that it trusts."""

    def __init__(self, environment: Mapping[str, str], rules: ProxyRules = NATIVE) -> None:
        self._environment = dict(environment)
        self._rules = rules
        self._tls: ssl.SSLContext | None = None

    def route(self, base_url: str) -> Route:
        """The route to a base URL. Raises UsageError for an address, proxy or certificate file that cannot be used."""
        if self._tls is None and base_url.lower().startswith("https:"):
            self._tls = tls_context(self._environment)
        return route_to(base_url, self._environment, self._tls, self._rules)


def route_to(
    base_url: str, environment: Mapping[str, str], tls: ssl.SSLContext | None, rules: ProxyRules = NATIVE
) -> Route:
    """The way to a base URL, with the proxies that `environment` names. Raises UsageError for what cannot be used."""
    parts, host, port = address(base_url, "base URL", tuple(PORTS))
    authority = f"[{host}]" if ":" in host else host
    if port != PORTS[parts.scheme]:
        authority += f":{port}"
    proxy = proxy_for(base_url, environment, rules)
    if proxy is not None and proxy.tls:
        raise UsageError(
            f"the recorder cannot go through an https:// proxy, as {proxy.variable} names one",
            remedy=f"Set {proxy.variable} to an http:// proxy, or leave the recorder out (--no-recorder).",
        )
    secure = parts.scheme == "https"
    return Route(
        host,
        port,
        authority,
        parts.path.rstrip("/"),
        tls if secure else None,
        proxy,
        tunnelled=proxy is not None and (secure or rules.tunnels_http),
    )


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
