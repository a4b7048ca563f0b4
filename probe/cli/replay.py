"""`probe replay`: a captured request, sent again."""

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.common import end
from probe.cli.language import tell
from probe.cli.option_groups import given, with_groups
from probe.cli.options import (
    ConcurrencyOption,
    FailOnOption,
    FaultsOption,
    GapOption,
    KeepGoingOption,
    PreflightOption,
    TargetOption,
    TimeoutOption,
)
from probe.cli.run_options import RunOutput, UpstreamOptions
from probe.errors import UsageError

EXAMPLES = """\b
Examples:
  probe replay reports/captures/2.1.329-20261121T080000Z.json --target glm --rounds 30
  probe replay capture.json --base-url https://relay.example --model glm-4.7 --timeout 90s"""


@with_groups
def replay(
    captured: Annotated[Path, typer.Argument(metavar="CAPTURE", help="A file of `probe capture`.")],
    *,
    rounds: Annotated[int, typer.Option("--rounds", "-n", min=1, help="How many, of two calls each.")] = 10,
    timeout_s: TimeoutOption = None,
    gap_s: GapOption = None,
    concurrency: ConcurrencyOption = None,
    targets: TargetOption = None,
    upstream: UpstreamOptions,
    faults: FaultsOption = None,
    fail_on: FailOnOption = None,
    preflight: PreflightOption = None,
    keep_going: KeepGoingOption = None,
    output: RunOutput,
) -> None:
    """Send the main request of a capture again, with your own token.

    Measures the upstream with exactly the request that the client made, without the client; both calls of a round send
    it, with ids that are new each time. Ends with the same report as `probe run`. It imitates no TLS fingerprint: an
    upstream that admits the real client only is measured with `probe run`.
    """
    options = given(locals())
    import os

    from probe.cli.before_run import ended_by_preflight
    from probe.cli.make_run import make_run
    from probe.inputs.load_capture import load_capture
    from probe.session.replay_run import hidden_headers, replay_drivers, replayed
    from probe.session.resolve_spec import plan_run, read_options
    from probe.session.secrets import resolve_secrets

    capture = load_capture(captured)
    if capture.main is None:
        raise UsageError("holds no request for an answer, so there is nothing to send again", path=captured)
    environment = dict(os.environ)
    spec = replayed(plan_run(read_options({**options, "drivers": ("messages",)}), {}, environment), capture)
    secrets = resolve_secrets(spec, environment)
    hidden = hidden_headers(capture.main, secrets)
    if hidden:
        tell("replay.hidden", names=", ".join(hidden))
    with ended_by_preflight(as_json=output.as_json):
        _, code = make_run(spec, secrets, output, drivers=replay_drivers(capture, capture.main))
    end(code)
