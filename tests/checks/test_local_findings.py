"""Settings of the target and of the user's own client: findings that need no upstream."""

import json

import pytest

from probe.model.check_report import Severity
from tests.checks.front import front
from tests.checks.support import Checker


@pytest.mark.parametrize(
    ("env", "code", "better"),
    [
        ("API_TIMEOUT_MS=5000", "timeout_short", "API_TIMEOUT_MS=60000"),
        ("API_TIMEOUT_MS=10m", "setting_unreadable", "API_TIMEOUT_MS=600000"),
        ("CLAUDE_CODE_USE_BEDROCK=1", "other_provider", "CLAUDE_CODE_USE_BEDROCK=0"),
    ],
)
def test_settings_of_the_target_that_make_no_sense(checker: Checker, env: str, code: str, better: str) -> None:
    checked = checker(env=[env])
    assert checked.complaints == {code}
    assert checker(env=[better]).complaints == set()


@pytest.mark.parametrize(
    ("env", "code"),
    [
        (["CLAUDE_CODE_MAX_RETRIES=0"], "no_retries"),
        (["CLAUDE_CODE_MAX_RETRIES=40", "API_TIMEOUT_MS=10000"], "retries_capped"),
        (["API_TIMEOUT_MS=120000"], "outlasts_deadline"),
    ],
)
def test_settings_that_one_should_know_of(checker: Checker, env: list[str], code: str) -> None:
    checked = checker(env=env)
    assert checked.finding(code).severity is Severity.NOTE
    assert checked.complaints == set()


def test_surroundings_that_override_are_named_and_their_values_are_not(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = "value-that-nobody-may-see"
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "CLAUDE_CODE_USE_VERTEX", "API_TIMEOUT_MS"):
        monkeypatch.setenv(name, hidden)
    settings = checker.folder / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"env": {"ANTHROPIC_AUTH_TOKEN": hidden, "EDITOR": hidden}, "apiKeyHelper": hidden}))
    with front() as upstream:
        checked = checker(upstream.url)
    assert {"two_tokens", "provider_set", "settings_override", "setting_unreadable"} == checked.complaints
    assert "other_base_url" in checked.codes(Severity.NOTE)
    assert checked.code == 0, "none of it reaches the sandbox"
    evidence = checked.finding("settings_override").evidence
    assert "ANTHROPIC_AUTH_TOKEN, apiKeyHelper" in evidence
    assert "EDITOR" not in evidence
    assert hidden not in checked.out + checked.err


@pytest.mark.parametrize(
    ("content", "title"),
    [("{,", "is not JSON"), ("[1]", "is not a JSON object"), (" " * 5_000_000, "is too large to be read")],
    ids=["no_json", "list", "large"],
)
def test_settings_that_cannot_be_read(checker: Checker, content: str, title: str) -> None:
    settings = checker.folder / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(content)
    assert title in checker().finding("settings_unreadable").title


def test_settings_are_read_where_the_client_would_read_them(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    home, moved = checker.folder / "home", checker.folder / "moved"
    for folder, content in ((home / ".claude", "{,"), (moved, '{"env": {"ANTHROPIC_AUTH_TOKEN": "x"}}')):
        folder.mkdir(parents=True)
        (folder / "settings.json").write_text(content)
    monkeypatch.setenv("HOME", str(home))
    assert checker().complaints == {"settings_unreadable"}
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(moved))
    checked = checker()
    assert checked.finding("settings_override").title.startswith("$CLAUDE_CONFIG_DIR/settings.json overrides")
    assert checked.complaints == {"settings_override"}


@pytest.mark.parametrize("token", ["Bearer sk-abcdefghijklmnop", '"sk-abcdefghijklmnop"'])
def test_a_token_with_something_around_it(checker: Checker, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", token)
    with front() as upstream:
        checked = checker(upstream.url)
    assert checked.complaints == {"token_spelling"}
    assert "abcdefgh" not in checked.out + checked.err
