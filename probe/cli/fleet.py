"""`probe fleet`: the members of a fleet, and their keys."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.command_group import COMMANDS, ProbeCommand, ProbeGroup
from probe.cli.common import put
from probe.cli.language import present_texts, tell
from probe.cli.options import ConfigOption, JsonOption
from probe.cli.signals import FROM_OUTSIDE, handled
from probe.errors import ExitCode

if TYPE_CHECKING:
    from probe.drivers.cancel import Cancel

app = typer.Typer(
    help=COMMANDS["fleet"], cls=ProbeGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None
)

KEYS_EXAMPLES = """\b
Examples:
  probe fleet keys KEYS --vantage fra --vantage sin"""
SCHEDULER_EXAMPLES = """\b
Examples:
  probe fleet scheduler
  probe fleet scheduler --host 0.0.0.0 --tls KEYS/scheduler"""
WORKER_EXAMPLES = """\b
Examples:
  probe fleet worker tls://HOST:8786 --vantage fra --tls fra
  ssh -R 9001:127.0.0.1:9001 -L 8786:127.0.0.1:8786 HOST
  probe fleet worker tcp://127.0.0.1:8786 --vantage fra --port 9001"""
STATUS_EXAMPLES = """\b
Examples:
  probe fleet status tls://HOST:8786 --tls KEYS/coordinator"""

TlsOption = Annotated[
    Path | None,
    typer.Option(
        "--tls",
        metavar="DIR",
        help="The directory with this member's certificate, from `probe fleet keys`. (default: none, on loopback)",
    ),
]
AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The scheduler, such as tls://HOST:8786.")]
PortOption = Annotated[int, typer.Option(help="The port to listen on; 0 lets the system choose.", min=0, max=65535)]


@app.command(cls=ProbeCommand, epilog=KEYS_EXAMPLES)
def keys(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The directory for all keys; new, or an earlier one.")],
    vantages: Annotated[
        list[str], typer.Option("--vantage", metavar="NAME", help="The name of a vantage; may be repeated.")
    ],
) -> None:
    """Make the certificates by which the members of a fleet know each other.

    Each member gets a directory of its own, which is copied to its machine and nowhere else. What is there already
    stays, unless it ends within 30 days.
    """
    from probe.fleet.make_keys import CA_KEY, make_keys
    from probe.fleet.prepare_anywhere import require_fleet_extra
    from probe.session.check_vantages import check_vantage_name

    require_fleet_extra()
    for name in vantages:
        check_vantage_name(name)
    for member in make_keys(folder, vantages):
        key = "fleet.keys.made" if member.is_new else "fleet.keys.kept"
        tell(key, member=member.member, path=member.folder, date=f"{member.ends:%Y-%m-%d}")
    tell("fleet.keys.secret", path=folder / CA_KEY)


@app.command(cls=ProbeCommand, epilog=SCHEDULER_EXAMPLES)
def scheduler(
    host: Annotated[str, typer.Option(metavar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: PortOption = 8786,
    tls: TlsOption = None,
) -> None:
    """Run the scheduler of a fleet until Ctrl-C."""
    import asyncio

    from probe.fleet.addresses import check_loopback
    from probe.fleet.prepare_anywhere import require_fleet_extra

    require_fleet_extra()
    from probe.fleet.dask_settings import own_settings
    from probe.fleet.tls_files import SCHEDULER, find_tls

    files = find_tls(tls, SCHEDULER) if tls else None
    if files is None:
        check_loopback(host, key="--host")
    with own_settings(), _stopped_by_signals() as stop:
        from probe.fleet.fleet_servers import serve_scheduler

        asyncio.run(serve_scheduler(host, port, files, stop, put))


@app.command(cls=ProbeCommand, epilog=WORKER_EXAMPLES)
def worker(
    address: AddressArgument,
    vantage: Annotated[str, typer.Option(metavar="NAME", help="The name of this place, such as fra.")],
    host: Annotated[
        str | None,
        typer.Option(metavar="HOST", help="The address to listen on. (default: the one that faces the scheduler)"),
    ] = None,
    port: PortOption = 0,
    contact_address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Where the scheduler reaches this worker: tls://HOST:PORT. (default: where it listens)",
        ),
    ] = None,
    tls: TlsOption = None,
    config: ConfigOption = None,
    spool: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where finished rounds are kept until they are stored. (default: ~/.local/state/probe/fleet/NAME)",
        ),
    ] = None,
) -> None:
    """Make the rounds of one vantage until Ctrl-C, with the tokens of this machine.

    Tokens and the values of secret variables stay here: they come from this machine's environment and probe.toml.
    """
    from probe.fleet.addresses import is_loopback, parse_address
    from probe.fleet.prepare_anywhere import require_fleet_extra
    from probe.session.check_vantages import check_vantage_name

    require_fleet_extra()
    from probe.fleet.run_worker import WorkerPlace, run_worker
    from probe.fleet.tls_files import find_tls

    check_vantage_name(vantage)
    files = find_tls(tls, vantage) if tls else None
    scheduler_address = parse_address(address, has_tls=files is not None, key="ADDRESS")
    if contact_address:
        parse_address(contact_address, has_tls=files is not None, key="--contact-address")
    if files is None:
        from probe.fleet.addresses import check_loopback

        check_loopback(host or "127.0.0.1", key="--host")
    if host is None and is_loopback(scheduler_address.host):
        host = "127.0.0.1"
    place = WorkerPlace(vantage, host, port, contact_address)
    with _stopped_by_signals() as stop:
        run_worker(
            scheduler_address,
            place,
            files,
            stop,
            _tell_worker,
            environment=dict(os.environ),
            config=config,
            spool=spool,
        )


@app.command(cls=ProbeCommand, epilog=STATUS_EXAMPLES)
def status(address: AddressArgument, tls: TlsOption = None, as_json: JsonOption = False) -> None:
    """Say which vantages are connected: versions, clocks, load, and whether each target has a token.

    The exit code is 4 where one of them cannot be used.
    """
    from probe.fleet.prepare_anywhere import require_fleet_extra

    require_fleet_extra()
    from probe.fleet.fleet_status import read_status, status_lines

    found = read_status(address, tls)
    if as_json:
        put(found.model_dump_json(indent=2))
    else:
        put("\n".join(status_lines(found, present_texts())))
    if found.unreadable:
        raise typer.Exit(ExitCode.ENVIRONMENT)


def _tell_worker(what: str, address: str) -> None:
    tell(f"fleet.worker.{what}", address=address)


@contextmanager
def _stopped_by_signals() -> "Iterator[Cancel]":
    """Yield what is set by the first signal; a second one ends the process at once."""
    from probe.drivers.cancel import Cancel

    with Cancel() as stop:

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            if stop.cancelled:
                os._exit(ExitCode.INTERRUPTED)
            stop.cancel()

        with handled(dict.fromkeys((signal.SIGINT, *FROM_OUTSIDE), on_signal)):
            yield stop
