"""The report of a recording for a terminal: the answer, the hours, and what went wrong."""

from collections.abc import Iterator

from probe.model.recorded_report import RecordedReport
from probe.render.health_sentences import fault_line
from probe.render.recorded_sentences import recorded_actions, recorded_remarks, recorded_summary, recorded_when
from probe.render.recorded_tables import facts_table, recorded_tables
from probe.render.terminal_model import Block, Heading, TextLine, head_line
from probe.texts import Texts

_ALWAYS = frozenset({"hours", "kinds", "storms", "stalls", "failed"})
"""The tables that are shown without --verbose, where they have rows."""


def recorded_blocks(report: RecordedReport, texts: Texts, *, is_verbose: bool = False) -> Iterator[Block]:
    """Yield the answer, then the tables; all of them where it is verbose."""
    texts = texts.about_requests()
    yield head_line(report.health, texts)
    if report.health.failed or report.health.recovered:
        yield TextLine.of(fault_line(report.health, texts))
    yield from (TextLine.of(action, sign="→ ") for action in recorded_actions(report, texts))
    yield TextLine.of(recorded_summary(report, texts))
    yield TextLine.of(recorded_when(report, texts), "dim")
    yield from (TextLine.of(remark, "mild") for remark in recorded_remarks(report, texts))
    for table in recorded_tables(report, texts):
        if is_verbose or table.id in _ALWAYS:
            yield Heading(table.title)
            yield table
    if is_verbose:
        facts = facts_table(report, texts)
        yield Heading(facts.title)
        yield facts
    yield TextLine.of("")
    yield TextLine.of(texts("report.more.all" if is_verbose else "report.more"), "dim")
