"""The command that is led through the recorder: its line and its environment."""

import json

import pytest

from probe.errors import UsageError
from probe.recording.destination import Destination, find_destination
from probe.recording.recorded_command import recorded_command, route_path
from tests.recording.user import RECORDER, RELAY, TOML, User


def test_without_any_address_requests_go_to_the_api_and_the_client_knows_that(user: User) -> None:
    assert user.destination("claude").base_url == "https://api.anthropic.com"
    led = user.command("claude", "-p", "hi", OTHER="stays")
    assert led.argv == ("claude", "-p", "hi")
    assert led.environment["ANTHROPIC_BASE_URL"] == RECORDER
    assert led.environment["_CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL"] == "1"
    assert led.environment["OTHER"] == "stays"


def test_the_address_of_the_environment_is_the_upstream(user: User) -> None:
    assert user.destination("claude", ANTHROPIC_BASE_URL=RELAY).base_url == RELAY
    led = user.command("claude", ANTHROPIC_BASE_URL=RELAY)
    assert led.environment == user.environment(ANTHROPIC_BASE_URL=RECORDER)


def test_settings_that_win_over_the_environment_are_overridden(user: User) -> None:
    user.sets(ANTHROPIC_BASE_URL=RELAY, SECRET="stays where it is")
    assert user.destination("claude", ANTHROPIC_BASE_URL="http://elsewhere").base_url == RELAY
    led = user.command("claude", "--continue", ANTHROPIC_BASE_URL="http://elsewhere")
    assert led.argv == ("claude", "--settings", "KEPT", "--continue")
    assert user.settings == [{"env": {"ANTHROPIC_BASE_URL": RECORDER}}]


def test_settings_of_the_command_line_are_merged(user: User) -> None:
    given = json.dumps({"env": {"ANTHROPIC_BASE_URL": RELAY, "A": "b"}, "model": "opus"})
    assert user.destination("claude", "--settings", given).base_url == RELAY
    assert user.command("claude", "-p", f"--settings={given}", "hi").argv == (
        "claude",
        "-p",
        "--settings",
        "KEPT",
        "hi",
    )
    assert user.settings == [{"env": {"ANTHROPIC_BASE_URL": RECORDER, "A": "b"}, "model": "opus"}]


def test_settings_of_the_command_line_without_an_address_stay_as_they_are(user: User) -> None:
    assert user.command("claude", "--settings", '{"model": "opus"}').argv[-1] == '{"model": "opus"}'


def test_a_command_that_is_not_known_to_take_options_gets_the_environment_and_a_warning(user: User) -> None:
    assert user.command("npm", "run", "agent").warnings == ()
    user.sets(ANTHROPIC_BASE_URL=RELAY)
    led = user.command("npm", "run", "agent")
    assert led.argv == ("npm", "run", "agent")
    (warning,) = led.warnings
    assert warning.values == {"name": "ANTHROPIC_BASE_URL", "place": "~/.claude/settings.json"}


def test_a_proxy_stays_and_is_not_used_for_the_recorder(user: User) -> None:
    led = user.command("claude", HTTPS_PROXY="http://proxy:3128", no_proxy="intern")
    assert led.environment["HTTPS_PROXY"] == "http://proxy:3128"
    assert led.environment["no_proxy"] == "intern,127.0.0.1"
    assert "NO_PROXY" not in led.environment
    assert user.command("claude", all_proxy="http://proxy:3128").environment["NO_PROXY"] == "127.0.0.1"


def test_a_proxy_of_the_settings_is_one_too(user: User) -> None:
    user.sets(HTTPS_PROXY="http://proxy:3128", NO_PROXY="intern")
    user.command("claude")
    assert user.settings == [{"env": {"NO_PROXY": "intern,127.0.0.1"}}]


def test_a_proxy_that_the_recorder_cannot_use_is_refused(user: User) -> None:
    destination = user.destination("claude", HTTPS_PROXY="https://proxy:3128")
    with pytest.raises(UsageError, match="HTTPS_PROXY names one\nSet HTTPS_PROXY to an http:// proxy"):
        route_path(destination)
    assert route_path(user.destination("claude", ANTHROPIC_BASE_URL=RELAY)) == "/api"


def test_a_named_target_brings_its_token_and_models_and_no_other_token_goes_there(user: User) -> None:
    (user.folder / "probe.toml").write_text(TOML)
    user.sets(ANTHROPIC_API_KEY="of another account", ANTHROPIC_MODEL="opus")
    own = {"GLM_TOKEN": "glm-token-000", "ANTHROPIC_API_KEY": "my own key"}
    assert user.destination("claude", target="glm", **own).base_url == RELAY
    led = user.command("claude", target="glm", **own)
    assert led.environment["ANTHROPIC_AUTH_TOKEN"] == "glm-token-000"
    assert led.environment["ANTHROPIC_MODEL"] == "glm-5"
    assert "ANTHROPIC_API_KEY" not in led.environment
    assert user.settings == [{"env": {"ANTHROPIC_API_KEY": "", "ANTHROPIC_MODEL": "glm-5"}}]
    assert "glm-token" not in " ".join(led.argv)
    assert "glm-token" not in repr(led)


def test_settings_that_an_administrator_has_fixed_are_refused(user: User) -> None:
    destination = user.destination("claude")
    (layer,) = find_destination(["claude", "--settings", json.dumps({"env": {"ANTHROPIC_BASE_URL": RELAY}})],
        user.environment(), user.folder, None, None).layers  # fmt: skip
    fixed = type(layer)("/etc/claude-code/managed-settings.json", layer.variables, fixed=True)
    destination = Destination(RELAY, destination.environment, (fixed,), 1)
    with pytest.raises(UsageError, match=r"managed-settings\.json: env\.ANTHROPIC_BASE_URL: is set there"):
        recorded_command(["claude"], {}, destination, RECORDER, str)
