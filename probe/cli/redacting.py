"""What a run must not write: one rule for all commands."""

from collections.abc import Iterable, Mapping

from pydantic import SecretStr

from probe.drivers.sandbox import inherited_environment
from probe.redact import Redactor, environment_secrets


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
