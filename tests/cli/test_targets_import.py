"""Targets from the settings of other programs: what is taken over, and that no token ever is."""

import os
import pty
import subprocess
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from probe.inputs.load_config import TargetEntry
from tests.cli.foreign_settings import (
    CANARY,
    OTHER_TOKEN,
    TOKEN,
    relay_env,
    write_cc_switch,
    write_ccr_database,
    write_claude,
    write_json,
)
from tests.conftest import Probe, Ran

IMPORT = ("targets", "import", "--from")


@pytest.fixture
def home(probe: Probe) -> Path:
    home = probe.folder / "home"
    home.mkdir()
    return home


def imported(ran: Ran) -> dict[str, dict[str, Any]]:
    """Return the printed targets, each a valid table; no token was printed."""
    assert CANARY not in ran.out + ran.err
    targets: dict[str, dict[str, Any]] = tomllib.loads(ran.out).get("targets", {})
    for entry in targets.values():
        TargetEntry.model_validate(entry)
    return targets


def token_of(probe: Probe, command: str) -> str:
    """Run a token_command as a shell would, with what `probe` is here."""
    words = command.replace("~", str(probe.folder / "home")).replace("'", "").split()
    assert words[0] == "probe"
    return probe(*words[1:]).out.strip()


def test_settings_of_claude_code_become_a_target(probe: Probe, home: Path) -> None:
    env = relay_env(ANTHROPIC_DEFAULT_HAIKU_MODEL="glm-air", API_TIMEOUT_MS=600000, HTTPS_PROXY="http://u:p@h:1")
    write_claude(home, env, permissions={"allow": []})
    ran = probe(*IMPORT, "claude")
    assert imported(ran) == {
        "claude": {
            "base_url": "https://relay.example/anthropic",
            "model": "glm-4.7",
            "token_command": "probe targets token --from claude --path ~/.claude --id claude",
            "aliases": {"haiku": "glm-air"},
            "env": {"API_TIMEOUT_MS": "600000"},
        }
    }
    assert "# Not copied, as the values may be secret: HTTPS_PROXY" in ran.out
    assert "Nothing is written yet: add --write, for ~/.config/probe/probe.toml" in ran.err
    assert token_of(probe, imported(ran)["claude"]["token_command"]) == TOKEN


def test_a_projects_settings_are_a_target_of_their_own_with_the_local_file_on_top(probe: Probe, home: Path) -> None:
    write_claude(home, relay_env())
    write_claude(probe.folder, {"ANTHROPIC_BASE_URL": "https://team.example", "ANTHROPIC_MODEL": "m"})
    write_claude(probe.folder, {"ANTHROPIC_API_KEY": OTHER_TOKEN}, file="settings.local.json")
    found = imported(probe(*IMPORT, "claude"))
    assert list(found) == ["claude", f"claude-{probe.folder.name}".replace("_", "-")[:32].rstrip("-")]
    (_, project) = found.values()
    assert (project["base_url"], project["auth"]) == ("https://team.example", "x-api-key")
    assert token_of(probe, project["token_command"]) == OTHER_TOKEN


@pytest.mark.parametrize(
    ("settings", "model"),
    [
        ({"model": "opus", "env": relay_env(ANTHROPIC_MODEL=None, ANTHROPIC_DEFAULT_OPUS_MODEL="big")}, "big"),
        ({"model": "sonnet[1m]", "env": relay_env(ANTHROPIC_MODEL="", ANTHROPIC_DEFAULT_SONNET_MODEL="mid")}, "mid"),
        ({"model": "glm-5", "env": relay_env(ANTHROPIC_MODEL="")}, "glm-5"),
        ({"env": relay_env(ANTHROPIC_MODEL="", ANTHROPIC_DEFAULT_SONNET_MODEL="mid")}, "mid"),
        ({"env": relay_env(ANTHROPIC_MODEL="")}, None),
    ],
)
def test_the_model_is_the_one_that_claude_code_asks_for(
    probe: Probe, home: Path, settings: dict[str, Any], model: str | None
) -> None:
    write_json(home / ".claude/settings.json", settings)
    ran = probe(*IMPORT, "claude", code=0 if model else 2)
    if model:
        assert imported(ran)["claude"]["model"] == model
    else:
        assert "skipped: claude: names no model; add --model NAME" in ran.err
        assert imported(probe(*IMPORT, "claude", "--model", "named"))["claude"]["model"] == "named"


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({}, "has no address and no token: it uses a login"),
        (relay_env(CLAUDE_CODE_USE_BEDROCK="1"), "CLAUDE_CODE_USE_BEDROCK sends calls to another cloud"),
        (relay_env("https://relay.example/" + TOKEN), "holds a token, which is never copied"),
        (relay_env(ANTHROPIC_MODEL=TOKEN), "holds a token, which is never copied"),
        (relay_env("https://relay.example?key=" + TOKEN), "base_url: a base URL has no '?'"),
        (relay_env("ftp://relay.example"), "base_url: 'ftp://relay.example' is no http:// or https:// address"),
        (relay_env(ANTHROPIC_MODEL="a\0b"), "model: holds a NUL character"),
    ],
)
def test_what_can_be_no_target_is_skipped_with_the_reason(probe: Probe, home: Path, env: object, says: str) -> None:
    write_claude(home, env)
    ran = probe(*IMPORT, "claude", code=2)
    assert f"skipped: claude: {says}" in ran.err.replace("its address or another of its values ", "")
    assert (ran.out, CANARY in ran.err) == ("", False)
    assert "No target was found." in ran.err


