"""HTTP Archive (HAR) 1.2: exchanges as browsers and HAR viewers read them, an entry at a time.

The format: http://www.softwareishard.com/blog/har-12-spec/. Names that begin with `_` are ours; viewers ignore them.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from probe import __version__
from probe.model.base_models import utc_text
from probe.model.exchange import Exchange
from probe.sanitise import harmless_json

UNKNOWN = -1
"""Written by HAR where a time does not apply, or a size is unknown."""

_HTTP = "HTTP/1.1"
_PHRASES = {int(status): status.phrase for status in HTTPStatus}
_COMMENT = (
    "Times were taken on this side of the upstream. Of the headers those are stored that name the request, its format "
    "and its limits."
)


@dataclass(frozen=True, slots=True)
class HarBodies:
    """Bodies of an exchange as they were stored: decoded, redacted, and perhaps cut."""

    request: bytes
    response: bytes


def har_file(pages: Iterable[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield an archive in parts, so that none of any size is ever held whole."""
    head = {"version": "1.2", "creator": {"name": "probe", "version": __version__}, "comment": _COMMENT}
    yield f'{{"log": {json.dumps(head)[:-1]}, "pages": ['.encode()
    yield from _items(pages)
    yield b'\n], "entries": ['
    yield from _items(entries)
    yield b"\n]}}\n"


def har_page(page: str, title: str, started_at: datetime, wall_ms: float | None) -> dict[str, Any]:
    """Return a page: in a viewer the heading of its entries."""
    timings = {} if wall_ms is None else {"onLoad": wall_ms}
    return {"startedDateTime": utc_text(started_at), "id": page, "title": title, "pageTimings": timings}


def har_entry(
    exchange: Exchange,
    origin: datetime,
    base_url: str,
    page: str,
    ours: Mapping[str, Any],
    bodies: HarBodies | None = None,
) -> dict[str, Any]:
    """Return the entry of an exchange whose times count from `origin`; `ours` is what only we know of it."""
    timings = _timings(exchange)
    parts = [value for name, value in timings.items() if name != "ssl" and value != UNKNOWN]
    return {
        "pageref": page,
        "startedDateTime": utc_text(origin + timedelta(milliseconds=exchange.begun_at_ms or 0.0)),
        "time": round(sum(parts), 3),
        "request": _request(exchange, base_url, bodies),
        "response": _response(exchange, bodies),
        "cache": {},
        "timings": timings,
        "connection": f"{page}/{exchange.connection}",
        "_probe": ours,
        "_exchange": exchange.model_dump(mode="json", exclude_defaults=True),
    }


def _items(values: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    separator = "\n"
    for value in values:
        text = harmless_json(json.dumps(value, ensure_ascii=False))
        yield f"{separator}{text}".encode("utf-8", "replace")
        separator = ",\n"


def _request(exchange: Exchange, base_url: str, bodies: HarBodies | None) -> dict[str, Any]:
    headers = {} if exchange.retry_count is None else {"x-stainless-retry-count": str(exchange.retry_count)}
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": base_url.rstrip("/") + exchange.path,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _headers(headers),
        "queryString": [],
        "headersSize": UNKNOWN,
        "bodySize": exchange.request_bytes,
    }
    if bodies and bodies.request:
        request["postData"] = {"mimeType": "application/json", "text": bodies.request.decode("utf-8", "replace")}
    return request


def _response(exchange: Exchange, bodies: HarBodies | None) -> dict[str, Any]:
    """Return the response; where there was none its status is 0, as browsers write it."""
    named = {
        "content-type": exchange.content_type,
        "content-encoding": exchange.content_encoding,
        "location": exchange.location,
        "retry-after": exchange.retry_after,
    }
    status = exchange.status or 0
    return {
        "status": status,
        "statusText": _PHRASES.get(status, ""),
        "httpVersion": _HTTP if status else "",
        "cookies": [],
        "headers": _headers(named | exchange.correlation),
        "content": _content(exchange, bodies),
        "redirectURL": exchange.location or "",
        "headersSize": UNKNOWN,
        "bodySize": exchange.response_bytes,
    }


def _headers(values: Mapping[str, str | None]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items() if value is not None]


def _content(exchange: Exchange, bodies: HarBodies | None) -> dict[str, Any]:
    is_coded = exchange.content_encoding not in {None, "identity"}
    content: dict[str, Any] = {
        "size": UNKNOWN if is_coded else exchange.response_bytes,
        "mimeType": exchange.content_type or "",
    }
    if not (bodies and bodies.response):
        return content
    try:
        return content | {"text": bodies.response.decode()}
    except UnicodeDecodeError:
        return content | {"text": base64.b64encode(bodies.response).decode(), "encoding": "base64"}


class _Watch:
    """Reads the time between moments one after the other; none lies before the moment in front of it."""

    def __init__(self, begun_at_ms: float) -> None:
        self._at_ms = begun_at_ms

    def until(self, moment_ms: float | None) -> float:
        """Return the ms that have passed by then; 0 for a moment that nobody knows."""
        passed = max(0.0, (moment_ms or 0.0) - self._at_ms)
        self._at_ms += passed
        return round(passed, 3)


def _timings(exchange: Exchange) -> dict[str, float]:
    """Split the time from the request's first byte to the exchange's end; what was not reached takes 0.

    A request that waits for an answer when it ends has waited all that time.
    """
    ended = exchange.ended_at_ms or exchange.last_byte_at_ms
    was_sent = exchange.request_sent_at_ms is not None
    watch = _Watch(exchange.begun_at_ms or 0.0)
    opening = _opening(exchange, watch, ended)
    answered = exchange.first_byte_at_ms
    return {
        **opening,
        "send": watch.until(exchange.request_sent_at_ms if was_sent or answered is not None else ended),
        "wait": watch.until(ended if answered is None else answered),
        "receive": watch.until(ended),
    }


def _opening(exchange: Exchange, watch: _Watch, ended: float | None) -> dict[str, float]:
    """Return the times until there was a connection, on the exchange that opened it; `connect` holds `ssl`."""
    begun = exchange.connect_begun_at_ms
    if begun is None:
        return dict.fromkeys(("blocked", "dns", "connect", "ssl"), UNKNOWN)
    blocked = watch.until(begun)
    opening = watch.until(ended if exchange.connected_at_ms is None else exchange.connected_at_ms)
    dns = UNKNOWN if exchange.dns_ms is None else min(exchange.dns_ms, opening)
    connect = round(opening - max(dns, 0.0), 3)
    ssl = UNKNOWN if exchange.tls_ms is None else min(exchange.tls_ms, connect)
    return {"blocked": blocked, "dns": dns, "connect": connect, "ssl": ssl}
