"""Turn the bytes of requests into captured requests."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

from probe import strict_json
from probe.capture.placeholders import Placeholders, compact
from probe.model.captured_requests import CapturedRequest
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


def read_requests(recorded: Sequence[SeenRequest], sandbox: str, days: Iterable[date]) -> tuple[CapturedRequest, ...]:
    """Return the requests with placeholders, call by call.

    Those of a call are put in order of kind and size: which of two that go out at once comes first is chance. A request
    for an answer that was made again (a retry) is left out.
    """
    calls = list(dict.fromkeys(request.call for request in recorded))

    def place(request: SeenRequest) -> tuple[int, int, int]:
        size = 0 if request.kind is RequestKind.MAIN else len(request.body)
        return calls.index(request.call), _ORDER.index(request.kind), size

    kept = _without_retries(sorted(recorded, key=place))
    parsed = [(request, *_parsed_head(request), _parsed_body(request.body)) for request in kept]
    hide = Placeholders(sandbox, days)
    for _, _, _, headers, body in parsed:
        hide.learn(headers, body)
    return tuple(_captured(*parts, hide) for parts in parsed)


def _without_retries(requests: Iterable[SeenRequest]) -> Iterator[SeenRequest]:
    """Yield the requests, of those for an answer the first of each call only."""
    answered: set[str] = set()
    for request in requests:
        if request.kind is RequestKind.MAIN:
            if request.call in answered:
                continue
            answered.add(request.call)
        yield request


def _captured(
    request: SeenRequest,
    method: str,
    path: str,
    headers: Sequence[tuple[str, str]],
    body: JsonValue,
    hide: Placeholders,
) -> CapturedRequest:
    hidden = hide.json(body)
    text = hide.text(request.body.decode("utf-8", "replace")) if body is None and request.body else None
    return CapturedRequest(
        call=request.call,
        kind=request.kind,
        method=method,
        path=hide.text(path),
        headers=tuple((name, hide.header(name, value)) for name, value in headers),
        body=hidden,
        text=text,
        body_bytes=len(compact(hidden)) if body is not None else len((text or "").encode()),
    )


def _parsed_head(request: SeenRequest) -> tuple[str, str, list[tuple[str, str]]]:
    """Return method, path below the base URL, and headers as they are spelled."""
    start, *lines = request.head.decode("latin-1").strip("\r\n").split("\n")
    method, _, rest = start.partition(" ")
    path = rest.partition(" ")[0]
    if path.startswith("http://"):  # as a proxy is asked
        path = "/" + path[7:].partition("/")[2]
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return method, _below(path, request.base_path), headers


def _below(path: str, base_path: str) -> str:
    """Return the part of a path below the base path; a path elsewhere, to which a redirect may lead, stays."""
    rest = path.removeprefix(base_path)
    if rest.startswith("/"):
        return rest
    return f"/{rest}" if rest[:1] in {"", "?"} else path


def _parsed_body(body: bytes) -> JsonValue:
    try:
        value: JsonValue = strict_json.loads(body)
    except ValueError:
        return None
    return value
