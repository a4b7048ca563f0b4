"""Tables as Markdown."""

from collections.abc import Iterator

from probe.model.report_sections import Incident, Section
from probe.render.call_words import took_text
from probe.render.markup import outcome_code, plain, quoted, table
from probe.render.numbers import NOTHING, count_text
from probe.render.request_line import short_request_line
from probe.render.table_model import (
    BadgeCell,
    Cell,
    CodeCell,
    CountsCell,
    NameCell,
    Table,
    WordsCell,
    column_names,
)
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text

_MOST_INCIDENTS = 50


def write_table(model: Table, texts: Texts) -> str:
    """Return the table as Markdown, without its title and its note."""
    shown = [place for place in range(len(model.columns)) if place not in model.page_only]
    rows = [[_cell(row[place], texts) for place in shown] for row in model.rows]
    return table([plain(model.columns[place]) for place in shown], rows, texts("table.none"))


def _cell(cell: Cell, texts: Texts) -> str:
    match cell:
        case WordsCell(foreign=True):
            return plain(cell.text)
        case CodeCell(kind="", cause=None):
            return quoted(cell.text)
        case CodeCell(kind=""):
            return outcome_code(cell.text, cell.cause)
        case CodeCell():
            return f"{cell.kind} `{cell.text}`"
        case NameCell():
            return quoted(cell.text)
        case CountsCell():
            return _counts(cell, texts)
        case BadgeCell(urgent=True):
            return f"**{cell.text}**"
        case _:
            return cell.text


def _counts(cell: CountsCell, texts: Texts) -> str:
    counts = (f"{quoted(name)} ({count_text(count)})" for name, count in cell.items)
    return texts("join.items").join(counts) or NOTHING


def operator_parts(section: Section, texts: Texts) -> Iterator[str]:
    """Yield what an operator needs to find calls in logs: the target, a table of calls, and how many it leaves out."""
    if section.manifest:
        target = section.manifest.target
        masked = quoted(target.token_masked) if target.token_masked else texts("fact.none")
        yield texts("operator.target", target=quoted(target.base_url), token=masked)
    several = len(section.runs) > 1
    shown = section.incidents[:_MOST_INCIDENTS]
    columns = "round step UTC took outcome requests flags session evidence"
    rows = [[quoted(incident.run_id)] * several + _incident(incident, texts) for incident in shown]
    yield table(column_names("run " * several + columns, texts), rows, texts("table.none"))
    left_out = section.incidents_total - len(shown)
    if left_out > 0:
        yield texts("operator.more", n=count_text(left_out))


def _incident(incident: Incident, texts: Texts) -> list[str]:
    return [
        str(incident.round),
        plain(incident.label),
        f"{incident.started_at:%Y-%m-%d %H:%M:%S}",
        took_text(incident),
        outcome_code(incident.outcome, incident.cause),
        quoted("; ".join(short_request_line(request, texts) for request in incident.requests)),
        ", ".join(f"`{flag.value}`" for flag in incident.flags) or NOTHING,
        quoted(incident.session_id or ""),
        quoted(evidence_text(incident, texts)),
    ]
