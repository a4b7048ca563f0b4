"""Read the layers of settings from which Claude Code takes its variables: of each the `env`, and nothing else.

Measured (docs/decisions/record-base-url.md): a later layer wins, and each of them wins over the process's environment.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from probe import strict_json
from probe.inputs.claude_options import option_values

MANAGED = Path("/etc/claude-code/managed-settings.json")
_SOURCES = "--setting-sources"
_MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class SettingsLayer:
    """The variables that one layer sets, and its name for people. `fixed`: nothing wins over it."""

    place: str
    variables: Mapping[str, str]
    fixed: bool = False


def settings_layers(
    environment: Mapping[str, str], folder: Path, words: Sequence[str], managed: Path = MANAGED
) -> list[SettingsLayer]:
    """Return the layers that a client in `folder` with these options reads, those that win last.

    A file that is missing, or that the client refuses as no JSON, is no layer.
    """
    found = [SettingsLayer(place, _variables_in(path)) for place, path in _files(environment, folder, words)]
    found += [SettingsLayer("--settings", variables_of(value)) for value in option_values(words, "--settings")]
    found += [SettingsLayer(str(path), _variables_in(path), fixed=True) for path in _managed_files(managed)]
    return [layer for layer in found if layer.variables]


def variables_of(settings: str) -> Mapping[str, str]:
    """Return the variables in the value of `--settings`: JSON, or the path of a file."""
    return _variables(settings) if settings.lstrip().startswith("{") else _variables_in(Path(settings))


def settings_with(settings: str, variables: Mapping[str, str]) -> str:
    """Return the value of `--settings` as JSON, with these variables in its `env`; unreadable settings are none."""
    content = _object(settings if settings.lstrip().startswith("{") else _text(Path(settings)))
    env = content.get("env")
    return json.dumps({**content, "env": {**(env if isinstance(env, dict) else {}), **variables}})


def _files(environment: Mapping[str, str], folder: Path, words: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield the files that `--settings` wins over, each as it is called for people, with its path."""
    home = Path(environment.get("HOME") or "/")
    config = environment.get("CLAUDE_CONFIG_DIR")
    yield (
        ("$CLAUDE_CONFIG_DIR/.claude.json", Path(config) / ".claude.json")
        if config
        else ("~/.claude.json", home / ".claude.json")
    )
    named = option_values(words, _SOURCES)
    sources = named[-1].split(",") if named else ["user", "project", "local"]
    if "user" in sources and config:
        yield "$CLAUDE_CONFIG_DIR/settings.json", Path(config) / "settings.json"
    elif "user" in sources:
        yield "~/.claude/settings.json", home / ".claude" / "settings.json"
    if "project" in sources:
        yield ".claude/settings.json", folder / ".claude" / "settings.json"
    if "local" in sources:
        yield ".claude/settings.local.json", folder / ".claude" / "settings.local.json"


def _managed_files(managed: Path) -> list[Path]:
    """Return the files of an administrator: the file itself, and those of the directory beside it."""
    return [managed, *sorted((managed.parent / f"{managed.stem}.d").glob("*.json"))]


def _variables_in(path: Path) -> Mapping[str, str]:
    return _variables(_text(path))


def _variables(text: str) -> Mapping[str, str]:
    env = _object(text).get("env")
    if not isinstance(env, dict):
        return {}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in env.items()}


def _object(text: str) -> dict[str, object]:
    try:
        content = strict_json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _text(path: Path) -> str:
    """Return the text of a file; an empty one where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8") if path.stat().st_size <= _MOST_BYTES else ""
    except (OSError, ValueError):
        return ""
