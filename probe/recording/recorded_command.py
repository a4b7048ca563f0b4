"""Build the command line and environment that lead a command through the recorder, and change nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from probe.connection.proxies import proxy_for
from probe.connection.route import Router
from probe.errors import UsageError
from probe.inputs.claude_options import with_values
from probe.inputs.settings_layers import SettingsLayer, settings_with
from probe.inputs.target_sources.claude_code import ANTHROPIC_URL
from probe.model.choices import TokenHeader
from probe.recording.destination import BASE_URL, Destination
from probe.texts.phrase import Phrase, phrase

_FIRST_PARTY = "_CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL"
"""Without it 2.1.329 sends less to an address that is not Anthropic's own, though the recorder passes all on there."""
_NO_PROXY = ("NO_PROXY", "no_proxy")
_PROXIES = ("https_proxy", "http_proxy", "all_proxy")


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """A command line with its environment. `warnings` say what may lead its requests past the recorder."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    warnings: tuple[Phrase, ...] = ()


def recorded_command(
    command: Sequence[str],
    environment: Mapping[str, str],
    destination: Destination,
    base_url: str,
    keep_settings: Callable[[str], str],
) -> RecordedCommand:
    """Return the command with `base_url`, the recorder's, in the place of the upstream's. Raises UsageError.

    Where the settings of the client win over the environment, they are overridden by `--settings`, whose content
    `keep_settings` puts where the client alone reads it, since it may hold a token; it returns the path.
    """
    variables = _variables(destination, base_url)
    held = variables | dict.fromkeys(_other_tokens(destination), "")
    overruled = _overruled(held, destination.layers)
    argv, warnings = list(command), []
    if destination.options_at is None:
        warnings = [phrase("record.may_not_hold", name=name, place=place) for name, place in overruled.items()]
    elif overruled:
        _refuse_fixed(overruled, destination.layers)
        settings = {name: held[name] for name in overruled}
        argv[destination.options_at :] = with_values(
            command[destination.options_at :], "--settings", lambda value: keep_settings(settings_with(value, settings))
        )
    kept = {name: value for name, value in environment.items() if name not in _other_tokens(destination)}
    return RecordedCommand(tuple(argv), kept | variables, tuple(warnings))


def route_path(destination: Destination) -> str:
    """Return the path of the upstream's address. Raises UsageError where it cannot be reached as it is told."""
    proxy = proxy_for(destination.base_url, destination.environment)
    if proxy is not None and proxy.tls:
        raise UsageError(
            f"the recorder cannot go through an https:// proxy, as {proxy.variable} names one",
            remedy=f"Set {proxy.variable} to an http:// proxy.",
        )
    return Router(destination.environment).route(destination.base_url).base_path


def _variables(destination: Destination, base_url: str) -> dict[str, str]:
    """Return the variables that the command needs: the address, and what makes it hold; those of a named target."""
    environment = destination.environment
    variables = {BASE_URL: base_url}
    if urlsplit(destination.base_url).hostname == urlsplit(ANTHROPIC_URL).hostname:
        variables[_FIRST_PARTY] = environment.get(_FIRST_PARTY, "1")
    variables |= _direct_to_loopback(environment)
    target, token = destination.target, destination.token
    if target is not None and token is not None:
        variables |= target.model_environment() | target.env | {target.auth.variable: token.get_secret_value()}
    return variables


def _direct_to_loopback(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what keeps a client with a proxy from going through it to the recorder; the client exempts nothing itself.

    The proxy stays for all else that the client and its tools do.
    """
    if not any(environment.get(name) for lower in _PROXIES for name in (lower, lower.upper())):
        return {}
    named = [name for name in _NO_PROXY if environment.get(name)]
    return {name: f"{environment[name]},127.0.0.1" for name in named} or {_NO_PROXY[0]: "127.0.0.1"}


def _other_tokens(destination: Destination) -> set[str]:
    """Return the variables with a token that is not the named target's, which the client would send there."""
    if destination.target is None:
        return set()
    return {header.variable for header in TokenHeader} - {destination.target.auth.variable}


def _overruled(variables: Mapping[str, str], layers: Sequence[SettingsLayer]) -> dict[str, str]:
    """Return the variables that settings would change again, each with the place that wins."""
    found = {}
    for layer in layers:
        for name, value in layer.variables.items():
            if name in variables and value != variables[name]:
                found[name] = layer.place
    return found


def _refuse_fixed(overruled: Mapping[str, str], layers: Sequence[SettingsLayer]) -> None:
    fixed = {layer.place for layer in layers if layer.fixed}
    for name, place in overruled.items():
        if place in fixed:
            raise UsageError(
                "is set there, and no setting of ours wins over that: the client would go past the recorder",
                path=place,
                key=f"env.{name}",
                remedy="Ask whoever manages this machine, or record another command.",
            )
