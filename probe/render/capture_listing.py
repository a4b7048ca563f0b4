"""What the client sends, and what differs, for a terminal."""

from collections.abc import Iterator, Sequence, Set
from itertools import groupby

from probe.model.capture import Capture, CaptureDiff, Difference, RequestDiff, RequestSummary, Sized
from probe.model.request_kind import RequestKind
from probe.sanitise import printable

_FORMS = {
    "old": "old form",
    "json": "JSON form",
    "other": "a form of its own",
}
_MOST = 110


def render_capture(capture: Capture, summaries: Sequence[RequestSummary]) -> str:
    """All requests in a line each, and the first main one in detail."""
    version = printable(capture.client_version or "of an unknown version", 40)
    lines = [f"Claude Code {version}, workload {capture.workload}: {len(summaries)} requests", ""]
    for each in summaries:
        tools = f", {len(each.tools)} tools" if each.tools else ""
        size = f" ({each.body_bytes:,} bytes{tools})" if each.body_bytes else ""
        lines.append(f"  {printable(each.label, 60):<18}{printable(f'{each.method} {each.path}', 70)}{size}")
    main = next((each for each in summaries if each.kind is RequestKind.MAIN), None)
    if main is not None:
        lines += ["", f"The main request of {printable(main.call, 40)}", *_details(main)]
    return "\n".join(lines)


def _details(one: RequestSummary) -> Iterator[str]:
    yield "  headers"
    for name, value in one.headers.items():
        if name.lower() != "anthropic-beta":
            yield f"    {printable(f'{name}: {value}', _MOST)}"
    yield f"  betas: {len(one.betas)}"
    yield from (f"    {printable(beta, _MOST)}" for beta in one.betas)
    if one.user_id is not None and one.user_id_form is not None:
        yield f"  metadata.user_id, {_FORMS[one.user_id_form]}"
        yield f"    {printable(one.user_id, _MOST)}"
    yield from _sizes("tools", one.tools)
    yield from _sizes("system prompt", one.system)
    yield from _sizes("messages", one.messages)
    if one.cache_control:
        yield "  cache_control"
        yield from (f"    {printable(line, _MOST)}" for line in one.cache_control)
    yield "  settings"
    yield from (f"    {printable(f'{name}: {value}', _MOST)}" for name, value in one.settings.items())


def _sizes(title: str, parts: Sequence[Sized]) -> Iterator[str]:
    if parts:
        yield f"  {title}: {len(parts)}, {sum(each.size for each in parts):,} bytes"
        width = min(max(len(each.name) for each in parts), 40)
        for each in parts:
            yield f"    {printable(each.name, 40):<{width}}{each.size:>8,}  {printable(each.note, 60)}".rstrip()


def render_diff(diff: CaptureDiff) -> str:
    """What differs, request by request: `+` only in the second, `-` only in the first, `~` in both but not alike."""
    if diff.equal:
        return "No difference."
    lines = [*_differences(diff.making)]
    told: set[Difference] = set()
    for each in diff.requests:
        lines += ["", *_request(each, told)]
        told.update(each.differences)
    return "\n".join(lines).strip("\n")


def _request(one: RequestDiff, told: Set[Difference]) -> Iterator[str]:
    """The differences of a request that no request before it had as well."""
    if one.only_in:
        sign, which = ("-", "first") if one.only_in == "a" else ("+", "second")
        yield f"{sign} {printable(one.request, 60)}: only in the {which}"
        return
    new = [each for each in one.differences if each not in told]
    again = len(one.differences) - len(new)
    yield printable(one.request, 60) + (f" ({again} differences as above)" if again else "")
    yield from (f"  {line}" for line in _differences(new))


def _differences(differences: Sequence[Difference]) -> Iterator[str]:
    for part, group in groupby(differences, key=lambda each: each.part):
        yield part
        for each in group:
            name = printable(each.name, 60)
            if each.before is None:
                yield f"  + {name}{_value(each.after)}"
            elif each.after is None:
                yield f"  - {name}{_value(each.before)}"
            else:
                yield f"  ~ {name}: {printable(each.before, 70)} -> {printable(each.after, 70)}"


def _value(value: str | None) -> str:
    return "" if value in {None, "on"} else f": {printable(value or '', _MOST)}"
