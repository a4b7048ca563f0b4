"""Find the proxy that Claude Code takes, by its own reading of the environment.

Measured on its versions; docs/claude-code.md has the table. The variables count whatever the target's scheme.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from probe.errors import UsageError
from probe.network import is_loopback

PORTS = {"http": 80, "https": 443}
DIRECT = "direct"
_NAMES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy, and the variable that names it.

    `authorization` is the value of the header Proxy-Authorization. `tls`: the proxy itself has to be reached by TLS,
    which Claude Code can, and the recorder cannot.
    """

    host: str
    port: int
    variable: str
    tls: bool = False
    authorization: bytes | None = field(default=None, repr=False)

    @property
    def place(self) -> str:
        """Host and port, and nothing secret."""
        return host_and_port(self.host, self.port)


@dataclass(frozen=True, slots=True)
class ProxyRules:
    """The rules by which one version of the client reads the environment.

    `variables` name the proxy and `exempting` the hosts that need none; of each the first that is not empty decides.
    `entry` splits an entry of NO_PROXY into name and port, and `exempts(name, host)` returns True where the name covers
    the host. `tunnels_http`: targets of plain HTTP are reached through a tunnel (CONNECT), too.
    """

    variables: tuple[str, ...]
    exempting: tuple[str, ...]
    entry: re.Pattern[str]
    exempts: Callable[[str, str], bool]
    tunnels_http: bool


def _exempts_below(entry: str, host: str) -> bool:
    """Return True for the host itself and all hosts below it; brackets and a dot at the end make no difference."""
    name, host = entry.strip("[]").removeprefix("*.").removeprefix(".").rstrip("."), host.rstrip(".")
    return entry == "*" or host == name or (not _is_address(host) and host.endswith(f".{name}"))


def _exempts_ranges_too(entry: str, host: str) -> bool:
    """Return True for the addresses of a range, too."""
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        return _exempts_below(entry, host)


def _exempts_alike(entry: str, host: str) -> bool:
    """Return True for the host itself; an entry that begins with a dot or a star covers all that ends like it."""
    host = f"[{host}]" if ":" in host else host
    return host.endswith(entry.removeprefix("*")) if entry.startswith((".", "*")) else host == entry


_NATIVE_ENTRY = re.compile(r"(?P<name>\[[^\]]+\]|[^:/*]+|\*\.[^:/*]+)(?::(?P<port>[0-9]{1,5}))?")
_NODE_ENTRY = re.compile(r"(?P<name>.+?)(?::(?P<port>[0-9]{1,5}))?")
_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")
NATIVE = ProxyRules(
    (*_PROXIES, "all_proxy", "ALL_PROXY"), ("no_proxy", "NO_PROXY"), _NATIVE_ENTRY, _exempts_ranges_too, False
)
"""The native binaries of today. These rules hold where no client is run, too."""
_NATIVE_BEFORE = ProxyRules(_PROXIES, ("no_proxy", "NO_PROXY"), _NATIVE_ENTRY, _exempts_below, False)
NODE = ProxyRules(_PROXIES, ("NO_PROXY", "no_proxy"), _NODE_ENTRY, _exempts_alike, True)
"""`cli.js`, run by node."""
_FIRST = ProxyRules(_PROXIES, (), _NODE_ENTRY, _exempts_alike, True)
"""The first versions of `cli.js`, which ignore NO_PROXY."""
_UP_TO = (((1, 0, 60), _FIRST), ((2, 1, 100), NODE), ((2, 1, 197), _NATIVE_BEFORE))
"""The last version with each of the rules that hold no more."""


def rules_of(version: str | None) -> ProxyRules:
    """Return the rules of a version of the client; those of today where the version is unknown."""
    found = _VERSION.match(version or "")
    number = tuple(map(int, found.groups())) if found else ()
    return next((rules for last, rules in _UP_TO if number and number <= last), NATIVE)


def proxy_for(base_url: str, environment: Mapping[str, str], rules: ProxyRules = NATIVE) -> Proxy | None:
    """Return the proxy on the way to a base URL, or None; loopback is always reached directly. Raises UsageError."""
    _, host, port = parse_url(base_url, "base URL", tuple(PORTS))
    named = None if is_loopback(host) else _named(environment, rules)
    if named is None:
        return None
    name, url = named
    if "://" not in url and name.lower() == "http_proxy":
        raise UsageError(f"{name} has no http:// before its host, and Claude Code does not start so")
    if _exempt(host, port, environment, rules):
        return None
    proxy, proxy_host, proxy_port = parse_url(url if "://" in url else f"http://{url}", name, ("http", "https"))
    authorization = None
    if proxy.username is not None:
        user = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        authorization = b"Basic " + base64.b64encode(user.encode())
    return Proxy(proxy_host, proxy_port, name, proxy.scheme == "https", authorization)


def way_to(base_url: str, environment: Mapping[str, str], rules: ProxyRules = NATIVE) -> str:
    """Return `direct`, or the proxy's host and port. Raises UsageError."""
    proxy = proxy_for(base_url, environment, rules)
    return DIRECT if proxy is None else f"proxy {proxy.place}"


def without_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a client that is to reach loopback, for which it would ask a proxy, too."""
    return {name: value for name, value in environment.items() if name.lower() not in _NAMES}


def host_and_port(host: str, port: int | None) -> str:
    """Return `host:port` as URLs write it, IPv6 addresses in brackets; without a port, the host alone."""
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


def parse_url(url: str, what: str, schemes: tuple[str, ...]) -> tuple[SplitResult, str, int]:
    """Return the parts of a URL, its host as a resolver takes it, and its port. Raises UsageError about `what`."""
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
    return parts, host, port or PORTS[parts.scheme]


def _named(environment: Mapping[str, str], rules: ProxyRules) -> tuple[str, str] | None:
    """Return the variable that decides, and its value. SOCKS in ALL_PROXY is ignored, as by the client."""
    for name in rules.variables:
        value = environment.get(name, "")
        if value and not (name.lower() == "all_proxy" and value.lower().lstrip().startswith("socks")):
            return name, value.strip()
    return None


def _exempt(host: str, port: int, environment: Mapping[str, str], rules: ProxyRules) -> bool:
    listed = next((environment[name] for name in rules.exempting if environment.get(name)), "")
    entries = filter(None, re.split(r"[\s,]+", listed.lower()))
    return any(_covers(entry, host, port, rules) for entry in entries)


def _covers(entry: str, host: str, port: int, rules: ProxyRules) -> bool:
    found = rules.entry.fullmatch(entry)
    name, only = found.group("name", "port") if found else (entry, None)
    return (only is None or int(only) == port) and rules.exempts(name, host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
