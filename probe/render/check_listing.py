"""The report of `probe check` for a terminal: plain text of at most 100 columns."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from probe.model.check_report import CheckFinding, CheckReport, Severity
from probe.render.text_layout import padded, paragraph, table_lines
from probe.sanitise import printable
from probe.texts import Texts
from probe.units import format_duration

PIPE_COLUMNS = 100
"""Columns of a listing that does not go to a terminal."""
_SEVERITY_WIDTH, _AREA_WIDTH = 9, 12
_INDENT = _SEVERITY_WIDTH + _AREA_WIDTH
_MOST_TEXT = 600
_LEAST_BODY = 20
"""Columns of a body that are shown wherever there is a table; it is cut behind them."""

CheckTable = tuple[Sequence[str], Sequence[Sequence[str]]]
"""The keys of columns, and rows of cells."""


def render_check(report: CheckReport, texts: Texts) -> str:
    """Return the findings, worst first, then the requests that were made, then a summary line."""
    return "\n".join((*check_lines(report, texts, PIPE_COLUMNS), check_summary(report, texts)))


def check_lines(report: CheckReport, texts: Texts, columns: int) -> Iterator[str]:
    """Yield the findings, worst first, then the requests that were made."""
    yield from finding_lines(report.findings, texts, columns)
    yield ""
    yield from _table(*_endpoints(report, texts), texts, columns, least=_LEAST_BODY)
    for header, rows in (_streams(report, texts), _calls(report)):
        yield from _table(header, rows, texts, columns)


def finding_lines(findings: Sequence[CheckFinding], texts: Texts, columns: int) -> Iterator[str]:
    """Yield the lines of findings: severity, area and title, then the evidence and the remedy."""
    for finding in findings:
        severity, area = texts(f"severity.{finding.severity.value}"), texts(f"area.{finding.area.value}")
        head = padded(severity, _SEVERITY_WIDTH) + padded(area, _AREA_WIDTH)
        yield from _paragraph(head, f"{finding.title}  [{finding.code}]", columns)
        if finding.evidence:
            yield from _paragraph(" " * _INDENT + texts("finding.seen"), finding.evidence, columns)
        if finding.remedy and finding.severity is not Severity.GOOD:
            yield from _paragraph(" " * _INDENT + texts("finding.do"), finding.remedy, columns)


def _paragraph(head: str, text: str, columns: int) -> Iterator[str]:
    yield from paragraph(printable(text, _MOST_TEXT), columns, head=head)


def _endpoints(report: CheckReport, texts: Texts) -> CheckTable:
    rows = [
        (
            f"{each.method} {urlsplit(each.url).path}",
            each.auth,
            str(each.status or "-"),
            each.category.value,
            format_duration(each.ms / 1000),
            texts("check.cell.is_stream") if each.streamed else printable(each.body, 200),
        )
        for each in report.endpoints
    ]
    return ("request", "token_as", "status", "category", "time", "body"), rows


def _streams(report: CheckReport, texts: Texts) -> CheckTable:
    rows = [
        (
            each.endpoint,
            texts(f"check.cell.{'fake' if each.fake else 'yes' if each.streamed else 'no'}"),
            str(each.content_events),
            str(each.pings),
            _ms(each.first_byte_ms),
            _ms(each.ttft_ms),
            _ms(each.longest_gap_ms),
        )
        for each in report.streams
    ]
    return ("stream", "streams", "pieces", "pings", "first_byte", "first_text", "longest_gap"), rows


def _calls(report: CheckReport) -> CheckTable:
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
    return ("call", "outcome", "time", "start", "first_text", "attempts", "flags"), rows


def _table(
    header: Sequence[str], rows: Sequence[Sequence[str]], texts: Texts, columns: int, least: int | None = None
) -> Iterator[str]:
    """Yield a table and an empty line; nothing where there are no rows. `least`: how far the last column may be cut."""
    if rows:
        yield from table_lines([texts(f"check.table.{name}") for name in header], rows, columns, least=least)
        yield ""


def check_summary(report: CheckReport, texts: Texts) -> str:
    """Say whether it works, how many findings there are, and how long it took."""
    numbers = {
        severity: sum(finding.severity is severity for finding in report.findings)
        for severity in (Severity.WRONG, Severity.WARNING, Severity.NOTE)
    }
    counts = [texts(_count_key(severity, n), n=n) for severity, n in numbers.items() if n]
    took = format_duration(report.took_ms / 1000)
    if not counts:
        return texts("check.works.no_problem", time=took)
    key = "check.is_wrong" if report.wrong else "check.works"
    return texts(key, counts=texts("join.items").join(counts), time=took)


def _count_key(severity: Severity, n: int) -> str:
    key = f"check.count.{severity.value}"
    return key if severity is Severity.WRONG else f"{key}.{'one' if n == 1 else 'many'}"


def _ms(value: float | None) -> str:
    return "-" if value is None else format_duration(value / 1000)
