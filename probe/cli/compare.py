"""`probe compare`: one run against another."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import end, say
from probe.cli.completion import complete_run
from probe.cli.language import present_texts, tell
from probe.cli.options import DEFAULT_OUT, RUN_NAMES, OutOption, OutputOption
from probe.errors import ExitCode

if TYPE_CHECKING:
    from probe.model.comparison import Comparison
    from probe.texts import Texts

EXAMPLES = """\b
Examples:
  probe compare 20261120T020000Z-cold-start-glm 20261121T020000Z-cold-start-glm
  probe compare BASE CANDIDATE --fail-on-regression --format json"""


class ComparisonFormat(StrEnum):
    """Formats of a comparison."""

    MARKDOWN = "markdown"
    JSON = "json"


def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", autocompletion=complete_run, help=f"A run: {RUN_NAMES}.")],
    candidate: Annotated[
        str,
        typer.Argument(
            metavar="CANDIDATE",
            autocompletion=complete_run,
            help="The run to hold against it.",
        ),
    ],
    form: Annotated[
        ComparisonFormat | None,
        typer.Option("--format", help="How to write it. (default: markdown; on a terminal, what differs)"),
    ] = None,
    fail_on_regression: Annotated[
        bool, typer.Option("--fail-on-regression", help="End with 3 when the candidate is worse beyond chance.")
    ] = False,
    output: OutputOption = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Compare two runs: every difference with its interval.

    A regression is told from failure rates and mean durations, each with an interval widened for their number: two
    runs that are alike give one in at most 5 % of comparisons.
    """
    from probe.cli.deliver import deliver, is_for_terminal, named_file
    from probe.render.comparison_conclusion import conclusion
    from probe.render.comparison_markdown import render_comparison
    from probe.reporting.compare_runs import compare_runs
    from probe.sanitise import harmless_json

    texts, on_terminal, file = present_texts(), is_for_terminal(form, output), named_file(output)
    found = compare_runs(base, candidate, out)
    if on_terminal:
        _show(found, texts)
    elif form is ComparisonFormat.JSON:
        deliver(harmless_json(found.model_dump_json()), file)
    else:
        deliver(render_comparison(found, texts), file)
    if file:
        tell("command.written", path=file)
    if fail_on_regression and found.regressions:
        if not on_terminal:
            say(conclusion(found, texts))
        end(ExitCode.FAILED)


def _show(comparison: "Comparison", texts: "Texts") -> None:
    from probe.cli.console import show
    from probe.render.terminal_comparison import comparison_blocks

    show(comparison_blocks(comparison, texts))
