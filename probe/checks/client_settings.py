"""Read which settings the user's own Claude Code has: names, never values."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.texts.phrase import Phrase, phrase

_MANAGED = Path("/etc/claude-code/managed-settings.json")
_MOST_BYTES = 1_000_000
_KEYS = ("apiKeyHelper", "model", "awsAuthRefresh", "forceLoginMethod")
"""Settings that decide, beside `env`, where calls go, as whom, or to which model."""


@dataclass(frozen=True, slots=True)
class SettingsNames:
    """The names of variables that one settings file sets, and the keys of _KEYS that it has."""

    place: str
    variables: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    problem: Phrase | None = None


def settings_names(environment: Mapping[str, str], folder: Path) -> list[SettingsNames]:
    """Return the names in the settings files that the user's own client reads in `folder`."""
    files = [_read(place, path) for place, path in _places(environment, folder)]
    return [file for file in files if file is not None]


def _places(environment: Mapping[str, str], folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file as it is called for people, with its path."""
    config = environment.get("CLAUDE_CONFIG_DIR")
    home = environment.get("HOME")
    if config:
        yield "$CLAUDE_CONFIG_DIR/settings.json", Path(config) / "settings.json"
    elif home:
        yield "~/.claude/settings.json", Path(home) / ".claude" / "settings.json"
    for name in ("settings.json", "settings.local.json"):
        yield f"./.claude/{name}", folder / ".claude" / name
    yield str(_MANAGED), _MANAGED


def _read(place: str, path: Path) -> SettingsNames | None:
    """Return the names in a file; None where there is no such file."""
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > _MOST_BYTES:
            return _unreadable(place, "large")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return _unreadable(place, "error", error=error.strerror)
    except (ValueError, RecursionError):
        return _unreadable(place, "json")
    if not isinstance(content, dict):
        return _unreadable(place, "object")
    env = content.get("env")
    variables = tuple(sorted(str(name) for name in env)) if isinstance(env, dict) else ()
    return SettingsNames(place, variables, tuple(key for key in _KEYS if content.get(key)))


def _unreadable(place: str, problem: str, **values: object) -> SettingsNames:
    return SettingsNames(place, problem=phrase(f"check.settings_unreadable.{problem}", place=place, **values))
