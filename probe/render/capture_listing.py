"""Requests of the client, and differences between two captures, for a terminal."""

from collections.abc import Iterator, Sequence, Set
from itertools import groupby

from probe.model.captured_requests import Capture, CaptureDiff, RequestDiff, RequestDifference, RequestSummary, Sized
from probe.model.request_kind import RequestKind
from probe.sanitise import printable

_FORMS = {
    "old": "old form",
    "json": "JSON form",
    "other": "a form of its own",
}
_MOST = 110


def render_capture(capture: Capture, summaries: Sequence[RequestSummary]) -> str:
    """List all requests in a line each, and the first main one in detail."""
    version = printable(capture.client_version or "of an unknown version", 40)
    lines = [f"Claude Code {version}, workload {capture.workload}: {len(summaries)} requests", ""]
    for summary in summaries:
        tools = f", {len(summary.tools)} tools" if summary.tools else ""
        size = f" ({summary.body_bytes:,} bytes{tools})" if summary.body_bytes else ""
        lines.append(f"  {printable(summary.label, 60):<18}{printable(f'{summary.method} {summary.path}', 70)}{size}")
    main = next((each for each in summaries if each.kind is RequestKind.MAIN), None)
    if main is not None:
        lines += ["", f"The main request of {printable(main.call, 40)}", *_details(main)]
    return "\n".join(lines)


def _details(summary: RequestSummary) -> Iterator[str]:
    yield "  headers"
    for name, value in summary.headers.items():
        if name.lower() != "anthropic-beta":
            yield f"    {printable(f'{name}: {value}', _MOST)}"
    yield f"  betas: {len(summary.betas)}"
    yield from (f"    {printable(beta, _MOST)}" for beta in summary.betas)
    if summary.user_id is not None and summary.user_id_form is not None:
        yield f"  metadata.user_id, {_FORMS[summary.user_id_form]}"
        yield f"    {printable(summary.user_id, _MOST)}"
    yield from _sizes("tools", summary.tools)
    yield from _sizes("system prompt", summary.system)
    yield from _sizes("messages", summary.messages)
    if summary.cache_control:
        yield "  cache_control"
        yield from (f"    {printable(line, _MOST)}" for line in summary.cache_control)
    yield "  settings"
    yield from (f"    {printable(f'{name}: {value}', _MOST)}" for name, value in summary.settings.items())


def _sizes(title: str, parts: Sequence[Sized]) -> Iterator[str]:
    if parts:
        yield f"  {title}: {len(parts)}, {sum(each.size for each in parts):,} bytes"
        width = min(max(len(each.name) for each in parts), 40)
        for each in parts:
            yield f"    {printable(each.name, 40):<{width}}{each.size:>8,}  {printable(each.note, 60)}".rstrip()


def render_diff(diff: CaptureDiff) -> str:
    """List what differs by request: `+` only in the second, `-` only in the first, `~` in both but not alike."""
    if diff.equal:
        return "No difference."
    lines = [*_differences(diff.making)]
    listed: set[RequestDifference] = set()
    for request in diff.requests:
        lines += ["", *_request(request, listed)]
        listed.update(request.differences)
    return "\n".join(lines).strip("\n")


def _request(request: RequestDiff, listed: Set[RequestDifference]) -> Iterator[str]:
    """Yield the differences of a request; those that an earlier request had too are only counted."""
    if request.only_in:
        sign, which = ("-", "first") if request.only_in == "a" else ("+", "second")
        yield f"{sign} {printable(request.request, 60)}: only in the {which}"
        return
    new = [each for each in request.differences if each not in listed]
    again = len(request.differences) - len(new)
    yield printable(request.request, 60) + (f" ({again} differences as above)" if again else "")
    yield from (f"  {line}" for line in _differences(new))


def _differences(differences: Sequence[RequestDifference]) -> Iterator[str]:
    for part, group in groupby(differences, key=lambda difference: difference.part):
        yield part
        for difference in group:
            name = printable(difference.name, 60)
            if difference.before is None:
                yield f"  + {name}{_value(difference.after)}"
            elif difference.after is None:
                yield f"  - {name}{_value(difference.before)}"
            else:
                yield f"  ~ {name}: {printable(difference.before, 70)} -> {printable(difference.after, 70)}"


def _value(value: str | None) -> str:
    return "" if value in {None, "on"} else f": {printable(value or '', _MOST)}"
