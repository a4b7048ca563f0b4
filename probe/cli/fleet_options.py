"""The options of a run over several machines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.options import duration

FLEET = "Fleet"


@dataclass(frozen=True)
class FleetOptions:
    """The fleet of a run, and the places where its calls are made."""

    fleet: Annotated[
        str | None,
        typer.Option(
            "--fleet",
            metavar="ADDRESS",
            help="The scheduler of a fleet, such as tls://HOST:8786; see `probe fleet`. (default: none)",
            rich_help_panel=FLEET,
        ),
    ] = None
    vantages: Annotated[
        list[str] | None,
        typer.Option(
            "--vantage",
            metavar="NAME",
            help="A place that makes all rounds: a worker's vantage, or `local` for this machine; may be repeated. "
            "(default: this machine, without a fleet)",
            rich_help_panel=FLEET,
        ),
    ] = None
    tls: Annotated[
        Path | None,
        typer.Option(
            "--tls",
            metavar="DIR",
            help="The directory with this member's certificate; see `probe fleet keys`. (default: none, on loopback)",
            rich_help_panel=FLEET,
        ),
    ] = None
    allow_client_differences: Annotated[
        bool | None,
        typer.Option(
            "--allow-client-differences",
            help="Measure though vantages have different versions of the client.",
            rich_help_panel=FLEET,
        ),
    ] = None
    vantage_wait_s: Annotated[
        float | None,
        typer.Option(
            "--vantage-wait",
            parser=duration,
            metavar="DURATION",
            help="How long to wait for the worker of a vantage that is lost. (default: 60s)",
            rich_help_panel=FLEET,
        ),
    ] = None
