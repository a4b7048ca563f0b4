"""`probe explain`: one call told as a story."""

import sys
from typing import Annotated

import typer

from probe.cli.common import is_terminal, put
from probe.cli.language import present_texts
from probe.cli.options import DEFAULT_OUT, OutOption, RunArgument

EXAMPLES = """\b
Examples:
  probe explain
  probe explain 20261121T080000Z-cold-start-glm --round 7 --step call1"""


def explain(
    run: RunArgument = None,
    number: Annotated[int | None, typer.Option("--round", min=1, help="The round; else the most telling one.")] = None,
    step: Annotated[str | None, typer.Option(help="Only this step's call.")] = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Show what happened in one round, call by call.

    A timeline of phases and exchanges, the outcome, and the lines of evidence for it. Without --round it tells of the
    first call of the most frequent failure, else of one that was silently retried, else of the slowest.
    """
    from probe.cli.console import console_of, show
    from probe.render.story import PIPE_COLUMNS, render_story
    from probe.render.terminal_story import choice_line, story_lines
    from probe.reporting.choose_calls import calls_of_round, most_telling, single_run
    from probe.reporting.load_runs import load_rows
    from probe.store import read_exchanges

    place, texts = single_run(run, out), present_texts()
    rows = load_rows(place)[2]
    chosen = most_telling(rows, step) if number is None else None
    if chosen:
        number = chosen.row.round
        show([choice_line(chosen.row, chosen.reason.value, chosen.alike, chosen.last_round, texts)], sys.stderr)
    calls = calls_of_round(place, rows, number or 1, step)
    on_terminal = is_terminal(sys.stdout)
    columns = console_of(sys.stdout).width if on_terminal else PIPE_COLUMNS
    stories = [render_story(call, read_exchanges(place.path, call), texts, columns) for call in calls]
    if on_terminal:
        show(story_lines(stories))
    else:
        put("\n\n".join(stories))
