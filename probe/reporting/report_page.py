"""The HTML report of a run: the one that is there, or made anew where it is missing or stale."""

from pathlib import Path

from probe import __version__
from probe.errors import UsageError
from probe.model.choices import Language
from probe.reporting.build_report import report_of
from probe.reporting.chart_process import chart_process
from probe.reporting.load_runs import originals_in
from probe.reporting.report_recording import report_of_recording
from probe.reporting.run_headline import arm_directories
from probe.reporting.write_reports import write_recorded_reports, write_reports
from probe.store import GROUP, JOURNAL, MANIFEST, REPORT_HTML, is_recording, recorded_files

_HEAD_BYTES = 1000


def fresh_page(path: Path, language: Language) -> Path:
    """Return the HTML report of this run or group, which is as new as its journal and in this language.

    Raises UsageError, also for runs of the original script, which have no directory of ours, and StoreError.
    """
    if originals_in(path):
        raise UsageError(
            "is of the original script, beside which no report is kept",
            path=path,
            remedy=f"probe report {path} --format html --output FILE.html",
        )
    page = path / REPORT_HTML
    if not _is_fresh(page, path, language):
        with chart_process() as draw:
            if is_recording(path):
                write_recorded_reports(path, report_of_recording(path, waterfalls=True), language, draw)
            else:
                write_reports(path, report_of([path], waterfalls=True), language, draw)
    return page


def _is_fresh(page: Path, path: Path, language: Language) -> bool:
    """Return whether a page was made by this version, in this language, after the last change of the run."""
    try:
        made_ns = page.stat().st_mtime_ns
        with page.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("utf-8", "replace")
    except OSError:
        return False
    return made_ns >= _changed_ns(path) and f'name="generator" content="probe {__version__}, {language}"' in head


def _changed_ns(path: Path) -> int:
    """Return the time of the last change of a run's own files."""
    files = [path / GROUP, *(folder / name for folder in arm_directories(path) for name in (JOURNAL, MANIFEST))]
    files += recorded_files(path)
    return max((file.stat().st_mtime_ns for file in files if file.exists()), default=0)
