"""Targets in cc-switch: its database, or an older config.json. A provider holds settings of Claude Code."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from probe.inputs.target_sources.claude_code import target_of_settings
from probe.inputs.target_sources.foreign_json import (
    ForeignObject,
    parse_foreign,
    read_foreign_file,
    skipped_if_unreadable,
)
from probe.inputs.target_sources.found_target import (
    MESSAGES_PATH,
    FoundTarget,
    FoundTargets,
    SkippedTarget,
    files_in,
    sorted_out,
)
from probe.inputs.target_sources.read_only_database import read_rows

CC_SWITCH_FILES = ("cc-switch.db", "config.json")
"""The database, and the file of older versions that it has taken over from."""
_APP = "claude"
_ANTHROPIC = {"", "anthropic"}
_LOGINS = {"codex_oauth", "xai_oauth", "github_copilot"}
"""Providers whose tokens cc-switch gets by a login of its own."""
_QUERY = (
    "SELECT id, name, settings_config, meta FROM providers WHERE app_type = 'claude' "
    "ORDER BY COALESCE(sort_index, 999999), created_at, id"
)


def find_in_cc_switch(place: Path) -> FoundTargets:
    """Return the providers for Claude Code; `place` is the directory or one of its files. Raises ProbeError."""
    file = files_in(place, CC_SWITCH_FILES)[0]
    if file.suffix == ".json":
        return sorted_out((file,), _of_old_file(file))
    rows = read_rows(file, _QUERY, program="cc-switch")
    providers = [skipped_if_unreadable(row[1], partial(_of_row, file, *row)) for row in rows]
    return sorted_out((file,), providers)


def _of_old_file(path: Path) -> list[FoundTarget | SkippedTarget]:
    """Return the providers of a config.json: of version 2, or of version 1, which had none for other programs."""
    content = read_foreign_file(path)
    providers = (content.inner(_APP) if _APP in content.names() else content).inner("providers")
    return [skipped_if_unreadable(key, partial(_of_entry, key, providers)) for key in providers.names()]


def _of_entry(key: str, providers: ForeignObject) -> FoundTarget | SkippedTarget:
    provider = providers.inner(key)
    return _target(key, provider.text("name") or key, provider.inner("settingsConfig"), provider.inner("meta"))


def _of_row(path: Path, key: str, name: str, settings: str, meta: str) -> FoundTarget | SkippedTarget:
    place = f"providers[{key}]"
    return _target(
        key,
        name,
        parse_foreign(settings, path, f"{place}.settings_config"),
        parse_foreign(meta or "{}", path, f"{place}.meta"),
    )


def _target(key: str, name: str, settings: ForeignObject, meta: ForeignObject) -> FoundTarget | SkippedTarget:
    """Return a provider as a target; cc-switch translates for those that speak another protocol."""
    if meta.text("providerType") in _LOGINS:
        return SkippedTarget(name, "targets.skip.login")
    protocol = meta.text("apiFormat") or settings.text("api_format")
    if protocol not in _ANTHROPIC:
        return SkippedTarget(name, "targets.skip.protocol", {"protocol": protocol})
    target = target_of_settings(key, name, [settings])
    if isinstance(target, FoundTarget) and meta.raw("isFullUrl") is True:
        return replace(target, base_url=target.base_url.removesuffix(MESSAGES_PATH))
    return target
