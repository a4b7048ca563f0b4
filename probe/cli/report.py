"""`probe report`: the report of stored runs."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.chosen_runs import chosen_runs
from probe.cli.common import end, say
from probe.cli.completion import complete_run
from probe.cli.language import present_texts, tell
from probe.cli.options import (
    DEFAULT_OUT,
    RUN_NAMES,
    AnnotationsOption,
    FailOnOption,
    OutOption,
    OutputOption,
    VerboseOption,
    deadline,
    duration,
)
from probe.errors import ExitCode
from probe.render.registry import RENDERERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probe.model.report_sections import Report
    from probe.render.svg import Draw

EXAMPLES = """\b
Examples:
  probe report
  probe report --format html --lang zh --output report.html
  probe report RUN1 RUN2 --format json
  probe report RUN --fail-on 'call1.failure_rate > 0.1'"""


_CSV = "csv"
"""The table of calls, which is no rendering of a report."""


def _formats() -> tuple[str, ...]:
    return (*RENDERERS, _CSV)


def _format(name: str) -> str:
    """Parse the name of a format."""
    if name not in _formats():
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, _formats()))}.")
    return name


def _complete(incomplete: str) -> list[str]:
    return [name for name in _formats() if name.startswith(incomplete)]


def report(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN...",
            autocompletion=complete_run,
            help=f"Each is {RUN_NAMES}, or a summary of the original script. (default: latest)",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            parser=_format,
            autocompletion=_complete,
            metavar=f"<{'|'.join(_formats())}>",
            help="How to write it. (default: markdown; on a terminal, as that shows it best)",
        ),
    ] = None,
    output: OutputOption = None,
    fail_on: FailOnOption = None,
    charts: Annotated[
        bool, typer.Option("--charts", help="With Markdown and --output: charts as SVG files beside it.")
    ] = False,
    delta: Annotated[
        float | None, typer.Option(min=0.01, max=0.99, help="The least difference of failure rates that matters.")
    ] = None,
    slower_by: Annotated[
        float | None,
        typer.Option(parser=duration, metavar="DURATION", help="How much longer a call must take to be slower."),
    ] = None,
    slow_after: Annotated[
        float | None,
        typer.Option(parser=deadline, metavar="DURATION", help="A call that takes longer makes the target SLOW."),
    ] = None,
    stall_after: Annotated[
        float | None,
        typer.Option(
            parser=deadline,
            metavar="DURATION",
            help="Of a recording: a request stalls where nothing of its answer comes for so long. (default: 30s)",
        ),
    ] = None,
    verbose: VerboseOption = False,
    annotations: AnnotationsOption = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Make the report of runs again from the store.

    Several runs are pooled where they are alike in all that matters; the report says what was not, and why. CSV is the
    table of calls. A recording of `probe record` stands in a report of its own, as Markdown, HTML, JSON or CSV.
    """
    from probe.cli.deliver import is_for_terminal, named_file
    from probe.cli.github_actions import tell_of_report
    from probe.cli.report_of_recording import recording_question, refuse_options, report_recording
    from probe.errors import UsageError
    from probe.reporting.find_runs import recording_among

    on_terminal, form = is_for_terminal(form, output), form or "markdown"
    output = named_file(output)
    if charts and (form != "markdown" or output is None):
        raise UsageError("are files beside a Markdown file", key="--charts", remedy="Add --output FILE.md.")
    paths = chosen_runs(runs, out)
    recording = recording_among(paths)
    if recording:
        given: dict[str, object] = {
            "--fail-on": fail_on,
            "--charts": charts,
            "--delta": delta,
            "--slower-by": slower_by,
            "--annotations": annotations,
        }
        refuse_options(given, of_recording=True)
        asked = recording_question(stall_after, slow_after)
        report_recording(recording, form, output, asked, is_verbose=verbose, on_terminal=on_terminal)
        return
    refuse_options({"--stall-after": stall_after}, of_recording=False)
    has_charts = charts or (form != _CSV and RENDERERS[form].charts)
    with drawing(has_charts) as draw:
        built = _built(paths, form, fail_on, _changes(delta, slower_by, slow_after))
        if on_terminal:
            _show(built, is_verbose=verbose)
        else:
            _write(built, paths, form, output, draw, charts=charts)
    tell_of_report(built, _only(paths), output)
    _end_by_gates(built)


def _only(paths: "Sequence[Path]") -> Path | None:
    """Return the one run that is reported; None where there are several."""
    return paths[0] if len(paths) == 1 else None


def drawing(is_wanted: bool) -> AbstractContextManager["Draw | None"]:
    """Start what draws charts before anything else is imported, so that the two take their time side by side."""
    if not is_wanted:
        return nullcontext()
    from probe.reporting.chart_process import chart_process

    return chart_process()


def _built(paths: "Sequence[Path]", form: str, fail_on: list[str] | None, changes: dict[str, float]) -> "Report":
    from probe.reporting.build_report import report_of

    waterfalls = form != _CSV and RENDERERS[form].waterfalls
    return report_of(paths, fail_on, changes=changes, waterfalls=waterfalls)


def _write(
    built: "Report", paths: "Sequence[Path]", form: str, output: Path | None, draw: "Draw | None", *, charts: bool
) -> None:
    """Write the report, or the table of calls, and name the gates that failed."""
    from probe.cli.deliver import deliver
    from probe.cli.export import TableFormat, write_table
    from probe.reporting.write_reports import rendered, write_with_charts

    language = present_texts().language
    if charts and output and draw:
        write_with_charts(built, output, language, draw)
    elif form == _CSV:
        write_table(paths, TableFormat.CSV, output)
    else:
        deliver(rendered(built, form, language, draw), output)
    _say_written(output)
    _name_gates(built)


def _say_written(output: Path | None) -> None:
    if output:
        tell("command.written", path=output)


def _show(report: "Report", *, is_verbose: bool) -> None:
    from probe.cli.console import show
    from probe.render.terminal_report import report_blocks

    show(report_blocks(report, present_texts(), is_verbose=is_verbose))


def _name_gates(report: "Report") -> None:
    """Name the gates that failed; one on the comparison of vantages stands at each of them, and is said once."""
    from probe.render.sentences import failed_gate_line

    for line in dict.fromkeys(failed_gate_line(gate, present_texts()) for gate in report.failed_gates):
        say(line)


def _end_by_gates(report: "Report") -> None:
    """End with the exit code of gates that failed where there are any."""
    if report.failed_gates:
        end(ExitCode.FAILED)


def _changes(delta: float | None, slower_by: float | None, slow_after: float | None) -> dict[str, float]:
    """Return the thresholds that were given, by their names in Question."""
    given = {"delta": delta, "slower_by_s": slower_by, "slow_after_s": slow_after}
    return {name: value for name, value in given.items() if value is not None}
