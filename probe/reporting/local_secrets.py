"""The secrets that this machine knows of now: of the environment, and of the targets in `probe.toml`."""

from collections.abc import Mapping
from pathlib import Path

from probe.inputs.find_config import find_config
from probe.inputs.load_config import TargetEntry
from probe.inputs.load_target import DEFAULT_TOKEN_ENV
from probe.redact import environment_secrets


def local_secrets(environment: Mapping[str, str], folder: Path, config: str | None = None) -> list[str]:
    """Return the values that must not be sent; `config` is a further file of targets. Raises UsageError.

    Commands that print tokens are not run.
    """
    files = [find_config(None, folder, environment)]
    if config and Path(config).is_file():
        files.append(find_config(config, folder, environment))
    targets = [target for file in files for target in file.targets.values()]
    own = environment_secrets(environment)
    return [*own, *(secret for target in targets for secret in _secrets_of(target, environment))]


def _secrets_of(target: TargetEntry, environment: Mapping[str, str]) -> list[str]:
    token = environment.get(target.token_env or DEFAULT_TOKEN_ENV, "")
    return [token, *environment_secrets(target.env)]
