"""Settings of other programs that are damaged, locked or hostile: a clear error with the file, and no change to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.foreign_settings import (
    CANARY,
    TOKEN,
    insert_providers,
    relay_env,
    write_cc_switch,
    write_claude,
    write_json,
)
from tests.conftest import Probe

IMPORT = ("targets", "import", "--from")
PROVIDER = {"id": "1", "name": "Relay", "env": relay_env()}


@pytest.fixture
def home(probe: Probe) -> Path:
    home = probe.folder / "home"
    home.mkdir()
    return home


def refusal(probe: Probe, source: str, *words: str, code: int = 2) -> str:
    ran = probe(*IMPORT, source, *words, code=code)
    assert (ran.out, CANARY in ran.err) == ("", False)
    return ran.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON: Expecting value: line 1 column 1"),
        (b'{"env": {"ANTHROPIC_AUTH_TOKEN": "' + TOKEN.encode(), "is not JSON: Unterminated string"),
        (b"[" * 100_000, "is not JSON: nested too deeply"),
        (b'{"env":' * 20_000, "is not JSON: nested too deeply"),
        (b'{"a": "' + b"x" * (1 << 20) + b'"}', "is larger than 1,048,576 bytes"),
        (b"\xff\xfe{\0}\0", "is not a text file in UTF-8 (byte 1 cannot be decoded)"),
        (b'{"a": NaN}', "is not JSON: NaN is no number of JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON: Exceeds the limit"),
        (b"[]", "must be an object, and is a list"),
        (b'"text"', "must be an object, and is text"),
        (b"null", "must be an object, and is nothing"),
        (b'{"env": []}', "env: must be an object, and is a list"),
        (b'{"env": {"ANTHROPIC_BASE_URL": {}}}', "env.ANTHROPIC_BASE_URL: must be text, and is an object"),
        (b'{"env": {"A\\u001b[2J\\nB": []}}', "must be text, and is a list"),
        (b'{"env": {}, "apiKeyHelper": ["x"]}', "apiKeyHelper: must be text, and is a list"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(probe: Probe, home: Path, content: bytes, says: str) -> None:
    path = write_claude(home, {})
    path.write_bytes(content)
    said = refusal(probe, "claude")
    assert said.startswith(f"probe: {path}:")
    assert says in said
    assert "\x1b" not in said


@pytest.mark.parametrize("kind", ["directory", "fifo", "loop", "no permission"])
def test_what_is_no_file_is_named(probe: Probe, home: Path, kind: str) -> None:
    path = home / ".claude/settings.json"
    path.parent.mkdir()
    if kind == "directory":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    else:
        path.symlink_to("/proc/self/mem" if os.geteuid() == 0 else "/etc/shadow")
    assert f"{path}" in refusal(probe, "claude", "--path", str(path))


def test_letters_that_no_file_can_hold_are_replaced(probe: Probe, home: Path) -> None:
    path = write_claude(home, relay_env(ANTHROPIC_DEFAULT_OPUS_MODEL="half \ud800"))
    assert "\\ud800" in path.read_text()
    assert 'aliases = { opus = "half ?" }' in probe(*IMPORT, "claude").out


def test_a_name_that_drives_a_terminal_is_made_harmless(probe: Probe, home: Path) -> None:
    name = "x\n[targets.evil]\ntoken = 1\x1b[2J\u202e"
    write_cc_switch(home, {**PROVIDER, "name": name}, {"id": "2", "name": name, "env": {}})
    ran = probe(*IMPORT, "cc-switch")
    assert not {"\x1b", "\u202e"} & set(ran.out + ran.err)
    assert "# Imported from cc-switch: x [targets.evil] token = 1�[2J�\n[targets.x-targets-evil-token-1-2j]" in ran.out


def test_many_names_that_are_alike_are_told_apart(probe: Probe, home: Path) -> None:
    write_cc_switch(home, *({**PROVIDER, "id": str(n), "name": "a" * 50} for n in range(12)))
    lines = [line for line in probe(*IMPORT, "cc-switch").out.splitlines() if line.startswith("[targets.")]
    assert (len(set(lines)), lines[0], lines[11]) == (12, f"[targets.{'a' * 32}]", f"[targets.{'a' * 29}-12]")


def listing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {path.name: (*_times(path), path.read_bytes()) for path in folder.iterdir()}


def _times(path: Path) -> tuple[int, int]:
    return path.stat().st_mtime_ns, path.stat().st_ino


@pytest.mark.parametrize("wal", [False, True])
def test_reading_a_database_changes_nothing_and_makes_no_file(probe: Probe, home: Path, wal: bool) -> None:
    path = write_cc_switch(home, PROVIDER, wal=wal)
    before = listing(path.parent)
    assert list(before) == ["cc-switch.db"]
    assert "[targets.relay]" in probe(*IMPORT, "cc-switch").out
    assert listing(path.parent) == before


def test_what_a_program_that_runs_has_not_yet_moved_into_its_file_is_read(probe: Probe, home: Path) -> None:
    path = write_cc_switch(home, PROVIDER, wal=True)
    with closing(sqlite3.connect(path)) as db:
        insert_providers(db, {**PROVIDER, "id": "2", "name": "Newer"})
        before = sorted(path.parent.iterdir())
        assert "[targets.newer]" in probe(*IMPORT, "cc-switch").out
        assert sorted(path.parent.iterdir()) == before


def test_a_log_that_a_crash_left_is_no_reason_to_read_what_is_old(probe: Probe, home: Path) -> None:
    path = write_cc_switch(home, PROVIDER, wal=True)
    path.with_name("cc-switch.db-wal").write_bytes(b"x" * 100)
    said = refusal(probe, "cc-switch", code=4)
    assert f"{path}: cc-switch was not closed in order, and its last changes are not yet in the file" in said
    assert "Start cc-switch once, then try again." in said
    assert not path.with_name("cc-switch.db-shm").exists()


def test_a_locked_database_is_named(probe: Probe, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.inputs.target_sources.read_only_database._BUSY_TIMEOUT_S", 0.1)
    path = write_cc_switch(home, PROVIDER)
    with closing(sqlite3.connect(path)) as db:
        db.execute("BEGIN EXCLUSIVE")
        said = refusal(probe, "cc-switch", code=4)
    assert f"{path}: is locked by another program\nClose cc-switch, then try again." in said


NEVER_ENDS = (
    "CREATE VIEW providers AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) "
    "SELECT id, 'claude' AS app_type, 'x' AS name, '{}' AS settings_config, '{}' AS meta, 1 AS sort_index, "
    "1 AS created_at FROM n"
)
TOO_BIG = (
    "CREATE TABLE providers AS SELECT 1 AS id, 'claude' AS app_type, 'x' AS name, "
    "zeroblob(2000000) AS settings_config, '{}' AS meta, 1 AS sort_index, 1 AS created_at"
)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("", "cannot be read: no such table: providers"),
        ("CREATE TABLE providers (id, name)", "cannot be read: no such column: settings_config"),
        (NEVER_ENDS, "cannot be read: interrupted"),
        (TOO_BIG, "cannot be read: string or blob too big"),
    ],
)
def test_a_database_of_another_kind_is_named(probe: Probe, home: Path, script: str, says: str) -> None:
    path = home / ".cc-switch/cc-switch.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"PRAGMA user_version = 1; {script}")
    assert f"{path}: {says}" in refusal(probe, "cc-switch")


def test_a_damaged_database_is_named(probe: Probe, home: Path) -> None:
    path = write_cc_switch(home, PROVIDER)
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))
    assert f"{path}: cannot be read: " in refusal(probe, "cc-switch")
    path.write_bytes(b"something else")
    assert f"{path}: is no SQLite database" in refusal(probe, "cc-switch")


def test_a_program_without_settings_is_named(probe: Probe, home: Path) -> None:
    assert "--from: no settings of cc-switch: there is no ~/.cc-switch/cc-switch.db" in refusal(probe, "cc-switch")
    assert "'vim' is not one of claude, cc-switch, ccr" in refusal(probe, "vim")
    (home / ".claude").mkdir()
    assert "no settings of Claude Code: there is no ~/.claude/settings.json" in refusal(probe, "claude")
    assert f"{home}/.claude: has neither settings.json nor" in refusal(probe, "claude", "--path", str(home / ".claude"))
    assert "--path: there is no such file or directory" in refusal(probe, "claude", "--path", "none")


def test_a_router_with_values_of_wrong_types_is_named(probe: Probe, home: Path) -> None:
    path = write_json(home / ".claude-code-router/config.json", {"Providers": [1]})
    assert f"{path}: Providers: must be a list of objects, and is a list" in refusal(probe, "ccr")
    write_json(path, {"Providers": [], "Router": "kimi,k2"})
    assert f"{path}: Router: must be an object, and is text" in refusal(probe, "ccr")
