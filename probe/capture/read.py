"""From the bytes of requests to captured ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

from probe import strict_json
from probe.capture.placeholders import Placeholders, compact
from probe.model.capture import CapturedRequest
from probe.model.request_kind import RequestKind

_ORDER = (RequestKind.WARMUP, RequestKind.BACKGROUND, RequestKind.MAIN, RequestKind.OTHER)


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as it went to the upstream: redacted, decoded. `base_path` is the path of the base URL."""

    call: str
    kind: RequestKind
    head: bytes
    body: bytes
    base_path: str = ""


def read_requests(seen: Sequence[SeenRequest], sandbox: str, days: Iterable[date]) -> tuple[CapturedRequest, ...]:
    """The requests with placeholders, call by call.

    Those of a call are put in order of kind and size: which of two that go out at once comes first is chance. A request
    for an answer that was made again (a retry) is left out.
    """
    calls = list(dict.fromkeys(each.call for each in seen))

    def place(one: SeenRequest) -> tuple[int, int, int]:
        return calls.index(one.call), _ORDER.index(one.kind), 0 if one.kind is RequestKind.MAIN else len(one.body)

    ordered = sorted(seen, key=place)
    first = [
        each
        for number, each in enumerate(ordered)
        if each.kind is not RequestKind.MAIN
        or all(other.kind is not each.kind for other in _of(each, ordered[:number]))
    ]
    parsed = [(each, *_parsed_head(each), _parsed_body(each.body)) for each in first]
    hide = Placeholders(sandbox, days)
    for _, _, _, headers, body in parsed:
        hide.learn(headers, body)
    return tuple(_captured(each, method, path, headers, body, hide) for each, method, path, headers, body in parsed)


def _of(one: SeenRequest, others: Iterable[SeenRequest]) -> list[SeenRequest]:
    return [each for each in others if each.call == one.call]


def _captured(
    seen: SeenRequest,
    method: str,
    path: str,
    headers: Sequence[tuple[str, str]],
    body: JsonValue,
    hide: Placeholders,
) -> CapturedRequest:
    hidden = hide.json(body)
    text = hide.text(seen.body.decode("utf-8", "replace")) if body is None and seen.body else None
    return CapturedRequest(
        call=seen.call,
        kind=seen.kind,
        method=method,
        path=hide.text(path),
        headers=tuple((name, hide.header(name, value)) for name, value in headers),
        body=hidden,
        text=text,
        body_bytes=len(compact(hidden)) if body is not None else len((text or "").encode()),
    )


def _parsed_head(seen: SeenRequest) -> tuple[str, str, list[tuple[str, str]]]:
    """Method, path below the base URL, and headers as they are spelled."""
    start, *lines = seen.head.decode("latin-1").strip("\r\n").split("\n")
    method, _, rest = start.partition(" ")
    path = rest.partition(" ")[0]
    if path.startswith("http://"):  # as a proxy is asked
        path = "/" + path[7:].partition("/")[2]
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return method, path.removeprefix(seen.base_path) or "/", headers


def _parsed_body(body: bytes) -> JsonValue:
    try:
        value: JsonValue = strict_json.loads(body)
    except ValueError:
        return None
    return value
