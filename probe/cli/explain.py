"""`probe explain`: one call told as a story."""

from typing import Annotated

import typer

from probe.cli.common import put
from probe.cli.language import present_texts
from probe.cli.options import DEFAULT_OUT, OutOption, RunArgument

EXAMPLES = """\b
Examples:
  probe explain
  probe explain 20261121T080000Z-cold-start-glm --round 7 --step call1"""


def explain(
    run: RunArgument = None,
    number: Annotated[
        int | None, typer.Option("--round", min=1, help="The round; else the first one with a call that is not clean.")
    ] = None,
    step: Annotated[str | None, typer.Option(help="Only this step's call.")] = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Show what happened in one round, call by call.

    A timeline of phases and exchanges, the outcome, and the lines of evidence for it.
    """
    from probe.render.story import render_story
    from probe.reporting.choose_calls import calls_of_round, single_run
    from probe.store import read_exchanges

    place = single_run(run, out)
    texts = present_texts()
    calls = calls_of_round(place, number, step)
    put("\n\n".join(render_story(call, read_exchanges(place.path, call), texts) for call in calls))
