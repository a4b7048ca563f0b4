"""The report of a recording as Markdown."""

from collections.abc import Iterator

from probe.model.recorded_report import RecordedReport
from probe.render.health_sentences import fault_line, health_line
from probe.render.markdown_tables import write_table
from probe.render.markup import plain
from probe.render.recorded_sentences import recorded_actions, recorded_remarks, recorded_summary, recorded_when
from probe.render.recorded_tables import facts_table, recorded_tables
from probe.render.table_model import Table
from probe.texts import Texts


def render_recorded_markdown(report: RecordedReport, texts: Texts) -> str:
    """Return the whole report: health and fault line first."""
    return "\n\n".join(_parts(report, texts.about_requests())) + "\n"


def _parts(report: RecordedReport, texts: Texts) -> Iterator[str]:
    yield f"# {texts('recorded.title', title=plain(report.manifest.name or report.manifest.run_id))}"
    yield recorded_when(report, texts)
    yield f"**{plain(health_line(report.health, texts))}**"
    yield plain(fault_line(report.health, texts))
    if to_do := [plain(action) for action in recorded_actions(report, texts)]:
        yield "\n".join(f"- {action}" for action in to_do)
    yield plain(recorded_summary(report, texts))
    yield from (f"> {plain(remark)}" for remark in recorded_remarks(report, texts))
    for table in recorded_tables(report, texts):
        yield from _chapter(table, texts)
    yield from _chapter(facts_table(report, texts), texts)


def _chapter(table: Table, texts: Texts) -> Iterator[str]:
    yield f"## {table.title}"
    yield write_table(table, texts)
    if table.note:
        yield table.note
