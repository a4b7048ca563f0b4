"""Settings of the user's own client are read by their names, never their values."""

import json
from pathlib import Path

import pytest

from probe.checks.client_settings import SettingsNames, settings_names


def read(folder: Path, content: str | None, **environment: str) -> list[SettingsNames]:
    """Return the names where the project's settings have this content."""
    if content is not None:
        (folder / ".claude").mkdir(exist_ok=True)
        (folder / ".claude" / "settings.json").write_text(content)
    return settings_names(environment, folder)


def test_names_are_read_and_values_are_not(tmp_path: Path) -> None:
    content = {"env": {"B": "hidden", "A": "hidden"}, "model": "hidden", "apiKeyHelper": "", "theme": "hidden"}
    (found,) = read(tmp_path, json.dumps(content))
    assert found == SettingsNames("./.claude/settings.json", ("A", "B"), ("model",))
    assert "hidden" not in repr(found)


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, None) == []
    assert read(tmp_path, None, HOME=str(tmp_path / "absent"), CLAUDE_CONFIG_DIR="") == []
    (tmp_path / ".claude" / "settings.json").mkdir(parents=True)
    assert read(tmp_path, None) == [], "a directory of that name"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{,", "check.settings_unreadable.json"),
        ("[" * 100_000, "check.settings_unreadable.json"),
        ("[1]", "check.settings_unreadable.object"),
        ("null", "check.settings_unreadable.object"),
        (" " * 1_000_001, "check.settings_unreadable.large"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: str, problem: str) -> None:
    (found,) = read(tmp_path, content)
    assert found.problem is not None
    assert (found.problem.key, found.variables, found.keys) == (problem, (), ())


def test_bytes_that_are_no_text_are_no_json(tmp_path: Path) -> None:
    read(tmp_path, "{}")
    (tmp_path / ".claude" / "settings.json").write_bytes(b'{"env": "\xff"}')
    (found,) = read(tmp_path, None)
    assert found.problem is not None


@pytest.mark.parametrize("content", ["{}", '{"env": null}', '{"env": ["A"]}'])
def test_settings_without_variables_are_no_problem(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content) == [SettingsNames("./.claude/settings.json")]


def test_the_files_are_those_that_the_client_reads_in_its_order(tmp_path: Path) -> None:
    home, moved, project = (tmp_path / name for name in ("home", "moved", "project"))
    for folder in (home / ".claude", moved, project / ".claude"):
        folder.mkdir(parents=True)
        (folder / "settings.json").write_text("{}")
    (project / ".claude" / "settings.local.json").write_text("{}")
    local = ["./.claude/settings.json", "./.claude/settings.local.json"]
    places = [found.place for found in settings_names({"HOME": str(home)}, project)]
    assert places == ["~/.claude/settings.json", *local]
    both = {"HOME": str(home), "CLAUDE_CONFIG_DIR": str(moved)}
    assert [found.place for found in settings_names(both, project)] == ["$CLAUDE_CONFIG_DIR/settings.json", *local]
    assert [found.place for found in settings_names({}, project)] == local
