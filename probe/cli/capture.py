"""`probe capture`: what the client really sends."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import put, put_json, say
from probe.cli.language import present_texts, tell
from probe.cli.option_groups import given, with_groups
from probe.cli.options import DEFAULT_OUT, OUTPUT, EnvOption, JsonOption, OutOption, TargetOption
from probe.cli.run_options import ClientOptions, UpstreamOptions
from probe.errors import EnvironmentUnusableError, UsageError

if TYPE_CHECKING:
    from probe.model.captured_requests import Capture

EXAMPLES = """\b
Examples:
  probe capture
  probe capture --client 'node cli.js' --output old.json
  probe capture --env MAX_THINKING_TOKENS=0 --output plain.json
  probe capture --diff old.json plain.json"""


@with_groups
def capture(
    context: typer.Context,
    *,
    diff: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--diff", metavar="A B", help="Say what differs between two captures, and capture nothing."),
    ] = None,
    client_options: ClientOptions,
    env: EnvOption = None,
    targets: TargetOption = None,
    upstream: UpstreamOptions,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where to. (default: captures/VERSION-TIME.json in --out)", rich_help_panel=OUTPUT
        ),
    ] = None,
    as_json: JsonOption = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Run the client for two calls and keep its requests.

    Placeholders stand for secrets and ids. Shows betas, headers, metadata, tools, system prompt and settings. Without
    a target the embedded upstream answers, and nothing leaves this machine.
    """
    options = given(locals())
    if diff:
        _refuse_others(context)
        _show_diff(*diff, as_json=as_json)
        return
    from probe.inputs.load_target import parse_env
    from probe.session.capture_file import prepare_capture_folder, write_capture
    from probe.session.capture_requests import capture_requests, plan_capture

    environment = dict(os.environ)
    variables = parse_env(env or [])
    spec = plan_capture(options, variables, environment)
    prepare_capture_folder(output, out)
    captured, failure = capture_requests(spec, variables, environment, lambda words: say(present_texts().words(words)))
    _show_capture(captured, write_capture(captured, output, out), as_json=as_json)
    if failure:
        remedy = "What the client sent is kept all the same. `probe check` says what is wrong with an upstream."
        why = present_texts().words(failure)
        raise EnvironmentUnusableError(f"no request was answered: {why}", remedy=remedy)


def _refuse_others(context: typer.Context) -> None:
    """Raise UsageError for options that say how to capture, where nothing is captured."""
    sources = {param.opts[0]: context.get_parameter_source(param.name or "") for param in context.command.params}
    given = [
        option
        for option, source in sources.items()
        if option not in {"--diff", "--json"} and source is not None and source.name == "COMMANDLINE"
    ]
    if given:
        raise UsageError("compares two files and captures nothing; leave out " + ", ".join(given), key="--diff")


def _show_capture(captured: "Capture", path: Path, *, as_json: bool) -> None:
    import json

    from probe.capture.request_summary import summarise_request
    from probe.render.capture_listing import render_capture

    summaries = [summarise_request(request) for request in captured.requests]
    if as_json:
        requests = [summary.model_dump(mode="json") for summary in summaries]
        put(json.dumps({"capture": str(path), "client_version": captured.client_version, "requests": requests}))
    else:
        put(render_capture(captured, summaries, present_texts()))
        tell("capture.kept", path=path)


def _show_diff(a: Path, b: Path, *, as_json: bool) -> None:
    from probe.capture.capture_diff import compare_captures
    from probe.inputs.load_capture import load_capture
    from probe.render.capture_listing import render_diff

    diff = compare_captures(load_capture(a), load_capture(b))
    if as_json:
        put_json(diff.model_dump_json())
    else:
        put(render_diff(diff, present_texts()))
