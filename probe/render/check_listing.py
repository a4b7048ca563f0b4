"""The report of `probe check` for a terminal: plain text of at most 100 columns."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from urllib.parse import urlsplit

from probe.model.check_report import CheckFinding, CheckReport, Severity
from probe.sanitise import printable
from probe.units import format_duration

_COLUMNS = 100
_INDENT = 21
_MOST_TEXT = 600


def render_check(report: CheckReport) -> str:
    """Return the findings, worst first, then the requests that were made, then a summary line."""
    lines = [
        *_findings(report.findings),
        "",
        *_endpoints(report),
        *_streams(report),
        *_calls(report),
        _conclusion(report),
    ]
    return "\n".join(lines)


def _findings(findings: Sequence[CheckFinding]) -> Iterator[str]:
    for finding in findings:
        head = f"{finding.severity.value:<8} {finding.area.value:<10}  "
        yield from _wrapped(head, f"{finding.title}  [{finding.code}]")
        if finding.evidence:
            yield from _wrapped(" " * _INDENT + "seen: ", finding.evidence)
        if finding.remedy and finding.severity is not Severity.GOOD:
            yield from _wrapped(" " * _INDENT + "do:   ", finding.remedy)


def _wrapped(head: str, text: str) -> Iterator[str]:
    indent = " " * len(head)
    yield from wrap(
        printable(text, _MOST_TEXT),
        _COLUMNS,
        initial_indent=head,
        subsequent_indent=indent,
        break_on_hyphens=False,
    ) or [head.rstrip()]


def _endpoints(report: CheckReport) -> Iterator[str]:
    if not report.endpoints:
        return
    rows = [
        (
            f"{each.method} {urlsplit(each.url).path}",
            each.auth,
            str(each.status or "-"),
            each.category.value,
            format_duration(each.ms / 1000),
            "(a stream)" if each.streamed else printable(each.body, 200),
        )
        for each in report.endpoints
    ]
    header = ("request", "token as", "status", "category", "time", "body")
    yield from _table(header, rows)
    yield ""


def _streams(report: CheckReport) -> Iterator[str]:
    rows = [
        (
            each.endpoint,
            "fake" if each.fake else "yes" if each.streamed else "no",
            str(each.content_events),
            str(each.pings),
            _ms(each.first_byte_ms),
            _ms(each.ttft_ms),
            _ms(each.longest_gap_ms),
        )
        for each in report.streams
    ]
    if rows:
        yield from _table(("stream", "streams", "pieces", "pings", "first byte", "first text", "longest gap"), rows)
        yield ""


def _calls(report: CheckReport) -> Iterator[str]:
    rows = [
        (
            f"Claude Code, {each.label}",
            each.outcome.value,
            _ms(each.wall_ms),
            _ms(each.boot_ms),
            _ms(each.ttft_ms),
            str(each.attempts),
            ", ".join(flag.value for flag in each.flags) or "-",
        )
        for each in report.client_calls
    ]
    if rows:
        yield from _table(("call", "outcome", "time", "start", "first text", "attempts", "flags"), rows)
        yield ""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield columns side by side; the last is cut where a line would be too long."""
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]
    for row in (header, *rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield line if len(line) <= _COLUMNS else line[: _COLUMNS - 1] + "…"


def _conclusion(report: CheckReport) -> str:
    counts = [
        f"{n} {severity.value}{'s' if severity in {Severity.WARNING, Severity.NOTE} and n > 1 else ''}"
        for severity in (Severity.WRONG, Severity.WARNING, Severity.NOTE)
        if (n := sum(finding.severity is severity for finding in report.findings))
    ]
    took = format_duration(report.took_ms / 1000)
    verdict = "Something is wrong" if report.wrong else "This works"
    return f"{verdict}: {', '.join(counts) or 'nothing to complain of'}. Took {took}."


def _ms(value: float | None) -> str:
    return "-" if value is None else format_duration(value / 1000)
