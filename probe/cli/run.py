"""`probe run`: the main job."""

from typing import Annotated

import typer

from probe.cli.common import end
from probe.cli.completion import complete_driver, complete_run
from probe.cli.fleet_options import FleetOptions
from probe.cli.option_groups import given, with_groups
from probe.cli.options import (
    CLIENT,
    MOST_ROUNDS,
    OUTPUT,
    RUN_NAMES,
    TARGET,
    VERDICT,
    ConcurrencyOption,
    EnvOption,
    FaultsOption,
    TargetsOption,
    deadline,
    driver_name,
    duration,
)
from probe.cli.run_options import LimitOptions, MeasuredClientOptions, RoundOptions, RunOutput, UpstreamOptions
from probe.model.choices import OutputFormat

EXAMPLES = """\b
Examples:
  probe run
  probe run --rounds 30 --base-url https://relay.example --model glm-4.7
  probe run --target glm --gap 2m --timeout 90s --fail-on 'call1.failure_rate > 0.1'
  probe run --target glm --until-sure --control
  probe run --target glm --target kimi --rounds 30
  probe run --target glm --scenario keep-warm
  probe run --target glm --driver claude-print --driver messages
  probe run --target glm --fleet tls://HOST:8786 --tls KEYS --vantage fra --vantage local
  probe run --resume RUN"""


@with_groups
def run(
    *,
    round_options: RoundOptions,
    gap_upto_s: Annotated[
        float | None,
        typer.Option(
            "--gap-upto",
            parser=duration,
            metavar="DURATION",
            help="Give each round an idle time of its own, from --gap to this: how long does the upstream stay warm?",
        ),
    ] = None,
    concurrency: ConcurrencyOption = None,
    prepare: Annotated[
        str | None,
        typer.Option(metavar="CMD", help="A shell command to run before each round, to restart a relay say."),
    ] = None,
    targets: TargetsOption = None,
    control: Annotated[
        bool | None,
        typer.Option(
            "--control",
            help="Add rounds against the embedded upstream, to take off what a first call costs the client itself.",
            rich_help_panel=TARGET,
        ),
    ] = None,
    upstream: UpstreamOptions,
    env: EnvOption = None,
    drivers: Annotated[
        list[str] | None,
        typer.Option(
            "--driver",
            autocompletion=complete_driver,
            parser=driver_name,
            metavar="NAME",
            help="What makes the calls: claude-print, claude-live, agent-sdk, agent-sdk-isolated, messages, "
            "chat-completions. Several are measured side by side. (default: claude-print)",
            rich_help_panel=CLIENT,
        ),
    ] = None,
    isolate: Annotated[
        bool | None,
        typer.Option(
            "--isolate",
            help="Beside a driver that keeps a client running, measure one that starts a client for each call.",
            rich_help_panel=CLIENT,
        ),
    ] = None,
    client_options: MeasuredClientOptions,
    output_format: Annotated[
        OutputFormat | None,
        typer.Option(
            help="What the client prints; json leaves nothing of a killed call. (default: stream-json)",
            rich_help_panel=CLIENT,
        ),
    ] = None,
    record_bodies: Annotated[
        bool | None,
        typer.Option(
            "--record-bodies", help="Keep the bodies of requests and responses, redacted.", rich_help_panel=CLIENT
        ),
    ] = None,
    keep_sandbox: Annotated[
        bool, typer.Option("--keep-sandbox", help="Do not remove the sandboxes.", rich_help_panel=CLIENT)
    ] = False,
    dangerously_skip_permissions: Annotated[
        bool | None,
        typer.Option(
            "--dangerously-skip-permissions",
            help="Let the upstream run any command on this machine, as you. Not needed to measure it.",
            rich_help_panel=CLIENT,
        ),
    ] = None,
    faults: FaultsOption = None,
    fleet_options: FleetOptions,
    limits: LimitOptions,
    until_sure: Annotated[
        bool | None,
        typer.Option("--until-sure", help="Stop as soon as the verdict is settled.", rich_help_panel=VERDICT),
    ] = None,
    max_rounds: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST_ROUNDS, help="With --until-sure: at most so many. (default: 200)", rich_help_panel=VERDICT
        ),
    ] = None,
    delta: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=0.99,
            help="The least difference of failure rates that matters. (default: 0.15)",
            rich_help_panel=VERDICT,
        ),
    ] = None,
    slower_by_s: Annotated[
        float | None,
        typer.Option(
            "--slower-by",
            parser=duration,
            metavar="DURATION",
            help="How much longer a call must take to be slower. (default: 1s, or a quarter of a usual call)",
            rich_help_panel=VERDICT,
        ),
    ] = None,
    slow_after_s: Annotated[
        float | None,
        typer.Option(
            "--slow-after",
            parser=deadline,
            metavar="DURATION",
            help="A call that takes longer makes the target SLOW. (default: no limit)",
            rich_help_panel=VERDICT,
        ),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="RUN", autocompletion=complete_run, help=f"Go on with a run: {RUN_NAMES}.", rich_help_panel=OUTPUT
        ),
    ] = None,
    output: RunOutput,
) -> None:
    """Run a scenario with the real client and keep every round.

    Ends with a report. Without a target it uses the embedded upstream and says so.
    """
    options = given(locals())
    from probe.cli.before_run import ended_by_preflight
    from probe.cli.github_actions import step_summary
    from probe.cli.make_run import run_given_options

    with ended_by_preflight(as_json=output.as_json, summary=step_summary()):
        _, code = run_given_options(options, env, output, resume=resume, keep_sandbox=keep_sandbox)
    end(code)