def test_a_key_without_an_address_is_anthropics_own(probe: Probe, home: Path) -> None:
    write_claude(home, {"ANTHROPIC_API_KEY": TOKEN, "ANTHROPIC_MODEL": "claude-sonnet-4-5"})
    assert imported(probe(*IMPORT, "claude"))["claude"]["base_url"] == "https://api.anthropic.com"


def test_a_helper_is_run_when_the_token_is_needed_and_only_then(probe: Probe, home: Path) -> None:
    helper = f"touch {home}/ran; echo {TOKEN}"
    env = {"ANTHROPIC_BASE_URL": "https://relay.example", "ANTHROPIC_MODEL": "m"}
    path = write_claude(home, env, apiKeyHelper=helper)
    command = imported(probe(*IMPORT, "claude"))["claude"]["token_command"]
    assert not (home / "ran").exists()
    assert token_of(probe, command) == TOKEN
    (home / "ran").unlink()
    path.chmod(0o666)
    said = probe(*command.replace("~", str(home)).split()[1:], code=2).err
    assert "apiKeyHelper: its command is not run: it can be changed by every user" in said
    assert not (home / "ran").exists()


def test_providers_of_cc_switch_become_targets(probe: Probe, home: Path) -> None:
    write_cc_switch(
        home,
        {"id": "it's 1", "name": "Kimi K2", "env": relay_env()},
        {"id": "2", "name": "智谱", "env": relay_env("https://open.bigmodel.cn/api/anthropic")},
        {
            "id": "3",
            "name": "Kimi (K2)",
            "env": relay_env("https://b.example/v1/messages"),
            "meta": {"isFullUrl": True},
        },
        {"id": "4", "name": "Official", "env": {}},
        {"id": "5", "name": "Open", "env": relay_env(), "meta": {"apiFormat": "openai_chat"}},
        {"id": "6", "name": "Copilot", "env": relay_env(), "meta": {"providerType": "github_copilot"}},
        {"id": "7", "name": "Broken", "settings": '{"env": '},
        {"id": "8", "name": "Wrong", "settings": {"env": [TOKEN]}},
        {"id": "9", "name": TOKEN, "settings": "[]"},
        {"id": "x", "name": "Codex", "env": relay_env(), "app": "codex"},
    )
    ran = probe(*IMPORT, "cc-switch")
    found = imported(ran)
    assert {name: entry["base_url"] for name, entry in found.items()} == {
        "kimi-k2": "https://relay.example/anthropic",
        "open-bigmodel-cn": "https://open.bigmodel.cn/api/anthropic",
        "kimi-k2-2": "https://b.example",
    }
    skipped = [line for line in ran.err.splitlines() if line.startswith("skipped: ")]
    assert skipped == [
        "skipped: Official: has no address and no token: it uses a login, which `probe` cannot use",
        "skipped: Open: speaks openai_chat, not Anthropic's protocol; cc-switch translates for it",
        "skipped: Copilot: has no address and no token: it uses a login, which `probe` cannot use",
        "skipped: Broken: providers[7].settings_config: is not JSON: Expecting value: line 1 column 9 (char 8)",
        "skipped: Wrong: providers[8].settings_config.env: must be an object, and is a list",
        "skipped: [redacted]: providers[9].settings_config: must be an object, and is a list",
    ]


def test_an_old_config_json_of_cc_switch_is_read_too(probe: Probe, home: Path) -> None:
    provider = {"id": "a", "name": "Relay", "settingsConfig": {"env": relay_env()}}
    providers = {"providers": {"a": provider, "b": 3}, "current": "a"}
    path = write_json(home / ".cc-switch/config.json", {"version": 2, "claude": providers, "codex": {"providers": {}}})
    ran = probe(*IMPORT, "cc-switch")
    assert "skipped: b: claude.providers.b: must be an object, and is a number" in ran.err
    assert token_of(probe, imported(ran)["relay"]["token_command"]) == TOKEN
    write_json(path, providers | {"providers": {"a": provider}})  # version 1
    assert list(imported(probe(*IMPORT, "cc-switch"))) == ["relay"]


