"""Requests of the client, and differences between two captures, for a terminal."""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import groupby

from probe.model.captured_requests import Capture, CaptureDiff, RequestDiff, RequestDifference, RequestSummary, Sized
from probe.model.request_kind import RequestKind
from probe.sanitise import printable
from probe.texts import Texts

_MOST = 110
_NAMES = {"client version": "capture.client_version", "size of the body": "capture.body_size"}
"""Texts for names of differences; all others are names of the request itself."""
_SIZE = re.compile(r"([\d,]+) bytes(, other content)?")


def render_capture(capture: Capture, summaries: Sequence[RequestSummary], texts: Texts) -> str:
    """List all requests in a line each, and the first main one in detail."""
    version = printable(capture.client_version or texts("capture.unknown_version"), 40)
    lines = [texts("capture.head", version=version, workload=capture.workload, n=len(summaries)), ""]
    for summary in summaries:
        asked = printable(f"{summary.method} {summary.path}", 70)
        lines.append(f"  {printable(summary.label, 60):<18}{asked}{_size(summary, texts)}")
    main = next((each for each in summaries if each.kind is RequestKind.MAIN), None)
    if main is not None:
        lines += ["", texts("capture.main", call=printable(main.call, 40)), *_details(main, texts)]
    return "\n".join(lines)


def _size(summary: RequestSummary, texts: Texts) -> str:
    if not summary.body_bytes:
        return ""
    key = "capture.size.tools" if summary.tools else "capture.size"
    return texts(key, n=f"{summary.body_bytes:,}", tools=len(summary.tools))


def _details(summary: RequestSummary, texts: Texts) -> Iterator[str]:
    yield f"  {texts('capture.headers')}"
    for name, value in summary.headers.items():
        if name.lower() != "anthropic-beta":
            yield f"    {printable(f'{name}: {value}', _MOST)}"
    yield f"  {texts('capture.betas', n=len(summary.betas))}"
    yield from (f"    {printable(beta, _MOST)}" for beta in summary.betas)
    if summary.user_id is not None and summary.user_id_form is not None:
        form = texts(f"capture.user_id.{summary.user_id_form}")
        yield f"  {texts('capture.user_id', form=form)}"
        yield f"    {printable(summary.user_id, _MOST)}"
    yield from _sizes("capture.tools", summary.tools, texts)
    yield from _sizes("capture.system", summary.system, texts)
    yield from _sizes("capture.messages", summary.messages, texts)
    if summary.cache_control:
        yield "  cache_control"
        yield from (f"    {printable(line, _MOST)}" for line in summary.cache_control)
    yield f"  {texts('capture.settings')}"
    yield from (f"    {printable(f'{name}: {value}', _MOST)}" for name, value in summary.settings.items())


def _sizes(key: str, parts: Sequence[Sized], texts: Texts) -> Iterator[str]:
    if parts:
        size = sum(each.size for each in parts)
        yield f"  {texts(key, n=len(parts), bytes=f'{size:,}')}"
        width = min(max(len(each.name) for each in parts), 40)
        for each in parts:
            yield f"    {printable(each.name, 40):<{width}}{each.size:>8,}  {printable(each.note, 60)}".rstrip()


def render_diff(diff: CaptureDiff, texts: Texts) -> str:
    """List what differs by request: `+` only in the second, `-` only in the first, `~` in both but not alike."""
    if diff.equal:
        return texts("capture.no_difference")
    lines = [*_differences(diff.making, texts)]
    listed: set[RequestDifference] = set()
    for request in diff.requests:
        lines += ["", *_request(request, listed, texts)]
        listed.update(request.differences)
    return "\n".join(lines).strip("\n")


def _request(request: RequestDiff, listed: Set[RequestDifference], texts: Texts) -> Iterator[str]:
    """Yield the differences of a request; those that an earlier request had too are only counted."""
    if request.only_in:
        sign = "-" if request.only_in == "a" else "+"
        yield f"{sign} {texts(f'capture.only_in.{request.only_in}', request=printable(request.request, 60))}"
        return
    new = [each for each in request.differences if each not in listed]
    again = len(request.differences) - len(new)
    name = printable(request.request, 60)
    yield texts("capture.again", request=name, n=again) if again else name
    yield from (f"  {line}" for line in _differences(new, texts))


def _differences(differences: Sequence[RequestDifference], texts: Texts) -> Iterator[str]:
    for part, group in groupby(differences, key=lambda difference: difference.part):
        yield texts(f"capture.part.{part}")
        yield from (f"  {_difference(difference, texts)}" for difference in group)


def _difference(difference: RequestDifference, texts: Texts) -> str:
    key = _NAMES.get(difference.name)
    name = texts(key) if key else printable(difference.name, 60)
    before, after = _said(difference.before, texts), _said(difference.after, texts)
    if before is None:
        return f"+ {name}{_value(after)}"
    if after is None:
        return f"- {name}{_value(before)}"
    return f"~ {name}: {printable(before, 70)} -> {printable(after, 70)}"


def _said(value: str | None, texts: Texts) -> str | None:
    """Return a value with a size in the reader's language."""
    size = _SIZE.fullmatch(value or "")
    return texts("capture.bytes.changed" if size[2] else "capture.bytes", n=size[1]) if size else value


def _value(value: str | None) -> str:
    return "" if value in {None, "on"} else f": {printable(value or '', _MOST)}"
