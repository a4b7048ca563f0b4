"""Writes reports in their formats."""

from pathlib import Path

from probe.errors import StoreError
from probe.model.choices import Language, ReportFormat
from probe.model.report import Report
from probe.render.texts import Texts
from probe.store import REPORT, REPORT_HTML, write_atomically, write_output


def rendered(report: Report, form: ReportFormat, language: Language) -> str:
    """The report as text of this format. CSV is a table of calls, not of a report: see `probe.cli.table`."""
    texts = Texts(language)
    match form:
        case ReportFormat.MARKDOWN:
            from probe.render.markdown import render_markdown

            return render_markdown(report, texts)
        case ReportFormat.HTML:
            from probe.render.html import render_html

            return render_html(report, texts)
        case ReportFormat.JUNIT:
            from probe.render.junit import render_junit

            return render_junit(report, texts)
        case ReportFormat.JSON:
            return report.model_dump_json(indent=2) + "\n"
        case ReportFormat.CSV:
            raise ValueError("a table of calls is no rendering of a report")


def write_reports(folder: Path, report: Report, language: Language = Language.EN) -> tuple[Path, Path]:
    """Write `report.md` and `report.html` into a run's directory, and say where."""
    places = folder / REPORT, folder / REPORT_HTML
    for place, form in zip(places, (ReportFormat.MARKDOWN, ReportFormat.HTML), strict=True):
        write_atomically(place, rendered(report, form, language).encode("utf-8", "replace"))
    return places


def write_with_charts(report: Report, output: Path, language: Language) -> None:
    """Write Markdown with its charts as SVG files in a folder beside it. Raises StoreError."""
    from probe.render.charts import section_charts, svg_file
    from probe.render.markdown import render_markdown

    texts = Texts(language)
    folder = output.with_name(f"{output.stem}-charts")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot be made: {error.strerror}", path=folder) from error
    linked = {}
    for number, section in enumerate(report.sections, start=1):
        for name, spec in section_charts(section, texts):
            file = folder / (f"{name}.svg" if len(report.sections) == 1 else f"{number}-{name}.svg")
            write_output(file, svg_file(spec).encode())
            linked[f"{section.name}: {name}"] = f"{folder.name}/{file.name}"
    write_output(output, render_markdown(report, texts, linked).encode("utf-8", "replace"))
