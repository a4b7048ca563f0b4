"""Find where the requests of a command would go, and refuse what no recorder can stand in the way of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from probe.errors import UsageError
from probe.inputs.claude_options import options_begin_at
from probe.inputs.find_config import find_config
from probe.inputs.load_config import EMBEDDED
from probe.inputs.load_target import read_token, resolve_targets
from probe.inputs.settings_layers import SettingsLayer, settings_layers
from probe.inputs.target_sources.claude_code import ANTHROPIC_URL
from probe.model.run_manifest import Options
from probe.model.target import Target

BASE_URL = "ANTHROPIC_BASE_URL"
_CLOUDS = tuple(
    f"CLAUDE_CODE_USE_{cloud}"
    for cloud in ("BEDROCK", "VERTEX", "FOUNDRY", "MANTLE", "ANTHROPIC_AWS", "ANTHROPIC_GOOGLE_CLOUD", "GATEWAY")
)
_OFF = {"", "0", "false", "no", "off"}
_OTHER_WAYS = {
    "ANTHROPIC_UNIX_SOCKET": "its requests go through a socket, and not to an address",
    "CLAUDE_CODE_CLIENT_CERT": "the upstream asks for a certificate of the client's, which only the client can show",
}


@dataclass(frozen=True, slots=True)
class Destination:
    """The upstream of a recording.

    `environment` is the client's: that of the process, with what its settings say instead. `options_at` is where its
    options begin in the command, None for a program of which that is not known. `token` is that of a named target.
    """

    base_url: str
    environment: Mapping[str, str] = field(repr=False)
    layers: tuple[SettingsLayer, ...] = field(default=(), repr=False)
    options_at: int | None = None
    target: Target | None = None
    token: SecretStr | None = None


def find_destination(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, target_name: str | None, config: str | None
) -> Destination:
    """Return where the requests go that the command makes in this folder. Raises UsageError.

    To the named target; else to the address that the command itself would have used.
    """
    options_at = options_begin_at(command) if command else None
    words = command[options_at:] if options_at is not None else ()
    layers = tuple(settings_layers(environment, folder, words)) if command else ()
    merged = dict(environment)
    for layer in layers if options_at is not None else ():
        merged |= layer.variables
    _refuse_other_ways(merged, layers)
    target = _target(target_name, config, environment, folder)
    base_url = target.base_url if target else merged.get(BASE_URL) or ANTHROPIC_URL
    token = read_token(target, environment) if target else None
    return Destination(base_url, merged, layers, options_at, target, token)


def _target(name: str | None, config: str | None, environment: Mapping[str, str], folder: Path) -> Target | None:
    if name is None:
        return None
    options = Options(targets=(name,), config=config)
    (target,) = resolve_targets(options, {}, find_config(config, folder, environment), environment)
    if target is None:
        raise UsageError(
            f"{EMBEDDED!r} is no address that a command could use",
            key="--target",
            remedy="Start it with `probe upstream serve`, and set ANTHROPIC_BASE_URL to the address that it prints.",
        )
    return target


def _refuse_other_ways(environment: Mapping[str, str], layers: Sequence[SettingsLayer]) -> None:
    """Raise UsageError where the client does not go to a base URL, or not with what a recorder has."""
    reasons = dict.fromkeys(_CLOUDS, "its requests go to another cloud, signed for that address") | _OTHER_WAYS
    for name, reason in reasons.items():
        if environment.get(name, "").strip().lower() not in _OFF:
            places = (layer.place for layer in reversed(layers) if layer.variables.get(name) == environment[name])
            raise UsageError(
                f"is set, so nothing can be recorded: {reason}",
                path=next(places, None),
                key=name,
                remedy="Unset it, or set it to 0, and name an upstream with --target or ANTHROPIC_BASE_URL.",
            )
