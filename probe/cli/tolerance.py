"""`probe tolerance`: how long the client waits, by trial."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import put, put_json
from probe.cli.language import present_texts, tell
from probe.cli.options import ClientOption, EnvOption, JsonOption, deadline
from probe.errors import UsageError
from probe.model.choices import Wait
from probe.units import format_duration

if TYPE_CHECKING:
    from probe.model.run_manifest import ClientInfo
    from probe.model.tolerance_report import Trial

EXAMPLES = """\b
Examples:
  probe tolerance
  probe tolerance --upto 30s --env API_TIMEOUT_MS=6000
  probe tolerance --wait gap --env CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS=20000 --json"""


def tolerance(
    upto: Annotated[
        float, typer.Option(parser=deadline, metavar="DURATION", help="The longest wait to try.", show_default=True)
    ] = "12m",  # type: ignore[assignment] # Typer parses defaults too
    precision: Annotated[
        float, typer.Option(parser=deadline, metavar="DURATION", help="How close to come.", show_default=True)
    ] = "1s",  # type: ignore[assignment]
    wait: Annotated[list[Wait] | None, typer.Option(help="Only this; may be repeated.")] = None,
    env: EnvOption = None,
    client: ClientOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find how long the client waits for an upstream.

    Calls of the real client against the embedded upstream, which makes each of them wait: for the first byte, in the
    middle of a stream, or for the end of a slow answer. No upstream but our own is asked. Takes up to twice --upto, or
    more where the client does not always wait alike.
    """
    from probe.inputs.load_target import parse_env
    from probe.render.tolerance_listing import render_tolerances
    from probe.session.tolerance_search import ToleranceRequest, search_tolerance

    if precision > upto:
        raise UsageError("must be no more than --upto", key="--precision")
    request = ToleranceRequest(tuple(dict.fromkeys(wait or Wait)), upto, precision, client)
    found = search_tolerance(request, parse_env(env or []), dict(os.environ), _TrialLines(upto))
    if as_json:
        put_json(found.model_dump_json())
    else:
        put(render_tolerances(found, present_texts()))


class _TrialLines:
    """Says a line for each trial."""

    def __init__(self, upto_s: float) -> None:
        self._upto_s = upto_s

    def on_client(self, client: "ClientInfo") -> None:
        tell("command.client", program=client.program, version=client.version, source=client.source)
        longest = format_duration(2 * self._upto_s)
        tell("tolerance.longest", upto=format_duration(self._upto_s), longest=longest)

    def on_trial(self, trial: "Trial", wait: Wait) -> None:
        time = format_duration(trial.wait_s)
        if trial.broke_at_s is None or trial.reaction is None:
            tell("tolerance.stood", wait=wait, time=time)
            return
        reaction = present_texts()(f"reaction.{trial.reaction.name.lower()}")
        after = format_duration(trial.broke_at_s)
        tell("tolerance.gave_up", wait=wait, time=time, after=after, reaction=reaction)
