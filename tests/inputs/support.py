"""A `probe.toml` of two targets, and what is resolved of it."""

from pathlib import Path
from textwrap import dedent
from typing import Any

from probe.inputs.find_config import ConfigFile, Configuration
from probe.inputs.load_config import load_config
from probe.inputs.load_target import (
    read_token,
    resolve_targets,
)
from probe.model.run_manifest import Options
from probe.model.target import Target

CANARY = "canary-0123456789"
GOOD = dedent("""\
    default_target = "glm"
    [targets.glm]
    base_url = "https://glm.example/api/"
    model = "glm-4.7"
    token_env = "GLM_TOKEN"
    [targets.glm.aliases]
    haiku = "glm-air"
    [targets.relay]
    base_url = "http://relay.example:8080"
    model = "opus-x"
    token_command = "echo tok-en"
    env = { API_TIMEOUT_MS = "1000" }
    """)


def config(tmp_path: Path, text: str = GOOD) -> Configuration:
    path = tmp_path / "probe.toml"
    path.write_text(text)
    return Configuration((ConfigFile(path, load_config(path)),))


def resolved(
    tmp_path: Path, options: dict[str, Any], environment: dict[str, str] | None = None, text: str = GOOD
) -> Target | None:
    return resolve_targets(Options(**options), {}, config(tmp_path, text), environment or {})[0]


def token_of(environment: dict[str, str], **changes: Any) -> str:
    target = Target(**{"name": "a", "base_url": "http://a", "model": "m", **changes})
    return read_token(target, environment).get_secret_value()
