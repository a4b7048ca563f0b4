"""`probe capture`: what the client really sends."""

import os
from collections.abc import Iterator
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
    from probe.capture.read import SeenRequest
    from probe.model.capture import Capture
    from probe.ports import RoundDriver
    from probe.session.plan import Request
    from probe.session.prepare import ReadyArm

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe capture",
        "  probe capture --client 'node cli.js' --output old.json",
        "  probe capture --env MAX_THINKING_TOKENS=0 --output plain.json",
        "  probe capture --diff old.json plain.json",
    )
)
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
    """Run the client for two calls and keep its requests, with placeholders for secrets and ids.

    Shows betas, headers, metadata, tools, system prompt and settings. Without a target the embedded upstream answers,
    and nothing leaves this machine.
    """
    options = given(locals())
    if diff:
        _refuse_others(context)
        _show_diff(*diff, as_json=as_json)
        return
    from probe.inputs.target import EMBEDDED, parse_env
    from probe.model.choices import UpstreamKind
    from probe.session.plan import NO_FAULT, read_options, read_request
    from probe.session.prepare import assembled

    environment = dict(os.environ)
    if target is not None or base_url is None:
        options["targets"] = (EMBEDDED if target is None else target,)
        options["faults"] = (NO_FAULT,) if target in {None, EMBEDDED} else ()
    options |= {"scenario": _SCENARIO, "record_bodies": True}
    request = read_request(read_options(options), parse_env(env or []), environment)
    _make_room(output, out)
    with assembled(request, environment) as assembly:
        (arm,) = assembly.arms
        if arm.target.kind is UpstreamKind.REAL:
            say(f"This makes {len(request.scenario.steps)} calls of {arm.target.masked_url}.")
        made, failure = _captured(arm, request)
    _keep(made, output, out, as_json=as_json)
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


def _captured(arm: "ReadyArm", request: "Request") -> tuple["Capture", str | None]:
    """One round of calls, and the requests in it; and why none of them was answered, if so."""
    from datetime import UTC, date, datetime

    from probe.capture.read import read_requests
    from probe.inputs.target import shown_environment
    from probe.model.capture import Capture

    def today() -> set[date]:
        now = datetime.now(UTC)
        return {now.date(), now.astimezone().date()}

    days = today()
    with arm.driver.open_round(1) as round_:
        made = list(_calls(arm, request, round_))
        sandbox = str(Path(round_.config_dir).parent) if round_.config_dir else ""
    seen = [each for _, sent in made for each in sent]
    capture = Capture(
        client_version=arm.driver.client.version,
        workload=request.options.workload,
        model=arm.target.model,
        environment=shown_environment(request.env),
        expects=request.scenario.steps[0].expect.equals,
        requests=read_requests(seen, sandbox, days | today()),
    )
    return capture, made[0][0]


def _calls(
    arm: "ReadyArm", request: "Request", round_: "RoundDriver"
) -> "Iterator[tuple[str | None, list[SeenRequest]]]":
    """Make the calls of the scenario, one after the other: why nothing answered each, if so, and what it sent."""
    import uuid
    from urllib.parse import urlsplit

    from probe.capture.read import SeenRequest
    from probe.diagnose.classify import diagnose
    from probe.diagnose.wire import ending_of, evidence_of
    from probe.model.choices import UpstreamKind
    from probe.ports import CallOrder
    from probe.session.prepare import Route
    from probe.units import format_duration

    earlier: str | None = None
    for step in request.scenario.steps:
        if arm.target.kind is UpstreamKind.REAL:
            say(f"{step.label}: the client may take up to {format_duration(step.timeout_s)}, retries included")
        seen = round_.call(CallOrder(1, step, earlier or str(uuid.uuid4()), earlier))
        diagnosis = diagnose(seen, step.expect, None)
        if not seen.exchanges:
            raise EnvironmentUnusableError(f"the client sent no request: {diagnosis.outcome}: {diagnosis.evidence}")
        if diagnosis.outcome != step.expect.outcome:
            say(f"warning: {step.label} came to {diagnosis.outcome}: {diagnosis.evidence}")
        heads = dict(seen.heads)
        kinds = {each.sequence: each.kind for each in seen.exchanges}
        base_path = urlsplit(Route(arm.target)(1, step.label)).path
        answered = any(each.status is not None for each in seen.exchanges)
        last = seen.exchanges[-1]
        yield (
            None if answered else f"{ending_of(last)} ({evidence_of(last)})",
            [
                SeenRequest(step.label, kinds[sequence], heads[sequence], sent, base_path)
                for sequence, sent, _ in seen.bodies
            ],
        )
        if diagnosis.outcome != step.expect.outcome:
            return  # there is nothing to resume
        earlier = (seen.words.result and seen.words.result.session_id) or earlier


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


def _keep(made: "Capture", output: Path | None, out: Path, *, as_json: bool) -> None:
    import json
    from datetime import UTC, datetime

    from probe.capture.summary import summarise_request
    from probe.render.capture_listing import render_capture
    from probe.store import write_atomically, write_output

    version = "".join(
        letter if letter.isalnum() or letter in ".-" else "-" for letter in made.client_version or "unknown"
    )
    place = output or out / CAPTURES / f"{version[:40]}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    text = json.dumps(made.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write = write_output if output else write_atomically
    write(place, text.encode("utf-8", "replace") + b"\n")
    summaries = [summarise_request(each) for each in made.requests]
    if as_json:
        summary = [each.model_dump(mode="json") for each in summaries]
        put(json.dumps({"capture": str(place), "client_version": made.client_version, "requests": summary}))
    else:
        put(render_capture(made, summaries))
        say(f"kept: {place}")


def _show_diff(a: Path, b: Path, *, as_json: bool) -> None:
    from probe.capture.compare import compare_captures
    from probe.inputs.capture import load_capture
    from probe.render.capture_listing import render_diff

    diff = compare_captures(load_capture(a), load_capture(b))
    if as_json:
        put_json(diff.model_dump_json())
    else:
        put(render_diff(diff))
