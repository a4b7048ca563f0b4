"""`probe check`: what is wrong with an upstream, and what to do about it."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import end, is_terminal, put, put_json
from probe.cli.language import present_texts
from probe.cli.option_groups import given, with_groups
from probe.cli.options import CLIENT, EnvOption, FaultsOption, JsonOption, TargetOption, deadline
from probe.cli.run_options import ClientOptions, UpstreamOptions
from probe.cli.signals import FROM_OUTSIDE, handled
from probe.errors import ExitCode

if TYPE_CHECKING:
    from probe.model.check_report import CheckReport

EXAMPLES = """\b
Examples:
  probe check
  probe check --target glm
  probe check --base-url https://relay.example --model glm-4.7 --no-client --json
  probe check --fault truncate"""
DEFAULT_TIMEOUT_S = 20.0


@with_groups
def check(
    *,
    targets: TargetOption = None,
    upstream: UpstreamOptions,
    env: EnvOption = None,
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
    client_options: ClientOptions,
    faults: FaultsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with an upstream, and what to do about it.

    Goes from the outside in: this machine, the way there, endpoints, streaming, models, the real client. Costs a few
    tiny calls, and says how many before it makes them. Ends with 3 where something is wrong. Without a target it
    checks the embedded upstream and says so.
    """
    options = given(locals())
    from probe.checkup.run_check import CheckRequest, run_check

    request = CheckRequest(
        given=options,
        env=tuple(env or ()),
        faults=tuple(faults or ()),
        timeout_s=timeout,
        settings=settings,
        use_client=use_client,
    )
    with ended_by_signals():
        report = run_check(request, dict(os.environ), _announce, texts=present_texts())
    _show(report, as_json=as_json)
    if use_client and report.client is None:
        end(ExitCode.ENVIRONMENT)
    end(ExitCode.FAILED if report.wrong else ExitCode.DONE)


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


def ended_by_signals() -> AbstractContextManager[None]:
    """Let SIGTERM and SIGHUP end a check as Ctrl-C does, so that nothing is left behind."""

    def press_ctrl_c(_number: int, _frame: FrameType | None) -> None:
        # While asyncio runs, it makes a cancel of that one signal; an exception in the midst of it would be a defect.
        signal.raise_signal(signal.SIGINT)

    return handled({signal.SIGINT: signal.default_int_handler, **dict.fromkeys(FROM_OUTSIDE, press_ctrl_c)})
