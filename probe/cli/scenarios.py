"""`probe scenarios`: list, show and check scenarios."""

from typing import Annotated

import typer

from probe.cli.command_group import COMMANDS, ProbeCommand, ProbeGroup
from probe.cli.common import put, put_data
from probe.cli.completion import complete_scenario
from probe.cli.language import present_texts

app = typer.Typer(
    help=COMMANDS["scenarios"], cls=ProbeGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@app.command("list", cls=ProbeCommand)
def list_() -> None:
    """List the scenarios that come with probe."""
    from probe.cli.column_layout import terminal_width
    from probe.inputs.load_scenario import load_scenario
    from probe.inputs.scenario_places import shipped_scenarios
    from probe.render.text_layout import paragraph
    from probe.texts.translations import translated

    names, texts = shipped_scenarios(), present_texts()
    heads = max(map(len, names), default=0) + 2
    for name in names:
        about = translated(load_scenario(name).description, texts)
        put("\n".join(paragraph(about, terminal_width(), head=f"{name:<{heads}}")))


@app.command(cls=ProbeCommand)
def show(
    scenario: Annotated[str, typer.Argument(autocompletion=complete_scenario, help="A shipped name or a file.")],
) -> None:
    """Print a scenario's file, to start one of your own from."""
    from probe.inputs.load_scenario import find_scenario
    from probe.inputs.source_lines import read_text

    put_data(read_text(find_scenario(scenario)))


@app.command(cls=ProbeCommand)
def validate(
    files: Annotated[
        list[str],
        typer.Argument(autocompletion=complete_scenario, metavar="SCENARIO...", help="Shipped names or files."),
    ],
) -> None:
    """Check scenarios; an error names file, line, key and what is allowed."""
    from probe.inputs.load_scenario import load_scenario

    for name in files:
        scenario = load_scenario(name)
        values = {"steps": len(scenario.steps), "rounds": scenario.rounds, "digest": scenario.digest()}
        put(present_texts()("scenario.valid", name=name, **values))
