"""A `probe.toml`: its content, and what is wrong with it."""

from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from probe.errors import UsageError
from probe.inputs.source_lines import LineOf, read_text, usage_error
from probe.inputs.toml import parse_toml
from probe.inputs.validate import VARIABLE
from probe.model.base_models import Filled, Frozen, Label, Passable
from probe.model.choices import TokenHeader
from probe.model.target import HttpUrl, ModelAliases

EMBEDDED = "embedded"
CONTROL = "control"
"""The name of the arm that measures what the client costs by itself."""

OWN_NAMES = {EMBEDDED: "the upstream that comes with it", CONTROL: "what --control adds to a run"}
_TOKEN_KEYS = {"token", "api_key", "auth_token", "key", "secret", "password"}


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

    @field_validator("token_env")
    @classmethod
    def _token_env_is_a_name(cls, token_env: str | None) -> str | None:
        if token_env is not None and not VARIABLE.fullmatch(token_env):
            raise ValueError(
                "is no name of a variable, such as GLM_TOKEN; it is not shown, as it may be the token itself"
            )
        return token_env

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
    history: Filled | None = Field(None, description="directory that finished runs are added to, see docs/history.md")


def load_config(path: Path) -> Config:
    """Read a `probe.toml`. Raises UsageError with file, line, key and what is allowed."""
    return parse_config(read_text(path), path)


def parse_config(text: str, path: Path) -> Config:
    """Parse the text of a `probe.toml`. Raises UsageError with file, line, key and what is allowed."""
    content, line_of = parse_toml(text, path)
    targets = content.get("targets")
    for name, entry in targets.items() if isinstance(targets, dict) else ():
        _check_entry(name, entry, path, line_of)
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        raise usage_error(error, Config, path, line_of) from None


def _check_entry(name: str, entry: object, path: Path, line_of: LineOf) -> None:
    """Raise UsageError for a name of probe's own, and for a token in the file."""
    if name in OWN_NAMES:
        raise UsageError(
            f"{name!r} is a name of probe's own: {OWN_NAMES[name]}",
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
