"""The route to an upstream: its address, the proxy on the way, the certificates that are trusted."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from probe.connection.proxies import NATIVE, PORTS, Proxy, ProxyRules, host_and_port, parse_url, proxy_for
from probe.errors import UsageError

_MOST_REMEMBERED = 64


@dataclass(frozen=True)
class UpstreamRoute:
    """The route to an upstream. `base_path` has no slash at its end; `tls` is None for plain HTTP.

    `authority` is host and port as a Host header has them. `tunnelled`: the proxy is asked for a tunnel (CONNECT),
    and sees no more of what is sent.
    """

    host: str
    port: int
    authority: str
    base_path: str
    tls: ssl.SSLContext | None
    proxy: Proxy | None
    tunnelled: bool = False


class Router:
    """Find the routes that a client with this environment takes."""

    def __init__(self, environment: Mapping[str, str], rules: ProxyRules = NATIVE) -> None:
        self._environment = dict(environment)
        self._rules = rules
        self._tls: ssl.SSLContext | None = None
        self._remembered_route = lru_cache(_MOST_REMEMBERED)(self._route)

    def route(self, base_url: str) -> UpstreamRoute:
        """Return the route to a base URL.

        Raises UsageError for an address, proxy or certificate file that cannot be used.
        """
        return self._remembered_route(base_url)

    def _route(self, base_url: str) -> UpstreamRoute:
        if self._tls is None and base_url.lower().startswith("https:"):
            self._tls = tls_context(self._environment)
        return route_to(base_url, self._environment, self._tls, self._rules)


def route_to(
    base_url: str, environment: Mapping[str, str], tls: ssl.SSLContext | None, rules: ProxyRules = NATIVE
) -> UpstreamRoute:
    """Return the route to a base URL by the proxies that `environment` names. Raises UsageError."""
    parts, host, port = parse_url(base_url, "base URL", tuple(PORTS))
    proxy = proxy_for(base_url, environment, rules)
    if proxy is not None and proxy.tls:
        raise UsageError(
            f"the recorder cannot go through an https:// proxy, as {proxy.variable} names one",
            remedy=f"Set {proxy.variable} to an http:// proxy, or leave the recorder out: probe run --no-recorder",
        )
    is_secure = parts.scheme == "https"
    is_default_port = port == PORTS[parts.scheme]
    return UpstreamRoute(
        host,
        port,
        host_and_port(host, None if is_default_port else port),
        parts.path.rstrip("/"),
        tls if is_secure else None,
        proxy,
        tunnelled=proxy is not None and (is_secure or rules.tunnels_http),
    )


def tls_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Build a context that trusts what the system trusts and what the client is told to trust. Raises UsageError.

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
