"""Resolve secrets, late and in one place; and keep them out of what is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from probe.drivers.context import sealed
from probe.drivers.sandbox import inherited_environment
from probe.errors import UsageError
from probe.inputs.find_config import find_config
from probe.inputs.load_target import read_token
from probe.model.run_spec import LOCAL, RunSpec
from probe.redact import Redactor, environment_secrets

M = TypeVar("M", bound=BaseModel)
_FIXED = frozenset({"literal_error", "enum", "string_pattern_mismatch"})
"""The errors of pydantic for a text that is not in a fixed vocabulary, or is no valid name."""


@dataclass(frozen=True, slots=True)
class ArmSecrets:
    """An arm's token, None for an embedded upstream, and all variables that its target sets for the client."""

    token: SecretStr | None
    variables: Mapping[str, SecretStr]


def resolve_secrets(
    spec: RunSpec, environment: Mapping[str, str], given: Mapping[str, str] | None = None, vantage: str = LOCAL
) -> tuple[ArmSecrets, ...]:
    """Return the secrets of each arm, in their order. Raises UsageError that names what is missing.

    `vantage` is this machine: arms of others have none, since those are resolved there.

    A token comes from the target's variable or command. The value of a secret variable comes from `given` (those of
    `--env`), else from the target's table in `probe.toml`, else from `environment`.
    """
    config = find_config(spec.options.config, Path.cwd(), environment)
    tokens: dict[tuple[str | None, str | None], SecretStr] = {}
    found = []
    for arm in spec.arms:
        if arm.vantage not in {None, vantage}:
            found.append(ArmSecrets(None, {}))
            continue
        token = None
        if not arm.embedded:
            source = arm.target.token_command, arm.target.token_env
            if source not in tokens:
                tokens[source] = read_token(arm.target, environment)
            token = tokens[source]
        table = config.targets.get(arm.table or "")
        values = {**environment, **(table.env if table else {}), **(given or {})}
        variables = sealed(arm.target.env)
        for name in arm.secret_env:
            if name not in values:
                raise UsageError(
                    f"the value of {name} is not part of the run's specification, and is set nowhere",
                    path=config.path,
                    key=name,
                    remedy=f"Set it in the environment, or in the env of the target {arm.name!r} in probe.toml.",
                )
            variables[name] = SecretStr(values[name])
        found.append(ArmSecrets(token, variables))
    return tuple(found)


def redactor_for(
    tokens: Iterable[SecretStr | None], added: Iterable[Mapping[str, str]], environment: Mapping[str, str]
) -> Redactor:
    """Build a redactor that knows the secrets of all targets: an upstream may say back what another one was told.

    `added` are the variables that targets set for the client; of our own `environment`, those count that it inherits.
    """
    variables = [*added, inherited_environment(environment)]
    return Redactor(
        [token.get_secret_value() for token in tokens if token]
        + [secret for each in variables for secret in environment_secrets(each)]
    )


def without_secrets(model: M, redactor: Redactor) -> M:
    """Return the model without secrets in its texts.

    Keys stay, and so do words of a fixed vocabulary and names, though a header may have the same word for a value.
    """
    before = model.model_dump()
    after = _redacted(before, redactor)
    try:
        return type(model).model_validate(after)
    except ValidationError as error:
        fixed = [found["loc"] for found in error.errors() if found["type"] in _FIXED]
        for *place, key in fixed:
            _at(after, place)[key] = _at(before, place)[key]
    return type(model).model_validate(after)


def _redacted(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, dict):
        return {key: _redacted(inner, redactor) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(inner, redactor) for inner in value]
    return redactor.text(value) if type(value) is str else value


def _at(value: Any, place: Iterable[str | int]) -> Any:
    for key in place:
        value = value[key]
    return value
