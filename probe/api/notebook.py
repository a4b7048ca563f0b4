"""Runs and checks as a notebook shows them: small HTML without style or script, in which all text is escaped."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from probe.model.report_sections import Report, Section
from probe.model.statistics import StepStatistics
from probe.render.overview import measured
from probe.render.sentences import estimate_share, failed_gate_line, figure_text, verdict_paragraph
from probe.sanitise import printable
from probe.texts import Texts

_HEAD = ("step", "calls", "ok", "failure rate", "median")


def report_html(report: Report) -> str:
    """Return each section's figures by step, what its verdict says, and the gates that it failed."""
    parts = [f"<p><b>{_safe(report.title)}</b> {_safe(measured(report, Texts()))}</p>"]
    parts += [part for section in report.sections for part in _section(section, Texts())]
    return "\n".join(parts)


def table_html(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of these texts."""
    lines = ["<table>", _row("th", head), *(_row("td", row) for row in rows), "</table>"]
    return "\n".join(lines)


def _section(section: Section, texts: Texts) -> Iterator[str]:
    yield f"<p>{_safe(section.name)}</p>"
    yield table_html(_HEAD, [_step_cells(step, texts) for step in section.steps])
    if section.verdict:
        yield f"<p>{_safe(' '.join(verdict_paragraph(section, texts)[:2]))}</p>"
    for gate in section.failed_gates:
        yield f"<p>{_safe(failed_gate_line(gate, texts))}</p>"
    for name, count in section.corrupt.items():
        yield f"<p>could not be read: {_safe(name)} ({count})</p>"


def _step_cells(step: StepStatistics, texts: Texts) -> tuple[str, ...]:
    rate = estimate_share(step.failure_rate, texts)
    median = step.durations.median if step.durations else None
    return step.label, str(step.n), str(step.ok), rate, figure_text(median, texts) if median else ""


def _row(tag: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{_safe(cell)}</{tag}>" for cell in cells) + "</tr>"


def _safe(text: str) -> str:
    """Return text of strangers without mark-up, control characters and what runs backwards."""
    return escape(printable(text))
