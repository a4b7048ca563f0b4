"""`probe replay`: a captured request, sent again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import end, say
from probe.cli.options import (
    DEFAULT_OUT,
    BaseUrlOption,
    ConcurrencyOption,
    ConfigOption,
    DryRunOption,
    FailOnOption,
    FaultsOption,
    GapOption,
    JsonOption,
    ModelOption,
    OutOption,
    QuietOption,
    ReportWishOption,
    TargetOption,
    TimeoutOption,
    TokenEnvOption,
    given,
)
from probe.errors import UsageError

if TYPE_CHECKING:
    from probe.drivers.replay import Replay
    from probe.model.capture import Capture, FilledRequest
    from probe.model.choices import DriverKind
    from probe.model.target import Target
    from probe.session.arm_drivers import Wiring
    from probe.session.plan import Request

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe replay reports/captures/2.1.329-20261121T080000Z.json --target glm --rounds 30",
        "  probe replay capture.json --base-url https://relay.example --model glm-4.7 --timeout 90s",
    )
)


def replay(
    captured: Annotated[Path, typer.Argument(metavar="CAPTURE", help="A file of `probe capture`.")],
    rounds: Annotated[int, typer.Option("--rounds", "-n", min=1, help="How many, of two calls each.")] = 10,
    timeout_s: TimeoutOption = None,
    gap_s: GapOption = None,
    concurrency: ConcurrencyOption = None,
    targets: TargetOption = None,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    token_env: TokenEnvOption = None,
    config: ConfigOption = None,
    faults: FaultsOption = None,
    fail_on: FailOnOption = None,
    dry_run: DryRunOption = False,
    report: ReportWishOption = True,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Send the main request of a capture again, with your own token, and keep every round.

    Measures the upstream with exactly the request that the client made, without the client; both calls of a round send
    it, with ids that are new each time. Ends with the same report as `probe run`. It imitates no TLS fingerprint: an
    upstream that admits the real client only is measured with `probe run`.
    """
    options = given(locals())
    import os

    from probe.capture.placeholders import HIDDEN
    from probe.cli.conduct import Wish, carry_out
    from probe.drivers.plain_driver import custom_headers
    from probe.inputs.capture import load_capture
    from probe.session.plan import read_options, read_request

    capture = load_capture(captured)
    if capture.main is None:
        raise UsageError("holds no request for an answer, so there is nothing to send again", path=captured)
    request = _replayed(
        read_request(read_options({**options, "drivers": ("messages",)}), {}, dict(os.environ)), capture
    )
    given_by_target = {name for each in request.wanted if each.target for name in custom_headers(each.target.env)}
    hidden = [name for name, value in capture.main.headers if HIDDEN in value and name.lower() not in given_by_target]
    if hidden:
        say(f"warning: left out, for their values were secret: {', '.join(hidden)}")

    def driver(_: "DriverKind", to: "Target", wiring: "Wiring") -> "Replay":
        return _driver(capture, to, wiring)

    wish = Wish({}, out=out, dry_run=dry_run, report=report, quiet=quiet, as_json=as_json)
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
        route=wiring.route,
        tap=wiring.tap,
        model=target.model,
        token=wiring.token,
        environment=target.env,
        redactor=wiring.redactor,
    )

    def filled() -> "FilledRequest":
        today = datetime.now().astimezone().date()
        return fill(main, token=wiring.token, model=target.model, today=today, auth=target.auth)

    return Replay(capture, filled, settings, wiring.cancel)
