"""The options that several commands share, each said once. Imports nothing heavy.

Where an option says what Options holds, its parameter has the name that the field has there: see `given`.
"""

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.annotations import AnnotationsFor, choose_annotations
from probe.cli.completion import complete_fault, complete_gate, complete_run, complete_target
from probe.drivers.driver_registry import DRIVERS
from probe.model.choices import MOST_LANES
from probe.suggest import did_you_mean
from probe.units import parse_duration_s

MOST_ROUNDS = 1_000_000
DEFAULT_OUT = Path("reports")
TARGET, CLIENT, EMBEDDED, LIMITS = "Target", "Client", "Embedded upstream", "Limits and gates"
VERDICT, OUTPUT = "Verdict", "Output"


def duration(text: str) -> float:
    """Parse a duration for Typer, into seconds."""
    try:
        return parse_duration_s(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def deadline(text: str) -> float:
    """Parse a duration that must be longer than nothing, into seconds."""
    seconds = duration(text)
    if seconds == 0:
        raise typer.BadParameter(f"{text!r} is no time at all; it must be more than 0")
    return seconds


def driver_name(text: str) -> str:
    """Parse the name of a driver."""
    if text not in DRIVERS:
        names = ", ".join(repr(name) for name in DRIVERS)
        raise typer.BadParameter(f"{text!r} is not one of {names}. {did_you_mean(text, DRIVERS)}".rstrip())
    return text


TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        parser=deadline,
        metavar="DURATION",
        help="Deadline of every call, such as 90s or 2m. (default: the scenario's, 240s in most)",
    ),
]
GapOption = Annotated[
    float | None,
    typer.Option(
        "--gap",
        parser=duration,
        metavar="DURATION",
        help="Idle time before a round, from the end of the call before. (default: the scenario's)",
    ),
]
ConcurrencyOption = Annotated[
    int | None,
    typer.Option(
        "--concurrency",
        min=1,
        max=MOST_LANES,
        help="Rounds at a time; they keep an upstream warm and share this machine. (default: 1)",
    ),
]
TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target",
        autocompletion=complete_target,
        help="A target of probe.toml, or `embedded`. (default: the file's default_target)",
        rich_help_panel=TARGET,
    ),
]
TargetsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        autocompletion=complete_target,
        help="A target of probe.toml, or `embedded`; several are measured side by side, in random order. "
        "(default: the file's default_target)",
        rich_help_panel=TARGET,
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Read this file alone. (default: the nearest probe.toml here or above, and ~/.config/probe/probe.toml)",
    ),
]
EnvOption = Annotated[
    list[str] | None,
    typer.Option(
        "--env", metavar="KEY=VALUE", help="A further variable for the client; may be repeated.", rich_help_panel=TARGET
    ),
]
ClientOption = Annotated[
    str | None,
    typer.Option(
        "--client",
        metavar="CMD",
        help="The client's command, of one or more words. (default: PROBE_CLIENT, PATH, SDK)",
        rich_help_panel=CLIENT,
    ),
]
FaultsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        autocompletion=complete_fault,
        metavar="FAULT",
        help="What it does wrong, or `none`; see `probe upstream faults`. May be repeated.",
        rich_help_panel=EMBEDDED,
    ),
]
FailOnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        autocompletion=complete_gate,
        metavar="GATE",
        help="End with 3 when this holds: 'call1.failure_rate > 0.1'. May be repeated.",
        rich_help_panel=LIMITS,
    ),
]
PreflightOption = Annotated[
    bool | None,
    typer.Option(
        "--preflight/--no-preflight",
        help="Before the first round, try the connection and one tiny call; stop if every call would fail. "
        "(default: preflight, but for the embedded upstream)",
        rich_help_panel=LIMITS,
    ),
]
KeepGoingOption = Annotated[
    bool | None,
    typer.Option(
        "--keep-going",
        help="Make all rounds, whatever the preflight finds, and though every call of three rounds failed alike.",
        rich_help_panel=LIMITS,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.", rich_help_panel=OUTPUT)]
VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="Say more: all reasons for the verdict, and further tables.",
        rich_help_panel=OUTPUT,
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help="Print the result as one JSON object on standard output.", rich_help_panel=OUTPUT),
]
AnnotationsOption = Annotated[
    AnnotationsFor | None,
    typer.Option(
        "--annotations",
        callback=choose_annotations,
        help="Annotate health, failed gates and findings, and set the job summary and outputs of the step. "
        "(default: none of it)",
        rich_help_panel=OUTPUT,
    ),
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of to standard output.")]
OutOption = Annotated[
    Path,
    typer.Option("--out", help="Directory for runs and reports; runs go into its `runs`.", rich_help_panel=OUTPUT),
]


RUN_NAMES = "`latest`, `latest~1`, an id of `probe ls`, part of a name, or a directory"
RunArgument = Annotated[
    str | None, typer.Argument(metavar="RUN", autocompletion=complete_run, help=f"{RUN_NAMES}. (default: latest)")
]
