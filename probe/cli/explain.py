"""`probe explain`: one call told as a story."""

from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import put
from probe.cli.options import DEFAULT_OUT, OutOption
from probe.errors import UsageError

if TYPE_CHECKING:
    from probe.model.row import Row

EXAMPLES = """\b
Examples:
  probe explain
  probe explain 20261121T080000Z-cold-start-glm --round 7 --step call1"""


def explain(
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="Run directory or id; else the latest.")] = None,
    number: Annotated[
        int | None, typer.Option("--round", min=1, help="The round; else the first one with a call that is not clean.")
    ] = None,
    step: Annotated[str | None, typer.Option(help="Only this step's call.")] = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Tell a round's calls as a story.

    A timeline of phases and exchanges, the outcome, and the lines of evidence for it.
    """
    from probe.render.story import render_story
    from probe.reporting.find_runs import find_run, places
    from probe.reporting.load_runs import load_calls, load_rows
    from probe.store import read_exchanges

    place, *others = places([find_run(run, out)])
    if others:
        arms = ", ".join(str(each.path) for each in (place, *others))
        raise UsageError("several runs were made side by side", path=place.group, remedy=f"Name one: {arms}")
    chosen = _chosen(load_rows(place)[2], number, step)
    calls = [call for call in load_calls(place, chosen[0].round) if step in {None, call.label}]
    put("\n\n".join(render_story(call, read_exchanges(place.path, call)) for call in calls))


def _chosen(calls: "list[Row]", number: int | None, step: str | None) -> "list[Row]":
    """The calls of the round that is asked for. Raises UsageError that says which there are."""
    if not calls:
        raise UsageError("no call of this run can be told of")
    if number is None:
        number = next((call.round for call in calls if not call.clean), calls[0].round)
    found = [call for call in calls if call.round == number and step in {None, call.label}]
    if not found:
        rounds = sorted({call.round for call in calls})
        labels = sorted({call.label for call in calls})
        raise UsageError(
            f"no call of round {number}" + (f" is called {step!r}" if step else ""),
            key="--round" if number not in rounds else "--step",
            remedy=f"Rounds: {rounds[0]} to {rounds[-1]}; steps: {', '.join(labels)}",
        )
    return found
