"""Targets of what other programs have in their settings: tables, and commands that fetch the tokens."""

from pathlib import Path
from typing import Any

import pytest

from probe.errors import UsageError
from probe.inputs.import_targets import find_token, import_targets, token_command
from probe.inputs.target_sources import SOURCES
from probe.texts import Texts
from tests.cli.foreign_settings import TOKEN, relay_env, write_claude, write_json

CLAUDE = SOURCES["claude"]


def imported(place: Path, model: str | None = None, source: str = "claude") -> Any:
    return import_targets(SOURCES[source], [place], model, Texts())


def test_a_table_has_what_a_target_needs_and_a_command_for_its_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = write_claude(tmp_path, relay_env())
    (table,) = imported(path).tables
    assert (table.keys["base_url"], table.keys["model"]) == ("https://relay.example/anthropic", "glm-4.7")
    command = "probe targets token --from claude --path ~/.claude/settings.json --id settings"
    assert table.keys["token_command"] == command
    assert TOKEN not in str(table)


def test_a_provider_without_a_model_needs_one_and_takes_that_which_is_given(tmp_path: Path) -> None:
    path = write_claude(tmp_path, relay_env(ANTHROPIC_MODEL=""))
    assert [skipped.reason for skipped in imported(path).skipped] == ["targets.skip.no_model"]
    (table,) = imported(path, "fallback").tables
    assert table.keys["model"] == "fallback"


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        (relay_env(f"https://relay.example/{TOKEN}"), "targets.skip.holds_token"),
        (relay_env("ftp://relay.example"), "targets.skip.unreadable"),
        (relay_env(f"https://u:{TOKEN}@relay.example"), "targets.skip.unreadable"),
    ],
)
def test_what_would_hold_a_token_or_be_no_target_is_skipped_without_it(
    tmp_path: Path, env: dict[str, object], reason: str
) -> None:
    found = imported(write_claude(tmp_path, env))
    assert [skipped.reason for skipped in found.skipped] == [reason]
    assert found.tables == ()
    assert TOKEN not in repr(found.skipped)


def test_two_of_one_name_get_a_number_and_a_name_of_no_letters_is_the_host_s(tmp_path: Path) -> None:
    entries = {
        key: {"name": name, "settingsConfig": {"env": relay_env()}}
        for key, name in (("1", "My Relay"), ("2", "my relay"), ("3", "中转站"))
    }
    path = write_json(tmp_path / "config.json", {"providers": entries})
    assert [table.name for table in imported(path, source="cc-switch").tables] == [
        "my-relay",
        "my-relay-2",
        "relay-example",
    ]


def test_a_place_with_spaces_is_quoted_in_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert token_command(CLAUDE, tmp_path / "a b", "x y").endswith("--path ~/'a b' --id 'x y'")
    assert "--path /elsewhere/a --id x" in token_command(CLAUDE, Path("/elsewhere/a"), "x")


def test_a_token_is_fetched_from_where_it_stands(tmp_path: Path) -> None:
    path = write_claude(tmp_path, relay_env())
    assert find_token(CLAUDE, path, "settings", tmp_path).get_secret_value() == TOKEN
    helped = write_claude(tmp_path / "helped", {}, apiKeyHelper="echo from a command")
    assert find_token(CLAUDE, helped, "settings", tmp_path).get_secret_value() == "from a command"


def test_a_token_that_is_not_there_any_more_is_told(tmp_path: Path) -> None:
    path = write_claude(tmp_path, relay_env())
    with pytest.raises(UsageError, match="has no provider 'gone'"):
        find_token(CLAUDE, path, "gone", tmp_path)
    without = write_claude(tmp_path, {"ANTHROPIC_BASE_URL": "http://a"})
    with pytest.raises(UsageError, match="has no token for 'settings'"):
        find_token(CLAUDE, without, "settings", tmp_path)


def test_a_command_that_another_user_can_have_written_is_not_run(tmp_path: Path) -> None:
    path = write_claude(tmp_path / "x", {}, apiKeyHelper=f"touch '{tmp_path}/run'; echo a")
    path.chmod(0o666)
    with pytest.raises(UsageError, match="its command is not run"):
        find_token(CLAUDE, path, "settings", tmp_path / "elsewhere")
    assert not (tmp_path / "run").exists()
