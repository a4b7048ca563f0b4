"""Targets: from `probe.toml`, flags and the environment; and the token, which stays out of all of them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from probe.errors import UsageError
from probe.inputs.config_places import CONFIG_NAME
from probe.inputs.find_config import Configuration
from probe.inputs.labels import host_label
from probe.inputs.load_config import EMBEDDED
from probe.inputs.shell import run_shell_line
from probe.inputs.source_lines import usage_error
from probe.inputs.validate import VARIABLE, check_given, check_headers, check_names, check_sendable, check_text
from probe.model.choices import UpstreamKind
from probe.model.run_manifest import Options
from probe.model.target import Target
from probe.redact import looks_secret
from probe.suggest import did_you_mean

EMBEDDED_MODEL = "probe-embedded-1"
DEFAULT_TOKEN_ENV = "ANTHROPIC_AUTH_TOKEN"  # noqa: S105 - a name
_API_KEY = "ANTHROPIC_API_KEY"
_BASE_URL = "ANTHROPIC_BASE_URL"
_TOKEN_COMMAND_TIMEOUT_S = 60.0
_SHOWN = re.compile(r"(ANTHROPIC|CLAUDE|API|MAX|DISABLE|ENABLE|BASH|MCP|USE)_\w+")


def resolve_targets(
    options: Options, env: Mapping[str, str], config: Configuration, environment: Mapping[str, str]
) -> tuple[Target | None, ...]:
    """Return the targets that are asked for, each once; None is the embedded upstream. `env` is what --env adds.

    In this order: --target, --base-url, default_target, ANTHROPIC_BASE_URL. Raises UsageError.
    """
    if names := _target_names(options, config):
        return tuple(_named_target(name, options, env, config) for name in names)
    source, base_url = "--base-url", options.base_url
    if base_url is None:
        source, base_url = _BASE_URL, environment.get(_BASE_URL)
    if base_url is None:
        return (None,)
    if not base_url.strip():
        raise UsageError("is empty", key=source, remedy="Unset it, or say what is meant.")
    fields = {"name": host_label(base_url), "base_url": base_url, "model": environment.get("ANTHROPIC_MODEL")}
    return (_target(fields, options, env, None),)


def _target_names(options: Options, config: Configuration) -> tuple[str, ...]:
    """Return the names that are asked for, or the default one. Raises UsageError for flags that contradict them."""
    names = tuple(dict.fromkeys(options.targets))
    check_given(names, options.base_url, EMBEDDED)
    if len(names) > 1 and (options.base_url or options.token_env):
        raise UsageError(
            "an address or a token for one target, and several targets",
            key="--base-url or --token-env",
            remedy="Put them into the [targets.NAME] tables of probe.toml.",
        )
    default = config.default.content.default_target if config.default else None
    return (default,) if default and not names and options.base_url is None else names


def _named_target(name: str, options: Options, env: Mapping[str, str], config: Configuration) -> Target | None:
    if name == EMBEDDED:
        return None
    file = config.file_of(name)
    if file is None:
        raise unknown_target(name, config, is_default=not options.targets)
    fields = file.content.targets[name].model_dump(exclude_none=True, exclude={"fail_on"}) | {"name": name}
    return _target(fields, options, env, file.path)


def unknown_target(name: str, config: Configuration, *, is_default: bool = False) -> UsageError:
    """Build the error for a target that no file has; it names the targets that there are, and the other files."""
    known = ", ".join([*config.targets, EMBEDDED])
    source = config.default.path if is_default and config.default else config.path
    further = [str(file.path) for file in config.files if file.path != source]
    near = did_you_mean(name, [*config.targets, EMBEDDED])
    searched = f" Looked in {', '.join(further)} too." if further else ""
    none = f": there is no {CONFIG_NAME} here, above, or in ~/.config/probe"
    return UsageError(
        f"no target {name!r}{'' if config.files else none}",
        path=source,
        key="default_target" if is_default else "--target",
        remedy=f"{near}Known: {known}.{searched} "
        f"A target is a [targets.{name}] table with base_url, model and token_env.",
    )


def _target(fields: dict[str, Any], options: Options, env: Mapping[str, str], config_path: Path | None) -> Target:
    """Build the target of these fields, with what the command line says instead."""
    overrides = {"base_url": options.base_url, "model": options.model, "token_env": options.token_env}
    fields |= {key: value for key, value in overrides.items() if value is not None}
    if options.token_env:
        _check_variable(options.token_env, "--token-env", "--token-env MY_TOKEN")
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
        key = f"targets.{target.name}.token_command"
        token = printed_token(target.token_command, key)
        check_sendable(token, key)
        return SecretStr(token)
    name = target.token_env or DEFAULT_TOKEN_ENV
    _check_variable(name, f"targets.{target.name}.token_env", 'token_env = "MY_TOKEN"')
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


def _check_variable(name: str, key: str, example: str) -> None:
    """Raise UsageError, which names the option or the key of a file, for what is no name of a variable."""
    if not VARIABLE.fullmatch(name):
        raise UsageError(
            "is no name of a variable; it is not shown, as it may be the token itself",
            key=key,
            remedy=f"export MY_TOKEN=…, and give its name: {example}. Tokens are never taken as arguments.",
        )


def parse_env(pairs: list[str]) -> dict[str, str]:
    """Parse `KEY=VALUE` words. Raises UsageError."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not VARIABLE.fullmatch(name):
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


def printed_token(command: str, key: str) -> str:
    """Run a command for the token that it prints. Raises UsageError that names the key, and shows no output."""
    try:
        status, printed = run_shell_line(command, _TOKEN_COMMAND_TIMEOUT_S)
    except TimeoutError:
        raise UsageError(f"did not end within {_TOKEN_COMMAND_TIMEOUT_S:.0f} s", key=key) from None
    token = printed.decode("utf-8", "replace").strip()
    if status:
        problem = f"ended with {status}"
    elif not token:
        problem = "printed nothing"
    elif "\n" in token:
        problem = "printed more than one line"
    else:
        return token
    raise UsageError(problem, key=key, remedy=f"Try it by hand: {command}")