ROUTER = {
    "APIKEY": TOKEN,
    "PORT": 4567,
    "Providers": [
        {"name": "kimi", "api_base_url": "https://k.example/v1/chat/completions", "api_key": TOKEN, "models": ["k2"]},
        {"name": "glm", "api_base_url": "https://g.example/api/v1/messages", "api_key": "$GLM_KEY", "models": ["glm"]},
        {
            "name": "deep seek",
            "api_base_url": "https://d.example/anthropic",
            "api_key": OTHER_TOKEN,
            "models": ["chat"],
            "transformer": {"use": ["Anthropic"]},
        },
        {"name": "bad", "api_base_url": "https://b.example/v1/messages", "models": "no list"},
    ],
    "Router": {"default": "kimi,k2", "background": "glm,glm"},
}  # fmt: skip


def test_the_router_and_its_anthropic_providers_become_targets(probe: Probe, home: Path) -> None:
    write_json(home / ".claude-code-router/config.json", ROUTER)
    ran = probe(*IMPORT, "ccr")
    found = imported(ran)
    assert found["ccr"]["base_url"] == "http://127.0.0.1:4567"
    assert (found["ccr"]["model"], found["ccr"]["aliases"]) == ("kimi,k2", {"haiku": "glm,glm"})
    assert found["glm"] == {
        "base_url": "https://g.example/api",
        "model": "glm",
        "token_env": "GLM_KEY",
        "auth": "x-api-key",
    }
    assert token_of(probe, found["ccr"]["token_command"]) == TOKEN
    command = found["deep-seek"]["token_command"]
    assert command == "probe targets token --from ccr --path ~/.claude-code-router --id 'provider:deep seek'"
    place = str(home / ".claude-code-router")
    said = probe("targets", "token", "--from", "ccr", "--path", place, "--id", "provider:deep seek")
    assert said.out == f"{OTHER_TOKEN}\n"
    assert "skipped: kimi: speaks https://k.example/v1/chat/completions, not Anthropic's protocol" in ran.err
    assert "skipped: bad: Providers[3].models: must be a list of texts, and is text" in ran.err


def test_a_router_without_a_key_takes_any_token(probe: Probe, home: Path) -> None:
    write_json(home / ".claude-code-router/config.json", {**ROUTER, "APIKEY": ""})
    ran = probe(*IMPORT, "ccr")
    assert imported(ran)["ccr"]["token_command"] == "echo unused"
    assert "No APIKEY is set, so the router takes any token." in ran.out


def test_the_database_of_the_router_wins_over_its_old_file(probe: Probe, home: Path) -> None:
    write_json(home / ".claude-code-router/config.json", ROUTER)
    providers = [
        {"name": "off", "enabled": False, "models": ["x"], "type": "anthropic_messages", "baseUrl": "https://off"},
        {
            "name": "zai",
            "models": ["glm-5"],
            "capabilities": [{"type": "anthropic_messages", "baseUrl": "https://z.example/api"}],
            "credentials": [{"apiKey": OTHER_TOKEN, "enabled": True}],
        },
    ]
    config = {"Providers": providers, "gateway": {"host": "0.0.0.0", "port": 3999}, "Router": {"rules": []}}
    write_ccr_database(home, config, ("expired-canary", "2020-01-01T00:00:00.000Z"), (TOKEN, ""))
    ran = probe(*IMPORT, "ccr")
    found = imported(ran)
    assert (found["ccr"]["base_url"], found["ccr"]["model"]) == ("http://127.0.0.1:3999", "zai/glm-5")
    assert (found["zai"]["base_url"], found["zai"]["auth"]) == ("https://z.example/api", "x-api-key")
    assert "skipped: off: is switched off" in ran.err
    assert token_of(probe, found["ccr"]["token_command"]) == TOKEN
    assert token_of(probe, found["zai"]["token_command"]) == OTHER_TOKEN


def test_a_file_of_settings_can_be_named(probe: Probe, home: Path) -> None:
    write_json(home / "my settings/kimi.json", {"env": relay_env()})
    found = imported(probe(*IMPORT, "claude", "--path", str(home / "my settings/kimi.json")))
    assert (
        found["kimi"]["token_command"] == "probe targets token --from claude --path ~/'my settings/kimi.json' --id kimi"
    )


