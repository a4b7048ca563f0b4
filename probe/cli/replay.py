"""`probe replay`: a captured request, sent again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import DEFAULT_OUT, JsonOption, OutOption, duration, end, say
from probe.errors import UsageError

if TYPE_CHECKING:
    from probe.cli.arm_drivers import Wiring
    from probe.cli.request import Request
    from probe.drivers.replay import Replay
    from probe.model.capture import Capture, FilledRequest
    from probe.model.choices import DriverKind
    from probe.model.target import Target

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe replay reports/captures/2.1.329-20261121T080000Z.json --target glm --rounds 30",
        "  probe replay capture.json --base-url https://relay.example --model glm-4.7 --timeout 90s",
    )
)
_TARGET = "Target"


def replay(
    captured: Annotated[Path, typer.Argument(metavar="CAPTURE", help="A file of `probe capture`.")],
    rounds: Annotated[int, typer.Option("--rounds", "-n", min=1, help="How many, of two calls each.")] = 10,
    timeout: Annotated[
        float | None,
        typer.Option(parser=duration, metavar="DURATION", help="Deadline of every call, such as 90s or 2m."),
    ] = None,
    gap: Annotated[
        float | None, typer.Option(parser=duration, metavar="DURATION", help="Idle time before a round.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Rounds at a time.")] = 1,
    target: Annotated[
        str | None, typer.Option(help="A target of probe.toml, or `embedded`.", rich_help_panel=_TARGET)
    ] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="The upstream.", rich_help_panel=_TARGET)] = None,
    model: Annotated[str | None, typer.Option(help="The model to ask for.", rich_help_panel=_TARGET)] = None,
    token_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The variable that holds the token.", rich_help_panel=_TARGET)
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of ./probe.toml.", rich_help_panel=_TARGET)
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="FAULT", help="What the embedded upstream does wrong, or `none`; may be repeated."),
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(metavar="GATE", help="End with 3 when this holds: 'call1.failure_rate > 0.1'. May be repeated."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be run, and stop.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.", rich_help_panel="Output")] = False,
    as_json: JsonOption = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Send the main request of a capture again, with your own token, and keep every round.

    Measures the upstream with exactly the request that the client made, without the client; both calls of a round send
    it, with ids that are new each time. Ends with the same report as `probe run`. It imitates no TLS fingerprint: an
    upstream that admits the real client only is measured with `probe run`.
    """
    import os

    from probe.capture.placeholders import HIDDEN
    from probe.cli.conduct import Wish, carry_out
    from probe.cli.request import read_request
    from probe.load.capture import load_capture
    from probe.model.run import Options

    capture = load_capture(captured)
    if capture.main is None:
        raise UsageError("holds no request for an answer, so there is nothing to send again", path=captured)
    given = {
        "drivers": ("messages",),
        "rounds": rounds,
        "timeout_s": timeout,
        "gap_s": gap,
        "concurrency": concurrency,
        "targets": None if target is None else (target,),
        "base_url": base_url,
        "model": model,
        "token_env": token_env,
        "config": str(config.absolute()) if config else None,
        "faults": tuple(fault) if fault else None,
        "fail_on": tuple(fail_on) if fail_on else None,
    }
    options = Options.model_validate({name: value for name, value in given.items() if value is not None})
    wish = Wish(
        given={},
        env=(),
        out=out,
        resume=None,
        dry_run=dry_run,
        quiet=quiet,
        as_json=as_json,
        keep_sandbox=False,
    )
    request = _replayed(read_request(options, {}, dict(os.environ)), capture)
    hidden = [name for name, value in capture.main.headers if HIDDEN in value]
    if hidden:
        say(f"warning: left out, for their values were secret: {', '.join(hidden)}")

    def driver(_: "DriverKind", to: "Target", wiring: "Wiring") -> "Replay":
        return _driver(capture, to, wiring)

    end(carry_out(request, wish, plain=driver)[1])


def _replayed(request: "Request", capture: "Capture") -> "Request":
    """The request, of two calls that both send what was captured; other captures are other scenarios."""
    from dataclasses import replace

    from probe.model.scenario import Expect

    expect = Expect(equals=capture.expects)
    prompt = f"the main request of capture {capture.digest()}"
    steps = tuple(step.model_copy(update={"prompt": prompt, "expect": expect}) for step in request.scenario.steps)
    said = "The same captured request twice, without the client."
    scenario = request.scenario.model_copy(update={"name": "replay", "description": said, "steps": steps})
    return replace(request, scenario=scenario)


def _driver(capture: "Capture", target: "Target", wiring: "Wiring") -> "Replay":
    from datetime import datetime

    from probe.capture.placeholders import fill
    from probe.drivers.plain_driver import PlainSettings
    from probe.drivers.replay import Replay

    main = capture.main
    if main is None or wiring.tap is None:
        raise RuntimeError("nothing to send, or nothing to see it with")
    settings = PlainSettings(
        route=wiring.route, tap=wiring.tap, model=target.model, token=wiring.token, redactor=wiring.redactor
    )

    def filled() -> "FilledRequest":
        today = datetime.now().astimezone().date()
        return fill(main, token=wiring.token, model=target.model, today=today)

    return Replay(capture, filled, settings, wiring.cancel)
