import json
from pathlib import Path

import pytest

from probe.inputs.settings_layers import settings_layers, settings_with

URL = "ANTHROPIC_BASE_URL"


def write(path: Path, url: str, **more: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"env": {URL: url}, **more}))


def places(tmp_path: Path, *words: str, **environment: str) -> list[str]:
    environment = {"HOME": str(tmp_path / "home"), **environment}
    managed = tmp_path / "etc" / "managed-settings.json"
    layers = settings_layers(environment, tmp_path / "work", words, managed)
    return [f"{layer.place.replace(str(tmp_path), '')}={layer.variables[URL]}" for layer in layers]


@pytest.fixture
def _all_layers(tmp_path: Path) -> None:
    write(tmp_path / "home" / ".claude.json", "json")
    write(tmp_path / "home" / ".claude" / "settings.json", "user")
    write(tmp_path / "work" / ".claude" / "settings.json", "project")
    write(tmp_path / "work" / ".claude" / "settings.local.json", "local")
    write(tmp_path / "etc" / "managed-settings.json", "managed")


@pytest.mark.usefixtures("_all_layers")
def test_the_layers_are_in_the_order_in_which_the_client_lets_them_win(tmp_path: Path) -> None:
    assert places(tmp_path, "--settings", '{"env": {"ANTHROPIC_BASE_URL": "flag"}}') == [
        "~/.claude.json=json",
        "~/.claude/settings.json=user",
        ".claude/settings.json=project",
        ".claude/settings.local.json=local",
        "--settings=flag",
        "/etc/managed-settings.json=managed",
    ]


@pytest.mark.usefixtures("_all_layers")
def test_a_named_directory_replaces_that_of_the_home_directory(tmp_path: Path) -> None:
    write(tmp_path / "mine" / "settings.json", "mine")
    found = places(tmp_path, CLAUDE_CONFIG_DIR=str(tmp_path / "mine"))
    assert found[0] == "$CLAUDE_CONFIG_DIR/settings.json=mine"
    assert len(found) == 4


@pytest.mark.usefixtures("_all_layers")
def test_only_the_sources_that_are_named_are_read(tmp_path: Path) -> None:
    assert places(tmp_path, "--setting-sources", "") == ["~/.claude.json=json", "/etc/managed-settings.json=managed"]
    assert ".claude/settings.json=project" in places(tmp_path, "--setting-sources=user,project")


def test_settings_of_the_command_may_be_a_file(tmp_path: Path) -> None:
    write(tmp_path / "mine.json", "file")
    assert places(tmp_path, "--settings", str(tmp_path / "mine.json")) == ["--settings=file"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"env": 5}', '{"env": []}', "\udcff", '{"env": {"A": NaN}}'])
def test_a_file_that_the_client_refuses_is_no_layer(tmp_path: Path, text: str) -> None:
    path = tmp_path / "home" / ".claude" / "settings.json"
    path.parent.mkdir(parents=True)
    path.write_text(text, errors="surrogateescape")
    assert places(tmp_path) == []


def test_variables_are_added_to_settings_and_all_else_in_them_stays(tmp_path: Path) -> None:
    write(tmp_path / "mine.json", "before", model="opus")
    merged = json.loads(settings_with(str(tmp_path / "mine.json"), {URL: "after", "X": "1"}))
    assert merged == {"model": "opus", "env": {URL: "after", "X": "1"}}
    assert json.loads(settings_with('{"hooks": {}}', {URL: "after"})) == {"hooks": {}, "env": {URL: "after"}}
    assert json.loads(settings_with("", {URL: "after"})) == {"env": {URL: "after"}}
