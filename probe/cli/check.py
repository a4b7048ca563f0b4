"""`probe check`: what is wrong with an upstream, and what to do about it."""

from typing import Annotated

import typer

from probe.cli.common import end
from probe.cli.options import (
    CLIENT,
    BaseUrlOption,
    ClientOption,
    ConfigOption,
    EnvOption,
    FaultsOption,
    JsonOption,
    ModelOption,
    TargetOption,
    TokenEnvOption,
    WorkloadOption,
    deadline,
    given,
)

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


def check(
    targets: TargetOption = None,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    token_env: TokenEnvOption = None,
    env: EnvOption = None,
    config: ConfigOption = None,
    timeout: Annotated[
        float,
        typer.Option(
            parser=deadline, metavar="DURATION", help="How long one step may take; all of them take three times that."
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
            "--client-calls/--no-client", help="Make two calls with the real client too.", rich_help_panel=CLIENT
        ),
    ] = True,
    client: ClientOption = None,
    workload: WorkloadOption = None,
    faults: FaultsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with an upstream, and what to do about it.

    Goes from the outside in: this machine, the way there, endpoints, streaming, models, the real client. Costs a few
    tiny calls, and says how many before it makes them. Ends with 3 where something is wrong. Without a target it
    checks the embedded upstream and says so.
    """
    options = given(locals())
    from probe.cli.checking import Wish, run_check

    wish = Wish(
        given=options,
        env=tuple(env or ()),
        faults=tuple(faults or ()),
        timeout_s=timeout,
        settings=settings,
        use_client=use_client,
        as_json=as_json,
    )
    end(run_check(wish))
