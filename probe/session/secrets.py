"""What a run must not write: one rule for all commands."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from probe.drivers.sandbox import inherited_environment
from probe.redact import Redactor, environment_secrets

M = TypeVar("M", bound=BaseModel)
_FIXED = frozenset({"literal_error", "enum", "string_pattern_mismatch"})
"""What pydantic calls a text that is none of a fixed vocabulary, or no name."""


def redactor_for(
    tokens: Iterable[SecretStr | None], added: Iterable[Mapping[str, str]], environment: Mapping[str, str]
) -> Redactor:
    """Knows the secrets of all targets at once: an upstream may say back what another one was told.

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
