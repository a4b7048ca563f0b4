"""`probe check`: what is wrong with an upstream, and what to do about it."""

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.common import JsonOption, duration, end
from probe.model.choices import Workload

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe check",
        "  probe check --target glm",
        "  probe check --base-url https://relay.example --model glm-4.7 --no-client --json",
        "  probe check --fault truncate",
    )
)
DEFAULT_TIMEOUT_S = 20.0
_TARGET = "Target"
_CLIENT = "Client"
_EMBEDDED = "Embedded upstream"


def check(
    target: Annotated[
        str | None, typer.Option(help="A target of probe.toml, or `embedded`.", rich_help_panel=_TARGET)
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
    timeout: Annotated[
        float,
        typer.Option(
            parser=duration, metavar="DURATION", help="How long one step may take; all of them take three times that."
        ),
    ] = DEFAULT_TIMEOUT_S,
    settings: Annotated[
        bool,
        typer.Option(
            "--settings/--no-settings", help="Look at the names in your own settings.json files, never at values."
        ),
    ] = True,
    use_client: Annotated[
        bool,
        typer.Option(
            "--client-calls/--no-client", help="Make two calls with the real client too.", rich_help_panel=_CLIENT
        ),
    ] = True,
    client: Annotated[
        str | None,
        typer.Option(
            metavar="CMD",
            help="The client's command, of one or more words. (default: PROBE_CLIENT, PATH, SDK)",
            rich_help_panel=_CLIENT,
        ),
    ] = None,
    workload: Annotated[
        Workload, typer.Option(help="The client's own request, or one of about 2 KB.", rich_help_panel=_CLIENT)
    ] = Workload.FULL,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FAULT",
            help="What it does wrong; see `probe upstream faults`. May be repeated.",
            rich_help_panel=_EMBEDDED,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with an upstream, and what to do about it.

    Goes from the outside in: this machine, the way there, endpoints, streaming, models, the real client. Costs a few
    tiny calls, and says how many before it makes them. Ends with 3 where something is wrong. Without a target it
    checks the embedded upstream and says so.
    """
    from probe.cli.checking import Wish, run_check
    from probe.errors import ExitCode, UsageError

    if timeout <= 0:
        raise UsageError("must be longer than nothing", key="--timeout")
    given = {
        "targets": () if target is None else (target,),
        "base_url": base_url,
        "model": model,
        "token_env": token_env,
        "config": str(config.absolute()) if config else None,
        "client": client,
        "workload": workload,
    }
    wish = Wish(
        given=given,
        env=tuple(env or ()),
        faults=tuple(fault or ()),
        timeout_s=timeout,
        settings=settings,
        use_client=use_client,
        as_json=as_json,
    )
    try:
        code = run_check(wish)
    except KeyboardInterrupt:
        typer.echo("probe: interrupted", err=True)
        code = ExitCode.INTERRUPTED
    end(code)
