"""The upstream of a command's requests, and what no recorder can stand in the way of."""

import pytest

from probe.errors import UsageError
from tests.recording.user import RELAY, TOML, User


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("CLAUDE_CODE_USE_BEDROCK", "1", "another cloud"),
        ("CLAUDE_CODE_USE_VERTEX", "true", "another cloud"),
        ("ANTHROPIC_UNIX_SOCKET", "/run/x", "a socket"),
        ("CLAUDE_CODE_CLIENT_CERT", "/cert.pem", "a certificate of the client's"),
    ],
)
def test_what_does_not_go_to_a_base_url_is_refused_with_the_reason(
    user: User, name: str, value: str, reason: str
) -> None:
    with pytest.raises(UsageError, match=f"{name}: is set.*{reason}"):
        user.destination("claude", **{name: value})
    user.sets(**{name: value})
    with pytest.raises(UsageError, match=rf"^~/\.claude/settings\.json: {name}: "):
        user.destination("claude")
    user.sets(**{name: "0"})
    assert user.destination("claude").base_url


def test_the_embedded_upstream_is_no_target(user: User) -> None:
    with pytest.raises(UsageError, match="probe upstream serve"):
        user.destination("claude", target="embedded")


def test_a_command_that_is_not_known_to_take_options_goes_where_the_environment_says(user: User) -> None:
    user.sets(ANTHROPIC_BASE_URL=RELAY)
    found = user.destination("npm", "run", "agent", ANTHROPIC_BASE_URL="http://elsewhere")
    assert (found.base_url, found.options_at) == ("http://elsewhere", None)
    assert [layer.variables for layer in found.layers] == [{"ANTHROPIC_BASE_URL": RELAY}]


def test_without_a_command_no_settings_are_read(user: User) -> None:
    user.sets(ANTHROPIC_BASE_URL=RELAY, CLAUDE_CODE_USE_BEDROCK="1")
    found = user.destination(ANTHROPIC_BASE_URL="http://elsewhere")
    assert (found.base_url, found.layers) == ("http://elsewhere", ())


def test_an_empty_address_is_none(user: User) -> None:
    assert user.destination("claude", ANTHROPIC_BASE_URL="").base_url == "https://api.anthropic.com"


@pytest.mark.parametrize("value", ["", " ", "0", "false", "No", "OFF"])
def test_a_cloud_that_is_switched_off_is_none(user: User, value: str) -> None:
    assert user.destination("claude", CLAUDE_CODE_USE_BEDROCK=value, ANTHROPIC_BASE_URL=RELAY).base_url == RELAY


def test_settings_may_switch_off_what_the_environment_switches_on(user: User) -> None:
    user.sets(CLAUDE_CODE_USE_VERTEX="0")
    assert user.destination("claude", CLAUDE_CODE_USE_VERTEX="1", ANTHROPIC_BASE_URL=RELAY).base_url == RELAY
    with pytest.raises(UsageError, match=r"^CLAUDE_CODE_USE_VERTEX: is set"):
        user.destination("npm", CLAUDE_CODE_USE_VERTEX="1")


def test_of_several_settings_the_one_that_wins_is_named(user: User) -> None:
    user.sets(ANTHROPIC_UNIX_SOCKET="/run/x")
    (user.folder / ".claude").mkdir()
    (user.folder / ".claude" / "settings.json").write_text('{"env": {"ANTHROPIC_UNIX_SOCKET": "/run/y"}}')
    with pytest.raises(UsageError, match=r"^\S*\.claude/settings\.json: ANTHROPIC_UNIX_SOCKET: ") as caught:
        user.destination("claude")
    assert "~" not in str(caught.value)


def test_a_named_target_wins_over_all_addresses_and_its_token_is_not_shown(user: User) -> None:
    (user.folder / "probe.toml").write_text(TOML)
    user.sets(ANTHROPIC_BASE_URL="http://elsewhere")
    found = user.destination("claude", target="glm", GLM_TOKEN="glm-token-000", ANTHROPIC_BASE_URL="http://other")
    assert found.base_url == RELAY
    assert found.target
    assert found.token
    assert (found.target.name, found.token.get_secret_value()) == ("glm", "glm-token-000")
    assert "glm-token-000" not in repr(found)


def test_a_target_without_its_token_or_without_a_name_is_refused(user: User) -> None:
    (user.folder / "probe.toml").write_text(TOML)
    with pytest.raises(UsageError, match="GLM_TOKEN"):
        user.destination("claude", target="glm")
    with pytest.raises(UsageError, match="no target 'gml'"):
        user.destination("claude", target="gml")
