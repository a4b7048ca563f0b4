"""`probe capture`: what the client really sends."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import DEFAULT_OUT, JsonOption, OutOption, put, say
from probe.errors import EnvironmentUnusableError, UsageError
from probe.model.choices import Workload

if TYPE_CHECKING:
    from probe.capture.read import SeenRequest
    from probe.cli.assemble import ReadyArm
    from probe.cli.request import Request
    from probe.model.capture import Capture
    from probe.ports import RoundDriver

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
_TARGET = "Target"
_SCENARIO = "resume"
"""Two calls: a new session, and the same one resumed, whose request carries the first answer."""


def capture(
    diff: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--diff", metavar="A B", help="Say what differs between two captures, and capture nothing."),
    ] = None,
    client: Annotated[
        str | None, typer.Option(metavar="CMD", help="The client's command. (default: PROBE_CLIENT, PATH, SDK)")
    ] = None,
    workload: Annotated[Workload, typer.Option(help="The client's own request, or one of about 2 KB.")] = Workload.FULL,
    env: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A further variable for the client; may be repeated.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model to ask for.", rich_help_panel=_TARGET)] = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="A target of probe.toml to answer the calls. (default: the embedded upstream)",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="The upstream.", rich_help_panel=_TARGET)] = None,
    token_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The variable that holds the token.", rich_help_panel=_TARGET)
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of ./probe.toml.", rich_help_panel=_TARGET)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where to. (default: captures/VERSION-TIME.json in --out)", rich_help_panel="Output"
        ),
    ] = None,
    as_json: JsonOption = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Run the client for two calls and keep its requests, with placeholders for secrets and ids.

    Shows betas, headers, metadata, tools, system prompt and settings. Without a target the embedded upstream answers,
    and nothing leaves this machine.
    """
    if diff:
        _show_diff(*diff, as_json=as_json)
        return
    from probe.cli.assemble import assembled
    from probe.cli.request import read_request
    from probe.load.target import parse_env
    from probe.model.choices import UpstreamKind
    from probe.model.run import Options

    environment = dict(os.environ)
    options = Options(
        scenario=_SCENARIO,
        targets=(target,) if target is not None else () if base_url is not None else ("embedded",),
        faults=("none",) if target == "embedded" or (target is None and base_url is None) else (),
        base_url=base_url,
        model=model,
        token_env=token_env,
        config=str(config) if config else None,
        client=client,
        workload=workload,
        record_bodies=True,
    )
    request = read_request(options, parse_env(env or []), environment)
    with assembled(request, environment) as assembly:
        (arm,) = assembly.arms
        if arm.target.kind is UpstreamKind.REAL:
            say(f"This makes {len(request.scenario.steps)} calls of {arm.target.masked_url}.")
        made = _captured(arm, request)
    _keep(made, output, out, as_json=as_json)


def _captured(arm: "ReadyArm", request: "Request") -> "Capture":
    """One round of calls, and the requests in it."""
    from datetime import UTC, date, datetime

    from probe.capture.read import read_requests
    from probe.load.target import shown_environment
    from probe.model.capture import Capture

    def today() -> set[date]:
        now = datetime.now(UTC)
        return {now.date(), now.astimezone().date()}

    days = today()
    with arm.driver.open_round(1) as round_:
        seen = list(_calls(arm, request, round_))
        sandbox = str(Path(round_.config_dir).parent) if round_.config_dir else ""
    return Capture(
        client_version=arm.driver.client.version,
        workload=request.options.workload,
        model=arm.target.model,
        environment=shown_environment(request.env),
        expects=request.scenario.steps[0].expect.equals,
        requests=read_requests(seen, sandbox, days | today()),
    )


def _calls(arm: "ReadyArm", request: "Request", round_: "RoundDriver") -> "Iterator[SeenRequest]":
    """Make the calls of the scenario, one after the other, and yield what each of them sent."""
    import uuid
    from urllib.parse import urlsplit

    from probe.capture.read import SeenRequest
    from probe.cli.assemble import Route
    from probe.diagnose.classify import diagnose
    from probe.ports import CallOrder

    earlier: str | None = None
    for step in request.scenario.steps:
        seen = round_.call(CallOrder(1, step, earlier or str(uuid.uuid4()), earlier))
        diagnosis = diagnose(seen, step.expect, None)
        if not seen.exchanges:
            raise EnvironmentUnusableError(f"the client sent no request: {diagnosis.outcome}: {diagnosis.evidence}")
        if diagnosis.outcome != step.expect.outcome:
            say(f"warning: {step.label} came to {diagnosis.outcome}: {diagnosis.evidence}")
        heads = dict(seen.heads)
        kinds = {each.sequence: each.kind for each in seen.exchanges}
        base_path = urlsplit(Route(arm.target)(1, step.label)).path
        for sequence, sent, _ in seen.bodies:
            yield SeenRequest(step.label, kinds[sequence], heads[sequence], sent, base_path)
        if diagnosis.outcome != step.expect.outcome:
            return  # there is nothing to resume
        earlier = (seen.words.result and seen.words.result.session_id) or earlier


def _keep(made: "Capture", output: Path | None, out: Path, *, as_json: bool) -> None:
    import json
    from datetime import UTC, datetime

    from probe.capture.summary import summarise_request
    from probe.render.capture import render_capture
    from probe.store import write_atomically

    version = "".join(
        letter if letter.isalnum() or letter in ".-" else "-" for letter in made.client_version or "unknown"
    )
    place = output or out / CAPTURES / f"{version[:40]}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot be made: {error.strerror}", path=place.parent, key="--output or --out") from error
    text = json.dumps(made.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write_atomically(place, text.encode("utf-8", "replace") + b"\n")
    summaries = [summarise_request(each) for each in made.requests]
    if as_json:
        summary = [each.model_dump(mode="json") for each in summaries]
        put(json.dumps({"capture": str(place), "client_version": made.client_version, "requests": summary}))
    else:
        put(render_capture(made, summaries))
        say(f"kept: {place}")


def _show_diff(a: Path, b: Path, *, as_json: bool) -> None:
    from probe.capture.compare import compare_captures
    from probe.load.capture import load_capture
    from probe.render.capture import render_diff

    diff = compare_captures(load_capture(a), load_capture(b))
    put(diff.model_dump_json() if as_json else render_diff(diff))
