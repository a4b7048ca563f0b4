"""`probe capture`: what the client really sends."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import put, put_json, say
from probe.cli.options import (
    DEFAULT_OUT,
    OUTPUT,
    BaseUrlOption,
    ClientOption,
    ConfigOption,
    EnvOption,
    JsonOption,
    ModelOption,
    OutOption,
    TargetOption,
    TokenEnvOption,
    WorkloadOption,
    given,
)
from probe.errors import EnvironmentUnusableError, UsageError

if TYPE_CHECKING:
    from probe.model.captured_requests import Capture

EXAMPLES = """\b
Examples:
  probe capture
  probe capture --client 'node cli.js' --output old.json
  probe capture --env MAX_THINKING_TOKENS=0 --output plain.json
  probe capture --diff old.json plain.json"""
CAPTURES = "captures"
_SCENARIO = "resume"
"""Two calls: a new session, and the same one resumed, whose request carries the first answer."""


def capture(
    context: typer.Context,
    diff: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--diff", metavar="A B", help="Say what differs between two captures, and capture nothing."),
    ] = None,
    client: ClientOption = None,
    workload: WorkloadOption = None,
    env: EnvOption = None,
    model: ModelOption = None,
    target: TargetOption = None,
    base_url: BaseUrlOption = None,
    token_env: TokenEnvOption = None,
    config: ConfigOption = None,
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
    from probe.inputs.load_target import EMBEDDED, parse_env
    from probe.session.capture_requests import capture_requests
    from probe.session.plan import NO_FAULT, plan_run, read_options

    environment = dict(os.environ)
    if target is not None or base_url is None:
        options["targets"] = (EMBEDDED if target is None else target,)
        options["faults"] = (NO_FAULT,) if target in {None, EMBEDDED} else ()
    options |= {"scenario": _SCENARIO, "record_bodies": True}
    variables = parse_env(env or [])
    spec = plan_run(read_options(options), variables, environment)
    _make_room(output, out)
    captured, failure = capture_requests(spec, variables, environment, say)
    _keep(captured, output, out, as_json=as_json)
    if failure:
        remedy = "What the client sent is kept all the same. `probe check` says what is wrong with an upstream."
        raise EnvironmentUnusableError(f"no request was answered: {failure}", remedy=remedy)


def _refuse_others(context: typer.Context) -> None:
    """Raises UsageError for options that say how to capture, where nothing is captured."""
    sources = {each.opts[0]: context.get_parameter_source(each.name or "") for each in context.command.params}
    given = [
        option
        for option, source in sources.items()
        if option not in {"--diff", "--json"} and source is not None and source.name == "COMMANDLINE"
    ]
    if given:
        raise UsageError("compares two files and captures nothing; leave out " + ", ".join(given), key="--diff")


def _make_room(output: Path | None, out: Path) -> None:
    """Make the directory for the file. Raises UsageError now for what would else be found after the calls."""
    import tempfile

    folder = output.parent if output else out / CAPTURES
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"cannot be written to: {error.strerror}", path=folder, key="--output or --out") from error
    if output and output.is_dir():
        raise UsageError("is a directory; name a file", path=output, key="--output")


def _keep(captured: "Capture", output: Path | None, out: Path, *, as_json: bool) -> None:
    import json
    from datetime import UTC, datetime

    from probe.capture.request_summary import summarise_request
    from probe.render.capture_listing import render_capture
    from probe.store import write_atomically, write_output

    version = "".join(
        letter if letter.isalnum() or letter in ".-" else "-" for letter in captured.client_version or "unknown"
    )
    place = output or out / CAPTURES / f"{version[:40]}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    text = json.dumps(captured.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write = write_output if output else write_atomically
    write(place, text.encode("utf-8", "replace") + b"\n")
    summaries = [summarise_request(each) for each in captured.requests]
    if as_json:
        summary = [each.model_dump(mode="json") for each in summaries]
        put(json.dumps({"capture": str(place), "client_version": captured.client_version, "requests": summary}))
    else:
        put(render_capture(captured, summaries))
        say(f"kept: {place}")


def _show_diff(a: Path, b: Path, *, as_json: bool) -> None:
    from probe.capture.capture_diff import compare_captures
    from probe.inputs.load_capture import load_capture
    from probe.render.capture_listing import render_diff

    diff = compare_captures(load_capture(a), load_capture(b))
    if as_json:
        put_json(diff.model_dump_json())
    else:
        put(render_diff(diff))
