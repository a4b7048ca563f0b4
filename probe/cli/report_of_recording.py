"""`probe report` of a recording."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from probe.cli.language import present_texts, tell
from probe.errors import UsageError
from probe.render.registry import RECORDED_RENDERERS

if TYPE_CHECKING:
    from probe.stats.summarise_recording import RecordingQuestion

_CSV = "csv"
"""The table of requests, which is no rendering of a report."""


def recording_question(stall_after: float | None, slow_after: float | None) -> "RecordingQuestion":
    """Return the limits that were given, in seconds, and the usual ones for those that were not."""
    from probe.model.recorded_request import STALL_MS
    from probe.stats.summarise_recording import RecordingQuestion

    return RecordingQuestion(STALL_MS if stall_after is None else stall_after * 1000, slow_after)


def refuse_options(given: Mapping[str, object], *, of_recording: bool) -> None:
    """Raise UsageError for the first option that was given and says nothing of such runs."""
    for name, value in given.items():
        if value and of_recording:
            raise UsageError("is for scripted runs, and this is a recording", key=name, remedy="Leave it out.")
        if value:
            raise UsageError("is for recordings, and this is a scripted run", key=name, remedy="Leave it out.")


def report_recording(
    path: Path, form: str, output: Path | None, asked: "RecordingQuestion", *, is_verbose: bool, on_terminal: bool
) -> None:
    """Show or write the report of a recording. Raises UsageError for a format that it has not."""
    from probe.reporting.report_recording import report_of_recording

    if form not in {*RECORDED_RENDERERS, _CSV}:
        formats = ", ".join((*RECORDED_RENDERERS, _CSV))
        raise UsageError("has no form for a recording", key=f"--format {form}", remedy=f"Choose one of {formats}.")
    if on_terminal:
        from probe.cli.console import show
        from probe.render.recorded_terminal import recorded_blocks

        show(recorded_blocks(report_of_recording(path, asked), present_texts(), is_verbose=is_verbose))
    elif form == _CSV:
        from probe.cli.export import TableFormat, write_recorded_table

        write_recorded_table(path, TableFormat.CSV, output)
    else:
        _write(path, form, output, asked)
    if output:
        tell("command.written", path=output)


def _write(path: Path, form: str, output: Path | None, asked: "RecordingQuestion") -> None:
    from probe.cli.deliver import deliver
    from probe.cli.report import drawing
    from probe.reporting.report_recording import report_of_recording

    renderer = RECORDED_RENDERERS[form]
    with drawing(renderer.charts) as draw:
        report = report_of_recording(path, asked, waterfalls=renderer.waterfalls)
        deliver(renderer.render(report, present_texts(), draw), output)
