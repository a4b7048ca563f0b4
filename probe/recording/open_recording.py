"""Put a recording together: where requests go, the recorder in the way, and the command that is led through it."""

import contextlib
import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from probe import __version__
from probe.connection.proxies import way_to
from probe.drivers.foreground_command import require_program
from probe.drivers.locate import bundled_client
from probe.inputs.labels import host_label
from probe.model.recorded_manifest import RecordedManifest
from probe.model.target import mask_url
from probe.recording.destination import Destination, find_destination
from probe.recording.listening import listen_on, url_of
from probe.recording.recorded_command import RecordedCommand, recorded_command, route_path
from probe.recording.recorder_keeper import RecorderKeeper
from probe.recording.recorder_process import RecordingOrder
from probe.redact import environment_secrets
from probe.session.machine import machine_info
from probe.store import RUNS, free_path


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """The options of `probe record`. With an empty command it listens, on `listen` (HOST:PORT) where that is named."""

    command: tuple[str, ...] = ()
    listen: str | None = None
    exposed: bool = False
    target: str | None = None
    config: str | None = None
    name: str | None = None
    out: Path = Path("reports")
    keep_bodies: bool = False


@dataclass(frozen=True, slots=True)
class OpenRecording:
    """A recording that has begun. `base_url` is the recorder's; `command` is None where none was named."""

    base_url: str
    destination: Destination = field(repr=False)
    keeper: RecorderKeeper
    command: RecordedCommand | None


@contextlib.contextmanager
def open_recording(options: RecordingOptions, environment: Mapping[str, str], folder: Path) -> Iterator[OpenRecording]:
    """Begin a recording, and end what of it is left at the end of the context. Raises ProbeError."""
    if options.command:
        options = replace(options, command=_startable(options.command, environment))
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(listen_on(options.listen, exposed=options.exposed))
        keeper = RecorderKeeper(listener)
        stack.callback(keeper.close)
        destination = find_destination(options.command, environment, folder, options.target, options.config)
        base_url = url_of(listener, route_path(destination))
        command = None
        if options.command:
            kept_settings = _SettingsInMemory(stack)
            command = recorded_command(options.command, environment, destination, base_url, kept_settings.keep)
        keeper.begin(_order(options, destination, listener))
        yield OpenRecording(base_url, destination, keeper, command)


def _startable(command: tuple[str, ...], environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the command; a `claude` that is not on PATH is the one that the extra `client` brings.

    Raises EnvironmentUnusableError where there is no such program.
    """
    if command[0] == "claude" and shutil.which("claude", path=environment.get("PATH")) is None:
        bundled = bundled_client()
        if bundled is not None:
            return (str(bundled), *command[1:])
    require_program(command[0], environment)
    return command


class _SettingsInMemory:
    """Keeps settings in files without a place on any disk, which only this user's processes can read."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack

    def keep(self, settings: str) -> str:
        """Return the path of a file with these settings, which lives as long as we do."""
        descriptor = os.memfd_create("settings")
        self._stack.callback(os.close, descriptor)
        os.write(descriptor, settings.encode())
        return f"/proc/{os.getpid()}/fd/{descriptor}"


def _order(options: RecordingOptions, destination: Destination, listener: socket.socket) -> RecordingOrder:
    created = datetime.now(UTC)
    label = options.name or (destination.target.name if destination.target else host_label(destination.base_url))
    path = free_path((options.out / RUNS / f"{created:%Y%m%dT%H%M%SZ}-recorded-{label}").absolute())
    host, port = listener.getsockname()[:2]
    manifest = RecordedManifest(
        run_id=path.name,
        created_at=created,
        probe_version=__version__,
        name=options.name,
        target=destination.target.name if destination.target else None,
        base_url=mask_url(destination.base_url),
        way=way_to(destination.base_url, destination.environment),
        command=_without_values(options.command),
        listen=None if options.command else f"{host}:{port}",
        machine=machine_info(),
        keeps_bodies=options.keep_bodies,
    )
    return RecordingOrder(
        descriptor=listener.fileno(),
        base_url=destination.base_url,
        environment=_of_the_way(destination.environment),
        secrets=_secrets(destination),
        folder=str(path),
        manifest=manifest,
    )


def _of_the_way(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that say how an address is reached: proxies and certificates."""
    exact = {"SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"}
    return {name: value for name, value in environment.items() if name in exact or name.lower().endswith("_proxy")}


def _secrets(destination: Destination) -> tuple[str, ...]:
    token = [destination.token.get_secret_value()] if destination.token else []
    return (*token, *environment_secrets(destination.environment))


def _without_values(command: Sequence[str]) -> tuple[str, ...]:
    """Return the program and the names of options: words without a dash may be a prompt."""
    if not command:
        return ()
    options = (word.partition("=")[0] for word in command[1:] if word.startswith("-") and word.strip("-"))
    return (PurePath(command[0]).name, *options)
