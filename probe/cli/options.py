"""The options that several commands share, each said once. Imports nothing heavy.

Options that are always taken together form a group: a dataclass, of which `with_groups` makes options of a command.
Where an option says what Options holds, its parameter has the name that the field has there: see `given`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.completion import complete_fault, complete_gate, complete_run, complete_scenario, complete_target
from probe.drivers.driver_registry import DRIVERS
from probe.model.choices import SecondCallMode, Workload
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
        max=64,
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
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of to standard output.")]
OutOption = Annotated[
    Path,
    typer.Option("--out", help="Directory for runs and reports; runs go into its `runs`.", rich_help_panel=OUTPUT),
]


RUN_NAMES = "`latest`, `latest~1`, an id of `probe ls`, part of a name, or a directory"
RunArgument = Annotated[
    str | None, typer.Argument(metavar="RUN", autocompletion=complete_run, help=f"{RUN_NAMES}. (default: latest)")
]


@dataclass(frozen=True)
class RoundOptions:
    """The rounds of `probe run` and `probe nightly`."""

    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario",
            autocompletion=complete_scenario,
            help="A shipped scenario's name, or a file. (default: cold-start)",
        ),
    ] = None
    rounds: Annotated[
        int | None, typer.Option("--rounds", "-n", min=1, max=MOST_ROUNDS, help="How many. (default: the scenario's)")
    ] = None
    timeout_s: TimeoutOption = None
    gap_s: GapOption = None
    second_call_mode: Annotated[
        SecondCallMode | None,
        typer.Option(
            "--second-call-mode", help="How the second call's session relates to the first's. (default: the scenario's)"
        ),
    ] = None


@dataclass(frozen=True)
class UpstreamOptions:
    """The upstream, beside the name of a target."""

    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="The address of the upstream. (default: ANTHROPIC_BASE_URL)",
            rich_help_panel=TARGET,
        ),
    ] = None
    model: Annotated[
        str | None,
        typer.Option(
            "--model", help="The model to ask for. (default: the target's, or ANTHROPIC_MODEL)", rich_help_panel=TARGET
        ),
    ] = None
    token_env: Annotated[
        str | None,
        typer.Option(
            "--token-env",
            metavar="NAME",
            help="The variable that holds the token. (default: ANTHROPIC_AUTH_TOKEN)",
            rich_help_panel=TARGET,
        ),
    ] = None
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Read targets from this file alone. (default: the nearest probe.toml here or above, and "
            "~/.config/probe/probe.toml)",
            rich_help_panel=TARGET,
        ),
    ] = None


@dataclass(frozen=True)
class ClientOptions:
    """The client, wherever it is run against an upstream."""

    client: ClientOption = None
    workload: Annotated[
        Workload | None,
        typer.Option(
            "--workload", help="The client's own request, or one of about 2 KB. (default: full)", rich_help_panel=CLIENT
        ),
    ] = None


@dataclass(frozen=True)
class MeasuredClientOptions(ClientOptions):
    """The client of `probe run` and `probe nightly`, and how it is measured."""

    client_retries: Annotated[
        int | None,
        typer.Option(
            "--client-retries",
            min=0,
            help="How often the client may retry. (default: its own, 10)",
            rich_help_panel=CLIENT,
        ),
    ] = None
    prime: Annotated[
        bool | None,
        typer.Option(
            "--prime/--no-prime",
            help="Start the client once in each sandbox, away from the target, "
            "so that its own first start is not measured. (default: prime)",
            rich_help_panel=CLIENT,
        ),
    ] = None
    recorder: Annotated[
        bool | None,
        typer.Option(
            "--recorder/--no-recorder",
            help="Record the wire between client and upstream. (default: recorder)",
            rich_help_panel=CLIENT,
        ),
    ] = None


@dataclass(frozen=True)
class LimitOptions:
    """The limits and gates of `probe run` and `probe nightly`."""

    fail_on: FailOnOption = None
    max_cost_usd: Annotated[
        float | None,
        typer.Option(
            "--max-cost-usd",
            help="Start no further round when the client has reported this cost. (default: no limit)",
            rich_help_panel=LIMITS,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        typer.Option(
            "--max-tokens",
            min=1,
            help="Start no further round when this many tokens are used. (default: no limit)",
            rich_help_panel=LIMITS,
        ),
    ] = None
    preflight: PreflightOption = None
    keep_going: KeepGoingOption = None


@dataclass(frozen=True)
class RunOutput:
    """Printing of a command that makes a run, and the directory that the run goes to."""

    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be run, and stop.", rich_help_panel=OUTPUT)
    ] = False
    report: Annotated[
        bool,
        typer.Option(
            "--report/--no-report",
            help="Write report.md and report.html into the run's directory, which takes a second; "
            "`probe report` makes them at any time.",
            rich_help_panel=OUTPUT,
        ),
    ] = True
    quiet: QuietOption = False
    verbose: VerboseOption = False
    as_json: JsonOption = False
    out: OutOption = DEFAULT_OUT
