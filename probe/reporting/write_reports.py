"""Write reports in their formats."""

from collections.abc import Mapping
from pathlib import Path

from probe.errors import StoreError
from probe.model.choices import Language
from probe.model.recorded_report import RecordedReport
from probe.model.report_sections import Report
from probe.render.registry import RECORDED_RENDERERS, RENDERERS, Renderer
from probe.render.svg import Draw, draw_here
from probe.store import REPORT, REPORT_HTML, write_atomically, write_output
from probe.texts import Texts


def require_folder(output: Path) -> None:
    """Raise StoreError where the directory that a file is to be written to does not exist."""
    if not output.parent.is_dir():
        raise StoreError(
            f"cannot be written: there is no directory {output.parent}",
            path=output,
            remedy="Make the directory, or name another file.",
        )


def rendered(report: Report, form: str, language: Language, draw: Draw | None = None) -> str:
    """Return the report as text of a format in `RENDERERS`; its charts are drawn by `draw`, or in this process."""
    return RENDERERS[form].render(report, Texts(language), draw)


def write_reports(
    folder: Path, report: Report, language: Language = Language.EN, draw: Draw | None = None
) -> tuple[Path, Path]:
    """Write `report.md` and `report.html` into a run's directory, and say where."""
    return _write(folder, report, RENDERERS, language, draw)


def write_recorded_reports(
    folder: Path, report: RecordedReport, language: Language = Language.EN, draw: Draw | None = None
) -> tuple[Path, Path]:
    """Write `report.md` and `report.html` into a recording's directory, and say where."""
    return _write(folder, report, RECORDED_RENDERERS, language, draw)


def _write(
    folder: Path,
    report: Report | RecordedReport,
    renderers: Mapping[str, Renderer],
    language: Language,
    draw: Draw | None,
) -> tuple[Path, Path]:
    places = folder / REPORT, folder / REPORT_HTML
    for place, form in zip(places, ("markdown", "html"), strict=True):
        text = renderers[form].render(report, Texts(language), draw)
        write_atomically(place, text.encode("utf-8", "replace"))
    return places


def write_with_charts(report: Report, output: Path, language: Language, draw: Draw = draw_here) -> None:
    """Write Markdown with its charts as SVG files in a folder beside it. Raises StoreError."""
    from probe.render.charts import section_charts, svg_file
    from probe.render.markdown import render_markdown

    texts = Texts(language)
    folder = output.with_name(f"{output.stem}-charts")
    require_folder(output)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        remedy = "The charts go there: name another file with --output."
        raise StoreError(f"cannot be made: {error.strerror}", path=folder, remedy=remedy) from error
    linked = {}
    for number, section in enumerate(report.sections, start=1):
        for name, spec in section_charts(section, texts):
            file = folder / (f"{name}.svg" if len(report.sections) == 1 else f"{number}-{name}.svg")
            write_output(file, svg_file(spec, draw).encode())
            linked[f"{section.name}: {name}"] = f"{folder.name}/{file.name}"
    write_output(output, render_markdown(report, texts, linked).encode("utf-8", "replace"))
