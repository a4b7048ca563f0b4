"""Tell GitHub Actions what came of a command: annotations, the job's summary, the step's outputs.

Annotations go to standard error: standard output may be a file. What is told is said only with `--annotations github`.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from probe.cli.annotations import annotates
from probe.cli.deliver import append_summary
from probe.cli.language import present_texts, system_words, tell
from probe.cli.streams import StandardStream
from probe.sanitise import printable
from probe.store import REPORT_HTML

if TYPE_CHECKING:
    from probe.model.check_report import CheckFinding, CheckReport
    from probe.model.deep_report import DeepReport
    from probe.model.report_sections import Report
    from probe.render.github_annotations import Annotation
    from probe.reporting.nightly_report import NightlyReport

_OUTPUT_VARIABLE = "GITHUB_OUTPUT"
_SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"


def offered_summary(environment: Mapping[str, str]) -> Path | None:
    """Return the file that the CI offers for a summary of the job."""
    offered = environment.get(_SUMMARY_VARIABLE)
    return Path(offered) if offered else None


def step_summary() -> Path | None:
    """Return the file of the job's summary where the present command writes one because it annotates."""
    return offered_summary(os.environ) if annotates() else None


def annotate(annotations: Iterable["Annotation"]) -> None:
    """Write annotations, where they are asked for."""
    if not annotates():
        return
    from probe.render.github_annotations import workflow_command

    for annotation in annotations:
        line = workflow_command(annotation)
        if isinstance(sys.stderr, StandardStream):
            sys.stderr.write_command(line)
        else:
            print(line, file=sys.stderr, flush=True)  # noqa: T201 - not the command line


def annotate_report(report: "Report") -> None:
    """Annotate the health of a report's targets, and the gates that failed."""
    if annotates():
        from probe.render.github_annotations import report_annotations

        annotate(report_annotations(report, present_texts()))


def annotate_findings(target: str, findings: Iterable["CheckFinding"]) -> None:
    """Annotate what is wrong with a target."""
    if annotates():
        from probe.render.github_annotations import finding_annotations

        annotate(finding_annotations(target, findings, present_texts()))


def annotate_error(text: str) -> None:
    """Annotate why a command could not do its work."""
    from probe.render.github_annotations import Annotation, AnnotationLevel

    title = present_texts()("annotation.stopped")
    annotate([Annotation(AnnotationLevel.ERROR, title, tuple(text.splitlines()))])


def tell_of_report(report: "Report", run: Path | None = None, file: Path | None = None) -> None:
    """Annotate a report, append it to the job's summary, and set the outputs `health`, `run` and `report`."""
    if not annotates():
        return
    from probe.render.markdown import render_markdown

    annotate_report(report)
    summarise(render_markdown(report, present_texts()))
    set_outputs(report_outputs(report, run, file))


def report_outputs(report: "Report", run: Path | None, file: Path | None = None) -> dict[str, str]:
    """Return the outputs of a step that made or read a report; `health` is the worst target's."""
    targets = [section for section in report.worst_first if section in report.targets]
    outputs = {"health": targets[0].health.word.value} if targets else {}
    named = {"run": run, "report": file}
    return outputs | {name: str(path) for name, path in named.items() if path}


def tell_of_night(night: "NightlyReport") -> None:
    """Annotate a night and the report of its run, and set the outputs. It has a summary of its own."""
    if not annotates():
        return
    from probe.render.github_annotations import night_annotations
    from probe.stats.night_baseline import LEAST_NIGHTS

    annotate(night_annotations(night.nights, LEAST_NIGHTS, present_texts()))
    annotate_report(night.report)
    set_outputs(report_outputs(night.report, night.folder, night.folder / REPORT_HTML))


def tell_of_check(report: "CheckReport") -> None:
    """Annotate the findings of a check, append its listing to the job's summary, and set the outputs."""
    if not annotates():
        return
    from probe.render.check_listing import render_check

    annotate_findings(report.target, report.findings)
    summarise(fenced(render_check(report, present_texts())))
    set_outputs({"wrong": str(sum(finding.severity == "wrong" for finding in report.findings))})


def tell_of_deep_check(report: "DeepReport") -> None:
    """Annotate the cases that failed, append the matrix to the job's summary, and set the outputs."""
    if not annotates():
        return
    from probe.render.deep_markdown import render_deep_markdown
    from probe.render.github_annotations import deep_annotations

    failed = list(deep_annotations(report, present_texts()))
    annotate(failed)
    summarise(render_deep_markdown(report, present_texts()))
    set_outputs({"wrong": str(len(failed))})


def fenced(text: str) -> str:
    """Return text as a block of code in Markdown, which nothing in it can end."""
    fence = "`" * 3
    while fence in text:
        fence += "`"
    return f"{fence}\n{text.rstrip()}\n{fence}\n"


def summarise(markdown: str) -> None:
    """Append Markdown to the job's summary, where there is one."""
    path = step_summary()
    if path:
        append_summary(path, markdown + "\n")


def set_outputs(outputs: Mapping[str, str]) -> None:
    """Set outputs of the step, where the CI takes some; say so where they cannot be written, which is no error."""
    path = os.environ.get(_OUTPUT_VARIABLE)
    if not path or not annotates():
        return
    lines = "".join(f"{name}={printable(value)}\n" for name, value in outputs.items())
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(lines)
    except OSError as error:
        tell("annotation.no_outputs", path=path, problem=system_words(error.strerror or str(error)))
