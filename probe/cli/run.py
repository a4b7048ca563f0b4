"""`probe run`: the main job."""

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.common import DEFAULT_OUT, JsonOption, OutOption, deadline, duration, end
from probe.model.choices import DriverKind, OutputFormat, SecondCallMode, Workload

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe run",
        "  probe run --rounds 30 --base-url https://relay.example --model glm-4.7",
        "  probe run --target glm --gap 2m --timeout 90s --fail-on 'call1.failure_rate > 0.1'",
        "  probe run --target glm --until-sure --control",
        "  probe run --target glm --target kimi --rounds 30",
        "  probe run --target glm --scenario keep-warm",
        "  probe run --target glm --driver claude-print --driver messages",
        "  probe run --resume RUN",
    )
)
_TARGET = "Target"
_LIMITS = "Limits and gates"
_CLIENT = "Client"
_EMBEDDED = "Embedded upstream"
_OUTPUT = "Output"
_VERDICT = "Verdict"


def run(
    scenario: Annotated[
        str | None, typer.Option(help="A shipped scenario's name, or a file. (default: cold-start)")
    ] = None,
    rounds: Annotated[
        int | None, typer.Option("--rounds", "-n", min=1, help="How many. (default: the scenario's)")
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(parser=deadline, metavar="DURATION", help="Deadline of every call, such as 90s or 2m."),
    ] = None,
    gap: Annotated[
        float | None,
        typer.Option(
            parser=duration, metavar="DURATION", help="Idle time before a round, from the end of the call before."
        ),
    ] = None,
    gap_upto: Annotated[
        float | None,
        typer.Option(
            parser=duration,
            metavar="DURATION",
            help="Give each round an idle time of its own, from --gap to this: how long does the upstream stay warm?",
        ),
    ] = None,
    second_call_mode: Annotated[
        SecondCallMode | None, typer.Option(help="How the second call's session relates to the first's.")
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="Rounds at a time; they keep an upstream warm and share this machine. (default: 1)"
        ),
    ] = None,
    prepare: Annotated[
        str | None,
        typer.Option(metavar="CMD", help="A shell command to run before each round, to restart a relay say."),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            help="A target of probe.toml, or `embedded`; several are measured side by side, in random order.",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    control: Annotated[
        bool | None,
        typer.Option(
            "--control",
            help="Add rounds against the embedded upstream, to take off what a first call costs the client itself.",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="The upstream.", rich_help_panel=_TARGET)] = None,
    model: Annotated[str | None, typer.Option(help="The model to ask for.", rich_help_panel=_TARGET)] = None,
    token_env: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The variable that holds the token. (default: ANTHROPIC_AUTH_TOKEN)",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE", help="A further variable for the client; may be repeated.", rich_help_panel=_TARGET
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of ./probe.toml.", rich_help_panel=_TARGET)
    ] = None,
    driver: Annotated[
        list[DriverKind] | None,
        typer.Option(
            help="What makes the calls; several are measured side by side: what the client adds to plain HTTP. "
            "(default: claude-print)",
            rich_help_panel=_CLIENT,
        ),
    ] = None,
    client: Annotated[
        str | None,
        typer.Option(
            metavar="CMD",
            help="The client's command, of one or more words. (default: PROBE_CLIENT, PATH, SDK)",
            rich_help_panel=_CLIENT,
        ),
    ] = None,
    client_retries: Annotated[
        int | None,
        typer.Option(min=0, help="How often the client may retry. (default: its own, 10)", rich_help_panel=_CLIENT),
    ] = None,
    workload: Annotated[
        Workload | None,
        typer.Option(help="The client's own request, or one of about 2 KB. (default: full)", rich_help_panel=_CLIENT),
    ] = None,
    output_format: Annotated[
        OutputFormat | None,
        typer.Option(
            help="What the client prints; json leaves nothing of a killed call. (default: stream-json)",
            rich_help_panel=_CLIENT,
        ),
    ] = None,
    prime: Annotated[
        bool | None,
        typer.Option(
            "--prime/--no-prime",
            help="Start the client once in each sandbox, away from the target, "
            "so that its own first start is not measured. (default: prime)",
            rich_help_panel=_CLIENT,
        ),
    ] = None,
    recorder: Annotated[
        bool | None,
        typer.Option(
            "--recorder/--no-recorder",
            help="Record the wire between client and upstream. (default: recorder)",
            rich_help_panel=_CLIENT,
        ),
    ] = None,
    record_bodies: Annotated[
        bool | None,
        typer.Option(
            "--record-bodies", help="Keep the bodies of requests and responses, redacted.", rich_help_panel=_CLIENT
        ),
    ] = None,
    keep_sandbox: Annotated[
        bool, typer.Option("--keep-sandbox", help="Do not remove the sandboxes.", rich_help_panel=_CLIENT)
    ] = False,
    dangerously_skip_permissions: Annotated[
        bool,
        typer.Option(
            "--dangerously-skip-permissions",
            help="Let the upstream run any command on this machine, as you. Not needed to measure it.",
            rich_help_panel=_CLIENT,
        ),
    ] = False,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FAULT",
            help="What it does wrong, or `none`; see `probe upstream faults`. May be repeated.",
            rich_help_panel=_EMBEDDED,
        ),
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GATE",
            help="End with 3 when this holds: 'call1.failure_rate > 0.1'. May be repeated.",
            rich_help_panel=_LIMITS,
        ),
    ] = None,
    max_cost_usd: Annotated[
        float | None,
        typer.Option(help="Start no further round when the client has reported this cost.", rich_help_panel=_LIMITS),
    ] = None,
    max_tokens: Annotated[
        int | None,
        typer.Option(min=1, help="Start no further round when this many tokens are used.", rich_help_panel=_LIMITS),
    ] = None,
    until_sure: Annotated[
        bool | None,
        typer.Option("--until-sure", help="Stop as soon as the verdict is settled.", rich_help_panel=_VERDICT),
    ] = None,
    max_rounds: Annotated[
        int | None,
        typer.Option(min=1, help="With --until-sure: at most so many. (default: 200)", rich_help_panel=_VERDICT),
    ] = None,
    delta: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=0.99,
            help="The least difference of failure rates that matters. (default: 0.15)",
            rich_help_panel=_VERDICT,
        ),
    ] = None,
    slower_by: Annotated[
        float | None,
        typer.Option(
            parser=duration,
            metavar="DURATION",
            help="How much longer a call must take to be slower. (default: 1s)",
            rich_help_panel=_VERDICT,
        ),
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with a run: its directory or id.", rich_help_panel=_OUTPUT)
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be run, and stop.", rich_help_panel=_OUTPUT)
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.", rich_help_panel=_OUTPUT)] = False,
    as_json: JsonOption = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Run a scenario with the real client and keep every round.

    Ends with a report. Without a target it uses the embedded upstream and says so.
    """
    from probe.cli.conduct import Wish, conduct

    given = {
        "scenario": scenario,
        "rounds": rounds,
        "timeout_s": timeout,
        "gap_s": gap,
        "gap_upto_s": gap_upto,
        "second_call_mode": second_call_mode,
        "concurrency": concurrency,
        "prepare": prepare,
        "targets": tuple(target) if target else None,
        "drivers": tuple(driver) if driver else None,
        "control": control,
        "base_url": base_url,
        "model": model,
        "token_env": token_env,
        "config": str(config.absolute()) if config else None,
        "client": client,
        "client_retries": client_retries,
        "workload": workload,
        "output_format": output_format,
        "prime": prime,
        "recorder": recorder,
        "record_bodies": record_bodies,
        "dangerously_skip_permissions": dangerously_skip_permissions or None,
        "faults": tuple(fault) if fault else None,
        "fail_on": tuple(fail_on) if fail_on else None,
        "max_cost_usd": max_cost_usd,
        "max_tokens": max_tokens,
        "until_sure": until_sure,
        "max_rounds": max_rounds,
        "delta": delta,
        "slower_by_s": slower_by,
    }
    wish = Wish(
        given={name: value for name, value in given.items() if value is not None},
        env=tuple(env or ()),
        out=out,
        resume=resume,
        dry_run=dry_run,
        quiet=quiet,
        as_json=as_json,
        keep_sandbox=keep_sandbox,
    )
    end(conduct(wish))
