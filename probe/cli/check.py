"""`probe check`: what is wrong with an upstream, and what to do about it."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from probe.cli.check_signals import ended_by_signals
from probe.cli.common import end, is_terminal, put, put_json
from probe.cli.completion import complete_target
from probe.cli.deep_options import DeepOptions, case_names
from probe.cli.language import present_texts
from probe.cli.option_groups import given, with_groups
from probe.cli.options import CLIENT, TARGET, AnnotationsOption, EnvOption, FaultsOption, JsonOption, deadline
from probe.cli.run_options import ClientOptions, UpstreamOptions
from probe.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from probe.model.check_report import CheckReport

EXAMPLES = """\b
Examples:
  probe check
  probe check --target glm
  probe check --base-url https://relay.example --model glm-4.7 --no-client --json
  probe check --fault truncate
  probe check --deep --target glm
  probe check --deep --only tools,cache --target glm --target kimi --format html -o matrix.html"""
DEFAULT_TIMEOUT_S = 20.0
DEEP_TIMEOUT_S = 60.0


@with_groups
def check(
    *,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            autocompletion=complete_target,
            help="A target of probe.toml, or `embedded`; several with --deep. (default: the file's default_target)",
            rich_help_panel=TARGET,
        ),
    ] = None,
    upstream: UpstreamOptions,
    env: EnvOption = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            parser=deadline,
            metavar="DURATION",
            help="How long one step may take; all of them take three times that. (default: 20s, with --deep 60s)",
        ),
    ] = None,
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
    client_options: ClientOptions,
    faults: FaultsOption = None,
    deep_options: DeepOptions,
    as_json: JsonOption = False,
    annotations: AnnotationsOption = None,
) -> None:
    """Say what is wrong with an upstream, and what to do about it.

    Goes from the outside in: this machine, the way there, endpoints, streaming, models, the real client. Costs a few
    tiny calls, and says how many before it makes them. Ends with 3 where something is wrong. Without a target it
    checks the embedded upstream and says so.

    With --deep it tries all that Claude Code needs beyond a short answer: tools, prompt cache, thinking, images and
    more. Each case passes, fails or cannot be told. It says what that costs before it begins; docs/check-deep.md.
    """
    options = given(locals())
    if deep_options.deep:
        _check_deep(
            deep_options,
            options,
            env=env,
            faults=faults,
            timeout=timeout,
            use_client=use_client,
            as_json=as_json,
        )
    if deep_options.first_given:
        raise UsageError("has a meaning with --deep only", key=deep_options.first_given, remedy="Add --deep.")
    from probe.checkup.run_check import CheckRequest, run_check
    from probe.cli.github_actions import tell_of_check

    request = CheckRequest(
        given=options,
        env=tuple(env or ()),
        faults=tuple(faults or ()),
        timeout_s=timeout or DEFAULT_TIMEOUT_S,
        settings=settings,
        use_client=use_client,
    )
    with ended_by_signals():
        report = run_check(request, dict(os.environ), _announce, texts=present_texts())
    _show(report, as_json=as_json)
    tell_of_check(report)
    if use_client and report.client is None:
        end(ExitCode.ENVIRONMENT)
    end(ExitCode.FAILED if report.wrong else ExitCode.DONE)


def _check_deep(
    deep_options: DeepOptions,
    options: Mapping[str, object],
    *,
    env: Sequence[str] | None,
    faults: Sequence[str] | None,
    timeout: float | None,
    use_client: bool,
    as_json: bool,
) -> NoReturn:
    """Make a deep check, and end the command."""
    from probe.checkup.deep_check import DeepRequest
    from probe.cli.check_deep import check_deep, list_cases

    if "workload" in options:
        raise UsageError("has no meaning with --deep", key="--workload", remedy="Leave it out.")
    if deep_options.list_cases:
        list_cases()
        end(ExitCode.DONE)
    request = DeepRequest(
        given=options,
        env=tuple(env or ()),
        faults=tuple(faults or ()),
        timeout_s=timeout or DEEP_TIMEOUT_S,
        only=case_names(deep_options.only),
        also=case_names(deep_options.also),
        reference=deep_options.reference,
        use_client=use_client,
    )
    check_deep(request, deep_options, as_json=as_json)


def _announce(lines: Sequence[str]) -> None:
    from probe.cli.console import show
    from probe.render.terminal_model import TextLine

    show([TextLine.of(line, "dim") for line in lines], sys.stderr)


def _show(report: "CheckReport", *, as_json: bool) -> None:
    from probe.cli.console import console_of, show
    from probe.render.check_listing import render_check
    from probe.render.terminal_check import check_blocks

    if as_json:
        put_json(report.model_dump_json(indent=2))
    elif is_terminal(sys.stdout):
        show(check_blocks(report, present_texts(), console_of(sys.stdout).width))
    else:
        put(render_check(report, present_texts()))
