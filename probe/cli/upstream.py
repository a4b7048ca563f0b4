"""`probe upstream`: the embedded upstream by itself."""

from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.command_group import COMMANDS, ProbeCommand, ProbeGroup
from probe.cli.common import put, say
from probe.cli.language import present_texts, tell

if TYPE_CHECKING:
    from probe.upstream import ServedRequest

app = typer.Typer(
    help=COMMANDS["upstream"], cls=ProbeGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None
)

_INDENT = " " * 4

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
            tell("upstream.fault", fault=scheduled)
            if scheduled.schedule.on:
                tell("upstream.needs_step", step=scheduled.schedule.on, base_url=upstream.base_url)
        tell("upstream.any_token")
        stopped.wait()


@app.command("faults", cls=ProbeCommand)
def list_faults() -> None:
    """List the faults and their parameters."""
    from probe.cli.column_layout import terminal_width
    from probe.render.text_layout import wrapped
    from probe.texts.translations import translated
    from probe.upstream import FAULTS, describe_params, describe_schedule

    lines, texts, room = [], present_texts(), terminal_width()
    for name, kind in FAULTS.items():
        about = translated((kind.__doc__ or "").partition("\n")[0], texts)
        lines += wrapped(f"{name}({', '.join(describe_params(kind))})", room, indent=2)
        lines += wrapped(about, room, head=_INDENT, indent=len(_INDENT))
    lines += ["", *wrapped(texts("upstream.schedule", schedule=", ".join(describe_schedule())), room, indent=2)]
    put("\n".join(lines))


def _show(served: "ServedRequest") -> None:
    from probe.model.base_models import utc_text
    from probe.sanitise import printable

    line = present_texts()(
        "upstream.served.faults" if served.faults else "upstream.served",
        at=utc_text(served.received_at),
        id=served.request_id or "-",
        n=served.sequence,
        request=f"{served.method} {served.path} ({served.kind})",
        status=served.status,
        time=f"{(served.t_end - served.t_received) * 1000:.0f} ms",
        end=served.ended,
        faults=", ".join(served.faults),
    )
    say(printable(line, 300))
