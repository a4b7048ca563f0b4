"""`probe plan`: how many rounds a question takes."""

from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import put, put_json
from probe.cli.completion import complete_scenario
from probe.cli.language import present_texts
from probe.cli.options import GapOption, JsonOption, TimeoutOption, deadline, duration
from probe.model.choices import Workload
from probe.texts import Texts

if TYPE_CHECKING:
    from probe.model.round_plan import RoundPlan
    from probe.model.scenario import Scenario

EXAMPLES = """\b
Examples:
  probe plan --first-fails 30%
  probe plan --slower 5s --call 15s --spread 30% --gap 2m
  probe plan --first-fails 10% --second-fails 2% --power 90% --json"""

_MORE = 1.25


def share(text: str) -> float:
    """Parse a share for Typer: `30%` or `0.3`."""
    number, percent, rest = text.strip().partition("%")
    try:
        value = float(number) / (100 if percent else 1)
    except ValueError:
        value = -1.0
    if rest.strip() or not 0 <= value <= 1:
        raise typer.BadParameter(f"{text!r} is not a share; write it as 30% or 0.3")
    return value


def plan(
    first_fails: Annotated[
        float | None,
        typer.Option(parser=share, metavar="SHARE", help="First calls fail in this share of rounds."),
    ] = None,
    second_fails: Annotated[
        float,
        typer.Option(parser=share, metavar="SHARE", help="Second calls do.", show_default=True),
    ] = "5%",  # type: ignore[assignment] # Typer parses defaults too
    slower: Annotated[
        float,
        typer.Option(parser=duration, metavar="DURATION", help="First calls take so much longer.", show_default=True),
    ] = "0s",  # type: ignore[assignment]
    slower_in: Annotated[
        float,
        typer.Option(parser=share, metavar="SHARE", help="They do in this share of rounds.", show_default=True),
    ] = "100%",  # type: ignore[assignment]
    call: Annotated[
        float,
        typer.Option(parser=deadline, metavar="DURATION", help="What a call usually takes.", show_default=True),
    ] = "5s",  # type: ignore[assignment]
    spread: Annotated[
        float,
        typer.Option(parser=share, metavar="SHARE", help="By how much that varies.", show_default=True),
    ] = "20%",  # type: ignore[assignment]
    power: Annotated[
        float,
        typer.Option(parser=share, metavar="SHARE", help="The share of runs to be settled.", show_default=True),
    ] = "80%",  # type: ignore[assignment]
    scenario: Annotated[
        str, typer.Option(metavar="NAME|FILE", autocompletion=complete_scenario, help="Its steps count for time.")
    ] = "cold-start",
    gap_s: GapOption = None,
    timeout_s: TimeoutOption = None,
    workload: Annotated[Workload, typer.Option(help="What Claude Code sends.")] = Workload.FULL,
    delta: Annotated[
        float, typer.Option(min=0.01, max=0.99, help="The least difference of failure rates that matters.")
    ] = 0.15,
    slower_by: Annotated[
        float | None,
        typer.Option(
            parser=duration,
            metavar="DURATION",
            help="How much longer a call must take to be slower. (default: 1s, or a quarter of a usual call)",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say how many rounds, minutes and tokens a question takes.

    Simulates runs in which calls are as the options say, and judges them as `probe run --until-sure` does. Nothing is
    sent anywhere.
    """
    from probe.model.round_plan import PlanQuestion
    from probe.session.plan_run import plan_run

    question = PlanQuestion(
        first_fails=second_fails if first_fails is None else first_fails,
        second_fails=second_fails,
        call_s=call,
        spread=spread,
        slower_s=slower,
        slower_share=_above_nothing("--slower-in", slower_in),
        delta=delta,
        slower_by_s=slower_by,
    )
    found = plan_run(_scenario(scenario, gap_s, timeout_s), question, _proper_power(power), workload)
    if as_json:
        put_json(found.model_dump_json())
    else:
        put("\n".join(_lines(found, _command(found, scenario, gap_s), present_texts())))


def _above_nothing(option: str, value: float) -> float:
    if value == 0:
        raise typer.BadParameter("must be more than 0", param_hint=option)
    return value


def _proper_power(power: float) -> float:
    if not 0.01 <= power <= 0.99:
        raise typer.BadParameter("must lie between 1% and 99%", param_hint="--power")
    return power


def _scenario(name: str, gap_s: float | None, timeout_s: float | None) -> "Scenario":
    from probe.inputs.load_scenario import load_scenario

    scenario = load_scenario(name)
    if timeout_s is not None:
        steps = tuple(step.model_copy(update={"timeout_s": timeout_s}) for step in scenario.steps)
        scenario = scenario.model_copy(update={"steps": steps})
    return scenario if gap_s is None else scenario.model_copy(update={"gap_s": gap_s})


def _command(found: "RoundPlan", scenario: str, gap_s: float | None) -> str:
    """Return the command that would measure it, with a quarter more rounds than nearly all runs take."""
    most = [planned.rounds or found.looked_ahead for planned in (*found.cold, *found.no_effect)]
    words = ["probe run --target NAME --until-sure --max-rounds", str(round(_MORE * max(most)))]
    if scenario != "cold-start":
        words += ["--scenario", scenario]
    if gap_s:
        words += ["--gap", f"{gap_s:g}s"]
    return " ".join(words)


def _lines(found: "RoundPlan", command: str, texts: Texts) -> list[str]:
    from probe.cli.column_layout import ListColumn, laid_out, terminal_width
    from probe.render.plan_listing import plan_foot, plan_head, plan_rows

    names = ("answer", "rounds", "time", "tokens")
    cells = zip(*plan_rows(found, texts), strict=True)
    columns = [ListColumn(texts(f"plan.column.{name}"), rows) for name, rows in zip(names, cells, strict=True)]
    table = laid_out(columns, terminal_width())
    return [*plan_head(found, texts), "", *table, "", *plan_foot(found, command, texts)]
