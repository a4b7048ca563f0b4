"""Made-up settings of other programs in a made-up home directory, with made-up tokens."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

TOKEN = "sk-made-up-0123456789-canary"
OTHER_TOKEN = "made-up-other-9876543210-canary"
CANARY = "canary"
"""Stands in each token, and nowhere else."""

_CC_SWITCH_SCHEMA = """
CREATE TABLE providers (
    id TEXT NOT NULL, app_type TEXT NOT NULL, name TEXT NOT NULL, settings_config TEXT NOT NULL, website_url TEXT,
    category TEXT, created_at INTEGER, sort_index INTEGER, notes TEXT, icon TEXT, icon_color TEXT,
    meta TEXT NOT NULL DEFAULT '{}', is_current BOOLEAN NOT NULL DEFAULT 0,
    in_failover_queue BOOLEAN NOT NULL DEFAULT 0,
    PRIMARY KEY (id, app_type)
)"""
_CCR_SCHEMA = """
CREATE TABLE app_config (key TEXT PRIMARY KEY, value_json TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', encrypted_key TEXT NOT NULL,
    encryption TEXT NOT NULL DEFAULT 'plain', created_at TEXT NOT NULL, expires_at TEXT NOT NULL DEFAULT '',
    limits_json TEXT NOT NULL DEFAULT ''
)"""


def relay_env(base_url: str = "https://relay.example/anthropic", **more: object) -> dict[str, object]:
    """Return the `env` of settings of Claude Code."""
    return {"ANTHROPIC_BASE_URL": base_url, "ANTHROPIC_AUTH_TOKEN": TOKEN, "ANTHROPIC_MODEL": "glm-4.7", **more}


def write_json(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def write_claude(home: Path, env: object, *, file: str = "settings.json", **more: object) -> Path:
    return write_json(home / ".claude" / file, {"env": env, **more})


def write_cc_switch(home: Path, *providers: dict[str, Any], wal: bool = False) -> Path:
    """Write the database with these providers: `id`, `name`, `env`, and what else its columns hold."""
    path = home / ".cc-switch/cc-switch.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        if wal:
            db.execute("PRAGMA journal_mode = WAL")
        db.executescript(_CC_SWITCH_SCHEMA)
        insert_providers(db, *providers)
    return path


def insert_providers(db: sqlite3.Connection, *providers: dict[str, Any]) -> None:
    for order, provider in enumerate(providers):
        settings = provider.get("settings", {"env": provider.get("env", {})})
        text = settings if isinstance(settings, str) else json.dumps(settings)
        meta = json.dumps(provider.get("meta", {}))
        row = (provider["id"], provider.get("app", "claude"), provider["name"], text, meta, order)
        db.execute(
            "INSERT INTO providers (id, app_type, name, settings_config, meta, sort_index) VALUES (?,?,?,?,?,?)", row
        )
    db.commit()


def write_ccr_database(home: Path, config: object, *keys: tuple[str, str]) -> Path:
    """Write the database of claude-code-router 3, with keys for clients and the times when they expire."""
    path = home / ".claude-code-router/config.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(_CCR_SCHEMA)
        db.execute("INSERT INTO app_config VALUES ('default', ?, '')", (json.dumps(config),))
        for number, (key, expires) in enumerate(keys):
            db.execute(
                "INSERT INTO api_keys (id, encrypted_key, created_at, expires_at) VALUES (?,?,'',?)",
                (str(number), key, expires),
            )
        db.commit()
    return path
