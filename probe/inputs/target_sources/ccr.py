"""Targets in claude-code-router: its own address, and the providers that speak Anthropic's protocol themselves."""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from probe.errors import UsageError
from probe.inputs.target_sources.foreign_json import (
    ForeignObject,
    parse_foreign,
    read_foreign_file,
    skipped_if_unreadable,
)
from probe.inputs.target_sources.found_target import (
    MESSAGES_PATH,
    FoundTarget,
    FoundTargets,
    SkippedTarget,
    files_in,
    sorted_out,
)
from probe.inputs.target_sources.read_only_database import read_rows
from probe.model.choices import TokenHeader
from probe.model.target import mask_url

CCR_FILES = ("config.sqlite", "config.json")
"""The database, and the file of older versions that it has taken over from."""
_PROGRAM = "claude-code-router"
_ROUTER = "ccr"
_PORT = "3456"
_URLS = ("api_base_url", "baseUrl", "baseurl")
_KEYS = ("api_key", "apiKey", "apikey")
_EVERY_ADDRESS = {"", "0.0.0.0", "::"}  # noqa: S104 - what it listens on, and no address to call
_ANTHROPIC_TYPE = "anthropic_messages"
_ANTHROPIC_TRANSFORMER = "anthropic"
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_CONFIG_QUERY = "SELECT value_json FROM app_config WHERE key = 'default'"
_KEYS_QUERY = (
    "SELECT encrypted_key FROM api_keys WHERE encryption = 'plain' "
    "AND (expires_at = '' OR expires_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) ORDER BY rowid"
)


@dataclass(frozen=True, slots=True)
class _Router:
    """The configuration of the router: its key for clients, and the mark between provider and model."""

    config: ForeignObject
    key: str
    mark: str


def find_in_ccr(place: Path) -> FoundTargets:
    """Return the router itself and its providers; `place` is its directory or one of its files. Raises ProbeError."""
    file = files_in(place, CCR_FILES)[0]
    router = _of_old_file(file) if file.suffix == ".json" else _of_database(file)
    providers = router.config.entries("Providers", "providers")
    found_targets: list[FoundTarget | SkippedTarget] = [_router_target(router, providers)]
    for provider in providers:
        name = provider.text("name", "id")
        found_targets.append(skipped_if_unreadable(name, partial(_provider_target, name, provider)))
    return sorted_out((file,), found_targets)


def _of_old_file(path: Path) -> _Router:
    config = read_foreign_file(path)
    return _Router(config, config.text("APIKEY"), ",")


def _of_database(path: Path) -> _Router:
    """Read the database of version 3, which has taken over from config.json. Raises ProbeError."""
    rows = read_rows(path, _CONFIG_QUERY, program=_PROGRAM)
    if not rows:
        raise UsageError("has no configuration yet", path=path, key="app_config.default")
    config = parse_foreign(rows[0][0], path, "app_config.default")
    keys = read_rows(path, _KEYS_QUERY, program=_PROGRAM)
    return _Router(config, keys[0][0] if keys else config.text("APIKEY"), "/")


def _router_target(router: _Router, providers: list[ForeignObject]) -> FoundTarget:
    """Return the router's own address, with the model that its default route leads to."""
    routes = router.config.inner("Router")
    model = routes.text("default") or _preferred_model(router, providers)
    background = routes.text("background")
    return FoundTarget(
        id=_ROUTER,
        name=_ROUTER,
        base_url=_address(router.config),
        model=model,
        aliases={"haiku": background} if background not in {"", model} else {},
        needs_token=bool(router.key),
        **_token_fields(router.key),
    )


def _address(config: ForeignObject) -> str:
    gateway = config.inner("gateway")
    host = gateway.text("host")
    if host in _EVERY_ADDRESS:
        host = "127.0.0.1"
    port = gateway.text("port") or config.text("PORT") or _PORT
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _preferred_model(router: _Router, providers: list[ForeignObject]) -> str:
    """Return the first model of the preferred provider, else of the first one; empty where there is none."""
    preferred = router.config.text("preferredProvider")
    enabled = [provider for provider in providers if provider.raw("enabled") is not False]
    for provider in sorted(enabled, key=lambda provider: provider.text("name") != preferred):
        if model := provider.first_text("models"):
            return f"{provider.text('name')}{router.mark}{model}"
    return ""


def _provider_target(name: str, provider: ForeignObject) -> FoundTarget | SkippedTarget:
    if provider.raw("enabled") is False:
        return SkippedTarget(name, "targets.skip.disabled")
    base_url = _anthropic_base(provider)
    if not base_url:
        return SkippedTarget(name, "targets.skip.router", {"protocol": _protocol(provider)})
    return FoundTarget(
        id=f"provider:{name}",
        name=name,
        base_url=base_url,
        model=provider.first_text("models"),
        auth=TokenHeader.X_API_KEY,
        **_token_fields(_provider_key(provider)),
    )


def _protocol(provider: ForeignObject) -> str:
    """Return the protocol of a provider as far as it is told: its name, else the address that stands for it."""
    try:
        return provider.text("type") or mask_url(provider.text(*_URLS)) or "?"
    except ValueError:  # of an address that is none
        return "?"


def _provider_key(provider: ForeignObject) -> str:
    """Return the provider's own key, else that of its first credential in use."""
    credentials = [entry for entry in provider.entries("credentials") if entry.raw("enabled") is not False]
    return next(filter(None, (entry.text(*_KEYS) for entry in (provider, *credentials))), "")


def _anthropic_base(provider: ForeignObject) -> str:
    """Return the base URL of a provider that the router sends requests to as they are; empty for all others."""
    capabilities = provider.entries("capabilities")
    bases = [entry.text("baseUrl") for entry in capabilities if entry.text("type") == _ANTHROPIC_TYPE]
    url = provider.text(*_URLS).rstrip("/")
    if not bases and _speaks_anthropic(url, provider):
        bases = [url.removesuffix(MESSAGES_PATH)]
    return next(filter(None, bases), "")


def _speaks_anthropic(url: str, provider: ForeignObject) -> bool:
    """Return True where the router sends requests on as they are."""
    steps = provider.inner("transformer").raw("use")
    passes_on = isinstance(steps, list) and [str(step).lower() for step in steps] == [_ANTHROPIC_TRANSFORMER]
    return provider.text("type") == _ANTHROPIC_TYPE or url.endswith(MESSAGES_PATH) or passes_on


def _token_fields(key: str) -> dict[str, Any]:
    """Return where a key is: in the settings, or in the variable that they name instead of it."""
    variable = _VARIABLE.fullmatch(key)
    if variable:
        return {"token_env": variable[1] or variable[2]}
    return {"token": SecretStr(key)} if key else {}
