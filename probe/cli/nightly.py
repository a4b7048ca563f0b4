"""`probe nightly`: one command for a scheduler."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import end, put
from probe.cli.deliver import append_summary
from probe.cli.fleet_options import FleetOptions
from probe.cli.history_option import HistoryOption, calls_folder, history_folder
from probe.cli.language import present_texts, tell
from probe.cli.option_groups import given, with_groups
from probe.cli.options import (
    DEFAULT_OUT,
    OUTPUT,
    AnnotationsOption,
    EnvOption,
    FaultsOption,
    JsonOption,
    OutOption,
    QuietOption,
    TargetsOption,
)
from probe.cli.run_options import LimitOptions, MeasuredClientOptions, RoundOptions, RunOutput, UpstreamOptions
from probe.cli.trend import AnyMachineOption
from probe.errors import ExitCode

if TYPE_CHECKING:
    from probe.reporting.nightly_report import NightlyReport

EXAMPLES = """\b
Examples:
  probe nightly --target glm --rounds 30 --history /var/lib/probe
  probe nightly --target glm --rounds 30 --fail-on 'call1.failure_rate > 50%' --any-machine"""
_SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"


@with_groups
def nightly(
    *,
    history: HistoryOption = None,
    keep: Annotated[
        int | None,
        typer.Option(min=10, metavar="N", help="Keep the last N nights of each series; the rule looks back 67."),
    ] = None,
    any_machine: AnyMachineOption = False,
    new_baseline: Annotated[
        bool, typer.Option("--new-baseline", help="Forget the nights before: what changed is meant to stay.")
    ] = False,
    round_options: RoundOptions,
    targets: TargetsOption = None,
    upstream: UpstreamOptions,
    env: EnvOption = None,
    client_options: MeasuredClientOptions,
    faults: FaultsOption = None,
    fleet_options: FleetOptions,
    limits: LimitOptions,
    summary: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=f"Append a Markdown summary. (default: ${_SUMMARY_VARIABLE})", rich_help_panel=OUTPUT
        ),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    annotations: AnnotationsOption = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Run, compare with the nights before, report, and keep the night.

    One night that is worse is a watch; two running are an alarm. Ends with 0 when quiet or on watch; 3 on an alarm, a
    failed gate, or where every call failed; 4 when this machine lacks something, 130 when interrupted: then the night
    is not kept.
    """
    options = given(locals())
    from probe.cli.before_run import ended_by_preflight
    from probe.cli.github_actions import tell_of_night
    from probe.cli.make_run import run_given_options
    from probe.reporting.nightly_report import NightRules, conclude_night
    from probe.store.nights import prepare_history, read_history

    given_config = str(options["config"]) if options.get("config") else None
    folder = history_folder(history, given_config)
    prepare_history(folder)
    read_history(folder)  # what cannot be used is said before a night is spent on it
    summary = summary_file(summary, os.environ)
    # Standard output is for what the night comes to.
    with ended_by_preflight(as_json=as_json, summary=summary), redirect_stdout(sys.stderr):
        path, code = run_given_options(options, env, RunOutput(out=out, quiet=quiet))
    if path is None or code not in {ExitCode.DONE, ExitCode.FAILED}:
        tell("nightly.not_kept")
        end(code)
    rules = NightRules(keep=keep, any_machine=any_machine, new_baseline=new_baseline, calls=calls_folder(given_config))
    night = conclude_night(folder, path, rules, present_texts().language)
    tell_of_night(night)
    end(show_night(night, summary, as_json=as_json))


def summary_file(named: Path | None, environment: Mapping[str, str]) -> Path | None:
    """Return the file that the summary goes to: the one that is named, else the one that the CI offers."""
    offered = environment.get(_SUMMARY_VARIABLE)
    return named or (Path(offered) if offered else None)


def show_night(night: "NightlyReport", summary: Path | None, *, as_json: bool) -> ExitCode:
    """Append the summary to its file, print what the night came to, and return the exit code."""
    if summary:
        append_summary(summary, night.summary)
    if as_json:
        put(json.dumps(night.as_json()))
    else:
        from probe.cli.console import show

        show(night.blocks)
    return night.exit_code