def test_only_some_targets_are_taken(probe: Probe, home: Path) -> None:
    write_json(home / ".claude-code-router/config.json", ROUTER)
    assert list(imported(probe(*IMPORT, "ccr", "--only", "glm", "--only", "ccr"))) == ["glm", "ccr"]
    said = probe(*IMPORT, "ccr", "--only", "nope", code=2).err
    assert "--only: no target 'nope' was found\nFound: ccr, glm, deep-seek." in said


def test_targets_are_written_below_what_is_there_which_stays_to_the_byte(probe: Probe, home: Path) -> None:
    write_cc_switch(
        home, {"id": "1", "name": "Kimi", "env": relay_env()}, {"id": "2", "name": "GLM", "env": relay_env()}
    )
    path = probe.folder / "mine.toml"
    before = b'# mine\r\n[targets.glm]\r\nmodel = "x"   # mine too\r\nbase_url = "http://x"'
    path.write_bytes(before)
    ran = probe(*IMPORT, "cc-switch", "--write", "--config", "mine.toml")
    assert path.read_bytes().startswith(before + b"\r\n\r\n# Imported from cc-switch: Kimi\r\n[targets.kimi]\r\n")
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")
    assert "skipped: glm: ./mine.toml has a target glm already; it stays as it is" in ran.err
    assert "Added to ./mine.toml: kimi" in ran.err
    after = path.read_bytes()
    assert "Nothing to add to ./mine.toml." in probe(*IMPORT, "cc-switch", "--write", "--config", "mine.toml").err
    assert path.read_bytes() == after


def test_a_file_that_can_get_no_table_is_left_alone(probe: Probe, home: Path) -> None:
    write_claude(home, relay_env())
    path = probe.folder / "inline.toml"
    path.write_text('targets = { a = { base_url = "http://x", model = "m" } }\n')
    before = path.read_bytes()
    said = probe(*IMPORT, "claude", "--write", "--config", "inline.toml", code=2).err
    assert "inline.toml: no table can be added at its end: is not TOML" in said
    assert path.read_bytes() == before


class _Recorder(BaseHTTPRequestHandler):
    """Keeps the tokens that it is sent, and refuses all requests."""

    tokens: list[str | None]

    def do_POST(self) -> None:
        self.tokens.append(self.headers.get("authorization"))
        self.send_response(401)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()

    def do_HEAD(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def relay() -> Iterator[tuple[str, list[str | None]]]:
    """Yield the address of a server, and the tokens that it has been sent."""
    tokens: list[str | None] = []
    handler = type("Handler", (_Recorder,), {"tokens": tokens})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", tokens
        server.shutdown()


def test_an_imported_target_is_measured_with_the_token_that_stays_where_it_was(
    probe: Probe, home: Path, relay: tuple[str, list[str | None]]
) -> None:
    url, tokens = relay
    write_cc_switch(home, {"id": "a 'quoted' id", "name": "Relay", "env": relay_env(url)})
    probe(*IMPORT, "cc-switch", "--write")
    written = (home / ".config/probe/probe.toml").read_text()
    assert CANARY not in written
    ran = probe("check", "--target", "relay", "--no-client", code=3)
    assert f"Bearer {TOKEN}" in tokens
    assert CANARY not in ran.out + ran.err
    assert "Checks target relay (from ~/.config/probe/probe.toml)" in ran.err


def test_a_token_is_not_shown_on_a_terminal(probe: Probe, home: Path) -> None:
    write_claude(home, relay_env())
    terminal, other_end = pty.openpty()
    words = ("targets", "token", "--from", "claude", "--path", str(home / ".claude"), "--id", "claude")
    done = subprocess.run(probe.command(*words), env=probe.env(), stdout=other_end, stderr=other_end, check=False)
    os.close(other_end)
    shown = os.read(terminal, 4096).decode()
    os.close(terminal)
    assert done.returncode == 0
    assert TOKEN not in shown
    assert "The token is there (sk-...nary)" in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--id", "gone"), "--id: has no provider 'gone' that can be a target (any more)\nImport it again"),
        (("--id", "empty"), "has no token for 'Empty'"),
    ],
)
def test_a_token_that_is_gone_is_said(probe: Probe, home: Path, words: tuple[str, ...], says: str) -> None:
    write_cc_switch(home, {"id": "empty", "name": "Empty", "env": relay_env(ANTHROPIC_AUTH_TOKEN="")})
    path = str(home / ".cc-switch")
    said = probe("targets", "token", "--from", "cc-switch", "--path", path, *words, code=2).err
    assert f"cc-switch.db: {says}" in said
