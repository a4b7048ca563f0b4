"""`probe scenarios`"""

from typing import Annotated

import typer

from probe.cli.common import put, put_data
from probe.cli.filled import Command

app = typer.Typer(help="List, show and check scenarios.", no_args_is_help=True)


@app.command("list", cls=Command)
def list_() -> None:
    """List the scenarios that come with probe."""
    from probe.inputs.load_scenario import load_scenario, shipped_scenarios

    names = shipped_scenarios()
    width = max(map(len, names), default=0)
    put("\n".join(f"{name:<{width}}  {load_scenario(name).description}" for name in names))


@app.command(cls=Command)
def show(scenario: Annotated[str, typer.Argument(help="A shipped name or a file.")]) -> None:
    """Print a scenario's file, to start one of your own from."""
    from probe.inputs.load_scenario import find_scenario
    from probe.inputs.source_lines import read_text

    put_data(read_text(find_scenario(scenario)))


@app.command(cls=Command)
def validate(
    files: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Shipped names or files.")],
) -> None:
    """Check scenarios; an error names file, line, key and what is allowed."""
    from probe.inputs.load_scenario import load_scenario

    for name in files:
        scenario = load_scenario(name)
        put(f"{name}: fine: {len(scenario.steps)} steps, {scenario.rounds} rounds, digest {scenario.digest()}")
