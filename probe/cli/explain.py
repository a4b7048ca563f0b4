"""`probe explain`: one call, or the incidents of a recording, told as a story."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.common import is_terminal, put
from probe.cli.language import present_texts
from probe.cli.options import DEFAULT_OUT, OutOption, RunArgument

EXAMPLES = """\b
Examples:
  probe explain
  probe explain RECORDING 17
  probe explain 20261121T080000Z-cold-start-glm --round 7 --step call1"""


def explain(
    run: RunArgument = None,
    request: Annotated[
        int | None, typer.Argument(metavar="REQUEST", min=1, help="Of a recording: the request with this number.")
    ] = None,
    number: Annotated[int | None, typer.Option("--round", min=1, help="The round; else the most telling one.")] = None,
    step: Annotated[str | None, typer.Option(help="Only this step's call.")] = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Show what happened in one round, call by call.

    A timeline of phases and exchanges, the outcome, and the lines of evidence for it. Without --round it tells of the
    first call of the most frequent failure, else of one that was silently retried, else of the slowest.

    Of a recording it tells in order of the requests that failed, were silently retried or stalled, or all of REQUEST.
    """
    from probe.cli.report_of_recording import refuse_options
    from probe.reporting.find_runs import find_run
    from probe.store import is_recording

    path = find_run(run, out)
    if is_recording(path):
        refuse_options({"--round": number, "--step": step}, of_recording=True)
        _put_stories(list(_request_stories(path, request)))
        return
    refuse_options({"REQUEST": request}, of_recording=False)
    _explain_call(run, out, number, step)


def _explain_call(run: str | None, out: Path, number: int | None, step: str | None) -> None:
    """Tell of the calls of a round of a scripted run."""
    from probe.cli.console import show
    from probe.render.story import render_story
    from probe.render.terminal_story import choice_line
    from probe.reporting.choose_calls import calls_of_round, most_telling, party_among, single_run
    from probe.reporting.load_runs import load_rows
    from probe.store import read_exchanges

    place, texts = single_run(run, out), present_texts()
    manifest, _, rows, _ = load_rows(place)
    chosen = most_telling(rows, step) if number is None else None
    if chosen:
        number = chosen.row.round
        show([choice_line(chosen.row, chosen.reason.value, chosen.alike, chosen.last_round, texts)], sys.stderr)
    calls = calls_of_round(place, rows, number or 1, step)
    by_client = manifest is None or manifest.runs_client
    _put_stories(
        [
            render_story(
                call,
                read_exchanges(place.path, call),
                texts,
                _columns(),
                party_among(call, rows),
                by_client=by_client,
            )
            for call in calls
        ]
    )


def _request_stories(path: Path, number: int | None) -> Iterator[str]:
    """Yield the story of a request of a recording; without a number the incidents, in order."""
    from probe.render.recorded_story import recording_stories, request_story
    from probe.reporting.explain_recording import told_recording, told_request

    texts = present_texts()
    if number is None:
        yield from recording_stories(told_recording(path), texts)
    else:
        told = told_request(path, number)
        yield request_story(told, texts, _columns())


def _columns() -> int:
    from probe.cli.console import console_of
    from probe.render.story import PIPE_COLUMNS

    return console_of(sys.stdout).width if is_terminal(sys.stdout) else PIPE_COLUMNS


def _put_stories(stories: Sequence[str]) -> None:
    """Write stories as suits the terminal, or as they are."""
    from probe.cli.console import show
    from probe.render.terminal_story import story_lines

    if is_terminal(sys.stdout):
        show(story_lines(stories))
    else:
        put("\n\n".join(stories))
