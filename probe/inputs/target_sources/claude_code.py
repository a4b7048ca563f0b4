"""Targets in the settings of Claude Code: the `env` of settings.json, with the local file's on top."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from probe.inputs.load_target import shown_environment
from probe.inputs.target_sources.foreign_json import ForeignObject, read_foreign_file
from probe.inputs.target_sources.found_target import FoundTarget, FoundTargets, SkippedTarget, files_in, sorted_out
from probe.inputs.validate import is_reserved
from probe.model.choices import TokenHeader

CLAUDE_FILES = ("settings.json", "settings.local.json")
"""The files of one directory, the later on top."""
ANTHROPIC_URL = "https://api.anthropic.com"
_TOKENS = {"ANTHROPIC_AUTH_TOKEN": TokenHeader.BEARER, "ANTHROPIC_API_KEY": TokenHeader.X_API_KEY}
_ALIASES = {
    "opus": "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "sonnet": "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "haiku": "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "small_fast": "ANTHROPIC_SMALL_FAST_MODEL",
}
_KINDS = {"default", "best", "opus", "sonnet", "haiku"}
_OTHER_CLOUDS = ("CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY")
_OFF = {"", "0", "false"}


def find_in_claude_code(place: Path) -> FoundTargets:
    """Return the target of a settings file, or of the settings files of a directory. Raises UsageError."""
    files = files_in(place, CLAUDE_FILES)
    name = _name_of(place)
    return sorted_out(tuple(files), [target_of_settings(name, name, [read_foreign_file(file) for file in files])])


def _name_of(place: Path) -> str:
    """Return a name for a file's target, or a directory's: that of the project where it is a project's."""
    if place.is_dir() and place.name == ".claude":
        project = place.absolute().parent
        return "claude" if project == Path.home() else f"claude-{project.name}"
    return place.stem


@dataclass(frozen=True, slots=True)
class _Settings:
    """Settings of Claude Code as far as they say where calls go; a later layer wins."""

    env: dict[str, str]
    model: str
    helper: str

    @property
    def token_name(self) -> str | None:
        """The variable that holds the token."""
        return next((variable for variable in _TOKENS if self.env.get(variable)), None)

    @property
    def base_url(self) -> str:
        """The address of calls; empty where there is no token either, so that only a login can make any."""
        return self.env.get("ANTHROPIC_BASE_URL") or (ANTHROPIC_URL if self.token_name or self.helper else "")

    @property
    def cloud(self) -> str | None:
        """The variable that sends calls to another cloud."""
        return next((name for name in _OTHER_CLOUDS if self.env.get(name, "").lower() not in _OFF), None)

    @property
    def aliases(self) -> dict[str, str]:
        """The models by kind."""
        return {alias: self.env[variable] for alias, variable in _ALIASES.items() if self.env.get(variable)}

    @property
    def further(self) -> dict[str, str]:
        """The variables that have no key of their own in a target."""
        return {variable: value for variable, value in self.env.items() if value and not _is_own(variable)}


def _merged(layers: list[ForeignObject]) -> _Settings:
    env: dict[str, str] = {}
    for layer in layers:
        variables = layer.inner("env")
        env |= {variable: variables.text(variable) for variable in variables.names()}
    texts = {key: [layer.text(key) for layer in layers] for key in ("model", "apiKeyHelper")}
    last = {key: next(filter(None, reversed(found)), "") for key, found in texts.items()}
    return _Settings(env, last["model"], last["apiKeyHelper"])


def target_of_settings(key: str, name: str, layers: list[ForeignObject]) -> FoundTarget | SkippedTarget:
    """Return the target that settings of Claude Code name; of several layers the last one wins. Raises UsageError."""
    settings = _merged(layers)
    if settings.cloud or not settings.base_url:
        return _skipped(name, settings)
    token_name = settings.token_name
    return FoundTarget(
        id=key,
        name=name,
        base_url=settings.base_url,
        model=_model(settings),
        aliases=settings.aliases,
        auth=_TOKENS[token_name] if token_name else TokenHeader.BEARER,
        env=_harmless(settings.further),
        withheld=tuple(sorted(settings.further.keys() - _harmless(settings.further).keys())),
        token=SecretStr(settings.env[token_name]) if token_name else None,
        token_helper=None if token_name else settings.helper or None,
    )


def _harmless(variables: dict[str, str]) -> dict[str, str]:
    """Return the variables whose values may stand in a file."""
    shown = shown_environment(variables)
    return {variable: value for variable, value in variables.items() if shown[variable] == value}


def _skipped(name: str, settings: _Settings) -> SkippedTarget:
    if settings.cloud:
        return SkippedTarget(name, "targets.skip.cloud", {"variable": settings.cloud})
    return SkippedTarget(name, "targets.skip.login")


def _is_own(variable: str) -> bool:
    """Return True for variables that have keys of their own in a target, and those that are for probe to set."""
    return variable in _TOKENS or variable in _ALIASES.values() or is_reserved(variable)


def _model(settings: _Settings) -> str:
    """Return the model that Claude Code asks for; where it is a kind (`opus`, `sonnet[1m]`), the model of that kind."""
    named = settings.env.get("ANTHROPIC_MODEL") or settings.model
    kind = named.partition("[")[0].removesuffix("plan")
    if named and kind not in _KINDS:
        return named
    models = settings.aliases
    return next(filter(None, map(models.get, (kind, "sonnet", "opus"))), "")
