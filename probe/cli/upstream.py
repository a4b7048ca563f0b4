"""`probe upstream`: the embedded upstream by itself."""

from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.command_group import COMMANDS, ProbeCommand
from probe.cli.common import put, say

if TYPE_CHECKING:
    from probe.upstream import ServedRequest

app = typer.Typer(help=COMMANDS["upstream"], no_args_is_help=True, add_completion=False, rich_markup_mode=None)


EXAMPLES = """\b
Examples:
  probe upstream serve
  probe upstream serve --port 8080 --fault 'cold_start(delay=8s, keep_warm=60s)'"""


@app.command(epilog=EXAMPLES, cls=ProbeCommand)
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 lets the system choose.", min=0, max=65535)] = 0,
    fault: Annotated[
        list[str] | None, typer.Option("--fault", metavar="FAULT", help="What goes wrong, and when; may be repeated.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not print requests.")] = False,
) -> None:
    """Serve the embedded upstream alone, on loopback, until Ctrl-C."""
    import signal
    import threading

    from probe.upstream import EmbeddedUpstream, parse_fault

    faults = [parse_fault(text) for text in fault or ()]
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with EmbeddedUpstream(faults, port=port, on_request=None if quiet else _show) as upstream:
        put(upstream.base_url)
        for scheduled in faults:
            say(f"fault: {scheduled}")
            if scheduled.schedule.on:
                say(_needs_step(scheduled.schedule.on, upstream.base_url))
        say("Any token will do. Ctrl-C ends it.")
        stopped.wait()


@app.command("faults", cls=ProbeCommand)
def list_faults() -> None:
    """List the faults and their parameters."""
    from probe.upstream import FAULTS, describe_params, describe_schedule

    lines = []
    for name, kind in FAULTS.items():
        lines += [f"{name}({', '.join(describe_params(kind))})", f"    {(kind.__doc__ or '').splitlines()[0]}"]
    lines += ["", f"When, for any of them: {', '.join(describe_schedule())}"]
    put("\n".join(lines))


def _needs_step(step: str, base_url: str) -> str:
    return (
        f"warning: it waits for the step {step!r}, which only a request to {base_url}/r/<round>/{step} names;\n"
        "no other request meets it: leave out `on`, or have `probe run --fault` serve it."
    )


def _show(served: "ServedRequest") -> None:
    from probe.sanitise import printable

    faults = f" [{', '.join(served.faults)}]" if served.faults else ""
    took = f"{(served.t_end - served.t_received) * 1000:.0f} ms"
    asked = f"{served.method} {served.path} ({served.kind})"
    say(printable(f"{served.sequence} {asked}: {served.status} in {took}, {served.ended}{faults}", 300))
