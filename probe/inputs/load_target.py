"""Targets: from `probe.toml`, flags and the environment; and the token, which stays out of all of them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator

from probe.errors import UsageError
from probe.inputs.shell import run_shell_line
from probe.inputs.source_lines import read_text, usage_error
from probe.inputs.toml import parse_toml
from probe.inputs.validate import check_given, check_headers, check_names, check_sendable, check_text
from probe.model.base_models import Filled, Frozen, Label, Passable
from probe.model.choices import TokenHeader, UpstreamKind
from probe.model.run_manifest import Options
from probe.model.target import HttpUrl, ModelAliases, Target
from probe.redact import looks_secret

CONFIG_NAME = "probe.toml"
EMBEDDED = "embedded"
CONTROL = "control"
"""The name of the arm that measures what the client costs by itself."""

EMBEDDED_MODEL = "probe-embedded-1"
DEFAULT_TOKEN_ENV = "ANTHROPIC_AUTH_TOKEN"  # noqa: S105 - a name
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_API_KEY = "ANTHROPIC_API_KEY"
_BASE_URL = "ANTHROPIC_BASE_URL"
_OWN_NAMES = {EMBEDDED: "the upstream that comes with it", CONTROL: "what --control adds to a run"}
_TOKEN_COMMAND_TIMEOUT_S = 60.0
_TOKEN_KEYS = {"token", "api_key", "auth_token", "key", "secret", "password"}
_SHOWN = re.compile(r"(ANTHROPIC|CLAUDE|API|MAX|DISABLE|ENABLE|BASH|MCP|USE)_\w+")


class TargetEntry(Frozen):
    """One `[targets.NAME]` table."""

    base_url: HttpUrl
    model: Passable = Field(min_length=1)
    token_env: Filled | None = None
    token_command: Filled | None = None
    auth: TokenHeader = TokenHeader.BEARER
    aliases: ModelAliases = ModelAliases()
    env: dict[str, Passable] = Field(default_factory=dict)
    fail_on: tuple[str, ...] = ()

    @field_validator("aliases")
    @classmethod
    def _aliases_are_filled(cls, aliases: ModelAliases) -> ModelAliases:
        empty = [name for name, model in aliases if model is not None and not model.strip()]
        if empty:
            raise ValueError(f"{', '.join(empty)}: is empty; leave it out, or name a model")
        return aliases


class Config(Frozen):
    """A `probe.toml`."""

    default_target: Filled | None = None
    targets: dict[Label, TargetEntry] = Field(default_factory=dict)
    fail_on: tuple[str, ...] = Field((), description="gates, see docs/gates.md")


def load_config(path: Path) -> Config:
    """Read a `probe.toml`. Raises UsageError with file, line, key and what is allowed."""
    content, line_of = parse_toml(read_text(path), path)
    targets = content.get("targets")
    for name, entry in targets.items() if isinstance(targets, dict) else ():
        if name in _OWN_NAMES:
            raise UsageError(
                f"{name!r} is a name of probe's own: {_OWN_NAMES[name]}",
                path=path,
                line=line_of(("targets", name)),
                key=f"targets.{name}",
                remedy="Give the target another name.",
            )
        for key in entry if isinstance(entry, dict) else ():
            if key.lower() in _TOKEN_KEYS:
                raise UsageError(
                    "a token does not belong into this file",
                    path=path,
                    line=line_of(("targets", name, key)),
                    key=f"targets.{name}.{key}",
                    remedy='Name a variable that holds it (token_env = "GLM_TOKEN") or a command that prints it '
                    '(token_command = "pass show glm"). And change the token: it has been in a file.',
                )
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        raise usage_error(error, Config, path, line_of) from None


def find_config(named: str | None, folder: Path) -> tuple[Config, Path | None]:
    """Return the configuration and its file: the named one, else `probe.toml` in the folder, else an empty one."""
    path = Path(named) if named else folder / CONFIG_NAME
    if named and not path.is_file():
        raise UsageError("no such file", path=path, key="--config")
    return (load_config(path), path) if path.is_file() else (Config(), None)


def resolve_targets(
    options: Options, env: Mapping[str, str], config: Config, config_path: Path | None, environment: Mapping[str, str]
) -> tuple[Target | None, ...]:
    """Return the targets that are asked for, each once; None is the embedded upstream. `env` is what --env adds.

    In this order: --target, --base-url, default_target, ANTHROPIC_BASE_URL. Raises UsageError.
    """
    if names := _target_names(options, config):
        return tuple(_named_target(name, options, env, config, config_path) for name in names)
    source, base_url = "--base-url", options.base_url
    if base_url is None:
        source, base_url = _BASE_URL, environment.get(_BASE_URL)
    if base_url is None:
        return (None,)
    if not base_url.strip():
        raise UsageError("is empty", key=source, remedy="Unset it, or say what is meant.")
    fields = {"name": _name_of(base_url), "base_url": base_url, "model": environment.get("ANTHROPIC_MODEL")}
    return (_target(fields, options, env, config_path),)


def _target_names(options: Options, config: Config) -> tuple[str, ...]:
    """Return the names that are asked for, or the default one. Raises UsageError for flags that contradict them."""
    names = tuple(dict.fromkeys(options.targets))
    check_given(names, options.base_url, EMBEDDED)
    if len(names) > 1 and (options.base_url or options.token_env):
        raise UsageError(
            "an address or a token for one target, and several targets",
            key="--base-url or --token-env",
            remedy="Put them into the [targets.NAME] tables of probe.toml.",
        )
    if not names and options.base_url is None and config.default_target:
        return (config.default_target,)
    return names


def gates_of(name: str, config: Config) -> tuple[str, ...]:
    """Return the gates that `probe.toml` sets: for all targets, and for this one."""
    entry = config.targets.get(name)
    return (*config.fail_on, *(entry.fail_on if entry else ()))


def _named_target(
    name: str, options: Options, env: Mapping[str, str], config: Config, config_path: Path | None
) -> Target | None:
    if name == EMBEDDED:
        return None
    entry = config.targets.get(name)
    if entry is None:
        known = ", ".join([*config.targets, EMBEDDED])
        raise UsageError(
            f"no target {name!r}" if config_path else f"no target {name!r}: there is no {CONFIG_NAME} here",
            path=config_path,
            key="--target" if options.targets else "default_target",
            remedy=f"Known: {known}. A target is a [targets.{name}] table with base_url, model and token_env.",
        )
    fields = entry.model_dump(exclude_none=True, exclude={"fail_on"}) | {"name": name}
    return _target(fields, options, env, config_path)


def _target(fields: dict[str, Any], options: Options, env: Mapping[str, str], config_path: Path | None) -> Target:
    """Build the target of these fields, with what the command line says instead."""
    overrides = {"base_url": options.base_url, "model": options.model, "token_env": options.token_env}
    fields |= {key: value for key, value in overrides.items() if value is not None}
    if options.token_env:
        fields.pop("token_command", None)
    fields["env"] = {**fields.get("env", {}), **env}
    check_names(fields["env"])
    check_headers(fields["env"])
    if not fields.get("model"):
        raise UsageError("no model is named", key="--model", remedy="Add --model NAME, or set ANTHROPIC_MODEL.")
    try:
        return Target.model_validate(fields)
    except ValidationError as error:
        raise usage_error(error, Target, config_path or "command line", lambda _: None) from None


def embedded_target(base_url: str, model: str | None, env: Mapping[str, str]) -> Target:
    """Build the target for the upstream that comes with `probe`."""
    check_names(env)
    check_headers(env)
    return Target(
        name=EMBEDDED,
        kind=UpstreamKind.EMBEDDED,
        base_url=base_url,
        model=model or EMBEDDED_MODEL,
        token_env=None,
        env=dict(env),
    )


def read_token(target: Target, environment: Mapping[str, str]) -> SecretStr:
    """Return the target's token. Raises UsageError with what to do about it; never shows any part of the token."""
    if target.token_command:
        token = _printed_token(target.token_command, target.name)
        check_sendable(token, f"targets.{target.name}.token_command")
        return SecretStr(token)
    name = target.token_env or DEFAULT_TOKEN_ENV
    if not _VARIABLE.fullmatch(name):
        raise UsageError(
            "is no name of a variable; it is not shown, as it may be the token itself",
            key="token_env",
            remedy="export MY_TOKEN=…, and name that: token_env MY_TOKEN. Tokens are never taken as arguments.",
        )
    token = environment.get(name, "").strip()
    if not token:
        flag = "--token-env ANTHROPIC_API_KEY, which is set" if environment.get(_API_KEY) else "--token-env NAME"
        raise UsageError(
            f"the variable {name} is not set, so there is no token for {target.masked_url}",
            remedy=f"export {name}=…, or name another variable with {flag}. "
            "Tokens are never taken from the command line.",
        )
    check_sendable(token, name)
    return SecretStr(token)


