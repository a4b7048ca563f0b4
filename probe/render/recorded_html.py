"""The report of a recording as one HTML file, made of the parts of the page that other reports have."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from probe.model.chart import Waterfall
from probe.model.recorded_report import RecordedReport
from probe.render.axes import NARROW
from probe.render.html import page_frame
from probe.render.html_answer import health_answer
from probe.render.html_calls import CallsView, calls_view
from probe.render.html_tables import drawn_table
from probe.render.html_waterfall import waterfall_view
from probe.render.recorded_sentences import recorded_actions, recorded_remarks, recorded_summary, recorded_when
from probe.render.recorded_tables import facts_table, recorded_tables
from probe.render.svg import Draw, draw_here, svg
from probe.render.table_model import Table
from probe.render.templates import template
from probe.render.time_scale import TimeScale, time_scale
from probe.render.tokens_chart import tokens_chart
from probe.texts import Texts


@dataclass(frozen=True)
class RecordedPart:
    """A table below its heading, behind a chart where there is one; `told` is what that shows in words."""

    id: str
    title: str
    table: Markup
    svg: Markup | None = None
    told: str = ""
    caption: str = ""


def render_recorded_html(report: RecordedReport, texts: Texts, draw: Draw = draw_here) -> str:
    """Return the whole report; `draw` draws its chart."""
    texts = texts.about_requests()
    parts = list(_parts(report, texts, draw))
    calls = _calls(report, texts)
    contents = [(part.title, part.id if part.svg else f"{part.id}-table") for part in parts]
    contents += [(texts("html.detail"), "detail")] if calls else []
    return template("recording.html").render(
        **page_frame(texts),
        report=report,
        name=report.manifest.name or report.manifest.run_id,
        facts=list(_facts(report, texts)),
        a=health_answer(report.health, tuple(recorded_actions(report, texts)), texts),
        summary=recorded_summary(report, texts),
        remarks=list(recorded_remarks(report, texts)),
        parts=parts,
        contents=[*contents, (texts("html.provenance"), "provenance")],
        calls=calls,
        provenance=drawn_table(facts_table(report, texts), "facts-table"),
    )


def _facts(report: RecordedReport, texts: Texts) -> Iterator[str]:
    base_url = report.manifest.base_url
    yield urlsplit(base_url).netloc or base_url
    yield recorded_when(report, texts)


def _parts(report: RecordedReport, texts: Texts, draw: Draw) -> Iterator[RecordedPart]:
    for table in recorded_tables(report, texts):
        if table.id == "tokens":
            yield _tokens_part(report, table, texts, draw)
        else:
            yield RecordedPart(table.id, table.title, _drawn(table))


def _tokens_part(report: RecordedReport, table: Table, texts: Texts, draw: Draw) -> RecordedPart:
    spec = tokens_chart(report.tokens_over_time, texts)
    drawn = svg(spec, draw) + svg(tokens_chart(report.tokens_over_time, texts, NARROW), draw)
    caption = texts("recorded.tokens.caption")
    chart = Markup(drawn)  # noqa: S704  # escaped by the library that drew it
    return RecordedPart(table.id, table.title, _drawn(table), chart, spec["description"], caption)


def _drawn(table: Table) -> Markup:
    return drawn_table(table, f"{table.id}-table", table.note.replace("*", "").replace("`", ""))


def _calls(report: RecordedReport, texts: Texts) -> CallsView | None:
    """Lay out the requests that can be opened."""
    if not report.waterfalls:
        return None
    scale = time_scale(report.waterfalls)
    drawn = [_call(call, scale, texts) for call in report.waterfalls]
    return calls_view(report.waterfalls, drawn, report.main_requests, scale, texts)


def _call(call: Waterfall, scale: TimeScale, texts: Texts) -> Markup:
    view = waterfall_view(call, f"request-{call.round}", scale, texts)
    return Markup(template("waterfall.html").render(w=view, texts=texts))  # noqa: S704  # escaped there
