"""Compare two captures, request by request."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from probe.capture.request_summary import summarise_request
from probe.model.captured_requests import (
    Capture,
    CaptureDiff,
    CapturedRequest,
    RequestDiff,
    RequestDifference,
    RequestSummary,
    Sized,
)

_Shown = tuple[str, str]
"""A value to compare, and the text that shows it."""


def compare_captures(a: Capture, b: Capture) -> CaptureDiff:
    """Return the differences, request by request; requests correspond by call, kind and order."""
    pairs_a, pairs_b = dict(_numbered(a.requests)), dict(_numbered(b.requests))
    found = []
    for label in dict.fromkeys((*pairs_a, *pairs_b)):
        before, after = pairs_a.get(label), pairs_b.get(label)
        if before and after:
            differences = tuple(_differences(summarise_request(before), summarise_request(after)))
            if differences:
                found.append(RequestDiff(request=label, differences=differences))
        else:
            found.append(RequestDiff(request=label, only_in="a" if before else "b"))
    return CaptureDiff(
        client_versions=(a.client_version, b.client_version),
        making=tuple(_changes("made with", _making(a), _making(b))),
        requests=tuple(found),
    )


def _numbered(requests: Sequence[CapturedRequest]) -> Iterator[tuple[str, CapturedRequest]]:
    counts: Counter[str] = Counter()
    for request in requests:
        label = request.label
        counts[label] += 1
        yield label if counts[label] == 1 else f"{label} {counts[label]}", request


def _making(capture: Capture) -> dict[str, _Shown]:
    fields = {
        "client version": capture.client_version or "unknown",
        "workload": capture.workload.value,
        "model": capture.model,
        **{f"env {name}": value for name, value in capture.environment.items()},
    }
    return {name: (value, value) for name, value in fields.items()}


def _differences(a: RequestSummary, b: RequestSummary) -> Iterator[RequestDifference]:
    yield from _changes("request", _line(a), _line(b))
    yield from _changes("header", _headers(a), _headers(b))
    yield from _changes("beta", _plain(dict.fromkeys(a.betas, "on")), _plain(dict.fromkeys(b.betas, "on")))
    yield from _changes("metadata", _metadata(a), _metadata(b))
    yield from _changes("tool", _sizes(a.tools), _sizes(b.tools))
    yield from _changes("system", _sizes(a.system), _sizes(b.system))
    yield from _changes("message", _sizes(a.messages), _sizes(b.messages))
    yield from _changes("cache_control", _cached(a), _cached(b))
    yield from _changes("body", _plain(a.settings), _plain(b.settings))


def _changes(part: str, a: Mapping[str, _Shown], b: Mapping[str, _Shown]) -> Iterator[RequestDifference]:
    for name in dict.fromkeys((*a, *b)):
        before, after = a.get(name), b.get(name)
        if before is None or after is None or before[0] != after[0]:
            shown_before, shown_after = before and before[1], after and after[1]
            if shown_before == shown_after and shown_after is not None:
                shown_after += ", other content"
            yield RequestDifference(part=part, name=name, before=shown_before, after=shown_after)


def _plain(values: Mapping[str, str]) -> dict[str, _Shown]:
    return {name: (value, value) for name, value in values.items()}


def _line(summary: RequestSummary) -> dict[str, _Shown]:
    size = f"{summary.body_bytes:,} bytes"
    return _plain({"method": summary.method, "path": summary.path, "size of the body": size})


def _headers(summary: RequestSummary) -> dict[str, _Shown]:
    """Return headers by name in lower case, as versions differ in it; betas are a part of their own."""
    named = {name.lower(): value for name, value in summary.headers.items()}
    return _plain({name: value for name, value in named.items() if name != "anthropic-beta"})


def _metadata(summary: RequestSummary) -> dict[str, _Shown]:
    return {} if summary.user_id is None else _plain({"user_id": summary.user_id})


def _sizes(parts: Sequence[Sized]) -> dict[str, _Shown]:
    return {part.name: (part.digest, f"{part.size:,} bytes") for part in parts}


def _cached(summary: RequestSummary) -> dict[str, _Shown]:
    placed = (line.partition(": ") for line in summary.cache_control)
    return _plain({place: kind for place, _, kind in placed})