def parse_env(pairs: list[str]) -> dict[str, str]:
    """Parse `KEY=VALUE` words. Raises UsageError."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not _VARIABLE.fullmatch(name):
            raise UsageError(f"{name!r} does not read as KEY=VALUE", key="--env")
        check_text(value, f"--env {name}")
        found[name] = value
    check_names(found)
    return found


NOT_SHOWN = "[set]"
"""Stands for the value of a variable that may be secret."""


def shown_environment(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables as they may stand in a file: values only where the name is known to be harmless."""
    return {
        name: value if _SHOWN.fullmatch(name) and not looks_secret(name) else NOT_SHOWN for name, value in env.items()
    }


def _printed_token(command: str, target: str) -> str:
    try:
        status, printed = run_shell_line(command, _TOKEN_COMMAND_TIMEOUT_S)
    except TimeoutError:
        raise UsageError(
            f"did not end within {_TOKEN_COMMAND_TIMEOUT_S:.0f} s", key=f"targets.{target}.token_command"
        ) from None
    token = printed.decode("utf-8", "replace").strip()
    if status or not token or "\n" in token:
        problem = (
            f"ended with {status}" if status else "printed nothing" if not token else ("printed more than one line")
        )
        raise UsageError(problem, key=f"targets.{target}.token_command", remedy=f"Try it by hand: {command}")
    return token


def _name_of(base_url: str) -> str:
    """Return a label for a target that has no name, made from its host."""
    try:
        host = (urlsplit(base_url).hostname or "target").lower()
    except ValueError:  # said in words when the address is checked
        host = "target"
    name = re.sub(r"[^a-z0-9]+", "-", host).strip("-")
    return (name if name[:1].isalpha() and name not in _OWN_NAMES else f"at-{name}")[:32].rstrip("-") or "target"
