"""The collector that options name, or the variables that OpenTelemetry has for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from probe.connection.proxies import PORTS, host_and_port, parse_url
from probe.errors import UsageError

ENDPOINT_OPTION, HEADER_OPTION = "--endpoint", "--header"
TRACES_PATH = "/v1/traces"
_PREFIXES = ("OTEL_EXPORTER_OTLP_TRACES_", "OTEL_EXPORTER_OTLP_")
"""The variable of traces alone counts before that of all signals."""
_CODINGS = ("gzip", "none")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class CollectorSettings:
    """A collector. `place` is its address as it may be shown: without a query, which may hold a key."""

    url: str = field(repr=False)
    host: str
    place: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    compresses: bool = True
    certificate: str | None = None


def collector_settings(
    endpoint: str | None, headers: Sequence[str], environment: Mapping[str, str]
) -> CollectorSettings | None:
    """Return the collector of these options, else of the environment; None where neither names one.

    Raises UsageError, which shows no value of a header.
    """
    key, url = (ENDPOINT_OPTION, endpoint) if endpoint is not None else _named("ENDPOINT", environment)
    if url is None:
        if headers:
            raise UsageError("there is no collector to send it to", key=HEADER_OPTION, remedy="Add --endpoint URL.")
        return None
    if key != ENDPOINT_OPTION:
        _refuse_grpc(key, environment)
    whole = url if key == f"{_PREFIXES[0]}ENDPOINT" else _with_path(url)
    parts, host, _ = parse_url(whole, key, tuple(PORTS))
    if parts.username is not None or parts.password is not None:
        raise UsageError("holds a user or a password", key=key, remedy="Use --header Authorization=…")
    return CollectorSettings(
        url=whole,
        host=host,
        place=f"{parts.scheme}://{host_and_port(host, parts.port)}{parts.path}",
        headers=dict(_all_headers(headers, environment)),
        compresses=_compresses(environment),
        certificate=_named("CERTIFICATE", environment)[1],
    )


def _named(name: str, environment: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the variable of this name that is set, and its value; None where none is."""
    for prefix in _PREFIXES:
        value = environment.get(f"{prefix}{name}", "").strip()
        if value:
            return f"{prefix}{name}", value
    return f"{_PREFIXES[1]}{name}", None


def _refuse_grpc(key: str, environment: Mapping[str, str]) -> None:
    """Raise UsageError where the environment's endpoint is one for gRPC."""
    variable, protocol = _named("PROTOCOL", environment)
    if protocol == "grpc":
        raise UsageError(
            f"{key} is an address for gRPC, and probe sends OTLP over HTTP",
            key=variable,
            remedy="Name the collector's HTTP address: --endpoint http://HOST:4318",
        )


def _with_path(url: str) -> str:
    """Return an address with the path of traces, unless it has that."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    path = parts.path.rstrip("/")
    return url if path.endswith(TRACES_PATH) else urlunsplit(parts._replace(path=f"{path}{TRACES_PATH}"))


def _compresses(environment: Mapping[str, str]) -> bool:
    variable, named = _named("COMPRESSION", environment)
    if named not in {None, *_CODINGS}:
        names = ", ".join(map(repr, _CODINGS))
        raise UsageError(f"{named!r} is not one of {names}", key=variable)
    return named != "none"


def _all_headers(given: Sequence[str], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the headers of the environment, whose values are percent-encoded, and then those of options."""
    variable, listed = _named("HEADERS", environment)
    for entry in filter(str.strip, (listed or "").split(",")):
        yield _header(unquote(entry), variable)
    for entry in given:
        yield _header(entry, HEADER_OPTION)


def _header(entry: str, key: str) -> tuple[str, str]:
    """Return name and value of a header. Raises UsageError, which does not show what may be a token."""
    name, equals, value = (part.strip() for part in entry.partition("="))
    if not equals or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
        raise UsageError("a header is not NAME=VALUE; it is not shown, as it may hold a token", key=key)
    return name, value
