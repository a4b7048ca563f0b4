"""Options that are always taken together, as groups: a dataclass, of which `with_groups` makes options of a command.

Imports nothing heavy.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.completion import complete_scenario
from probe.cli.options import (
    CLIENT,
    DEFAULT_OUT,
    LIMITS,
    MOST_ROUNDS,
    OUTPUT,
    TARGET,
    AnnotationsOption,
    ClientOption,
    FailOnOption,
    GapOption,
    JsonOption,
    KeepGoingOption,
    OutOption,
    PreflightOption,
    QuietOption,
    TimeoutOption,
    VerboseOption,
)
from probe.model.choices import SecondCallMode, Workload


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
    keep_output: Annotated[
        bool | None,
        typer.Option(
            "--keep-output",
            help="Keep all that the client prints, also for calls that went well.",
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
    annotations: AnnotationsOption = None
    out: OutOption = DEFAULT_OUT
