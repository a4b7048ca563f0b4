"""`probe compare`"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import end, say
from probe.cli.options import DEFAULT_OUT, OutOption, OutputOption
from probe.errors import ExitCode, UsageError
from probe.model.choices import Language

if TYPE_CHECKING:
    from probe.model.report_sections import Section

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe compare 20261120T020000Z-cold-start-glm 20261121T020000Z-cold-start-glm",
        "  probe compare BASE CANDIDATE --fail-on-regression --format json",
    )
)


class ComparisonFormat(StrEnum):
    """What a comparison is written as."""

    MARKDOWN = "markdown"
    JSON = "json"


def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", help="A run's directory or id.")],
    candidate: Annotated[str, typer.Argument(metavar="CANDIDATE", help="The run to hold against it.")],
    form: Annotated[ComparisonFormat, typer.Option("--format", help="How to write it.")] = ComparisonFormat.MARKDOWN,
    fail_on_regression: Annotated[
        bool, typer.Option("--fail-on-regression", help="End with 3 when the candidate is worse beyond chance.")
    ] = False,
    lang: Annotated[Language, typer.Option(help="The language it is written in.")] = Language.EN,
    output: OutputOption = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Hold one run against another: every difference with its interval.

    A regression is told from failure rates and mean durations, each with an interval widened for their number: two
    runs that are alike give one in at most 5 % of comparisons.
    """
    from probe.cli.deliver import deliver, named_file
    from probe.render.comparison_markdown import conclusion, render_comparison
    from probe.render.texts import Texts
    from probe.reporting.find_runs import find_run, group_of
    from probe.sanitise import harmless_json
    from probe.stats.compare_sections import compare_sections

    texts, output = Texts(lang), named_file(output)
    places = [find_run(name, out) for name in (base, candidate)]
    before, after = map(_section, places)
    if before.runs == after.runs:
        raise UsageError(
            "is the run that it is to be held against", key=f"CANDIDATE {candidate}", remedy="Name two runs."
        )
    first, second = map(group_of, places)
    found = compare_sections(before, after, interleaved=first is not None and first == second)
    as_json = form is ComparisonFormat.JSON
    deliver(harmless_json(found.model_dump_json()) if as_json else render_comparison(found, texts), output)
    if output:
        say(f"written to {output}")
    if fail_on_regression and found.regressions:
        say(conclusion(found, texts))
        end(ExitCode.GATE_FAILED)


def _section(path: Path) -> "Section":
    """The one section of the target that was measured there."""
    from probe.model.choices import Role
    from probe.reporting.build_report import report_of

    sections = [section for section in report_of([path], ()).sections if section.role is Role.TARGET]
    if not sections:
        raise UsageError("holds no calls to a target", path=path)
    if len(sections) > 1:
        names = ", ".join(section.name for section in sections)
        raise UsageError(
            f"holds more than one target ({names})",
            path=path,
            remedy=f"Name one of them: {path / sections[0].name}",
        )
    return sections[0]
