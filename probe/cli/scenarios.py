"""`probe scenarios`: list, show and check scenarios."""

from typing import Annotated

import typer

from probe.cli.command_group import COMMANDS, ProbeCommand
from probe.cli.common import put, put_data

app = typer.Typer(help=COMMANDS["scenarios"], no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command("list", cls=ProbeCommand)
def list_() -> None:
    """List the scenarios that come with probe."""
    from probe.inputs.load_scenario import load_scenario, shipped_scenarios

    names = shipped_scenarios()
    width = max(map(len, names), default=0)
    put("\n".join(f"{name:<{width}}  {load_scenario(name).description}" for name in names))


@app.command(cls=ProbeCommand)
def show(scenario: Annotated[str, typer.Argument(help="A shipped name or a file.")]) -> None:
    """Print a scenario's file, to start one of your own from."""
    from probe.inputs.load_scenario import find_scenario
    from probe.inputs.source_lines import read_text

    put_data(read_text(find_scenario(scenario)))


@app.command(cls=ProbeCommand)
def validate(
    files: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Shipped names or files.")],
) -> None:
    """Check scenarios; an error names file, line, key and what is allowed."""
    from probe.inputs.load_scenario import load_scenario

    for name in files:
        scenario = load_scenario(name)
        put(f"{name}: fine: {len(scenario.steps)} steps, {scenario.rounds} rounds, digest {scenario.digest()}")
