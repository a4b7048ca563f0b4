"""Targets in the settings of Claude Code."""

from pathlib import Path
from typing import Any

import pytest

from probe.errors import UsageError
from probe.inputs.target_sources.claude_code import find_in_claude_code
from probe.inputs.target_sources.found_target import FoundTarget, SkippedTarget
from probe.model.choices import TokenHeader
from tests.cli.foreign_settings import TOKEN, relay_env, write_claude


def found(home: Path, env: dict[str, Any], **more: Any) -> FoundTarget | SkippedTarget:
    place = find_in_claude_code(write_claude(home, env, **more))
    providers: list[FoundTarget | SkippedTarget] = [*place.targets, *place.skipped]
    (provider,) = providers
    return provider


def target(home: Path, env: dict[str, Any], **more: Any) -> FoundTarget:
    provider = found(home, env, **more)
    assert isinstance(provider, FoundTarget)
    return provider


def test_address_model_and_token_are_found(tmp_path: Path) -> None:
    relay = target(tmp_path, relay_env())
    assert (relay.base_url, relay.model, relay.auth) == (
        "https://relay.example/anthropic",
        "glm-4.7",
        TokenHeader.BEARER,
    )
    assert relay.token is not None
    assert relay.token.get_secret_value() == TOKEN
    assert TOKEN not in repr(relay)


def test_the_local_file_goes_before_the_shared_one(tmp_path: Path) -> None:
    write_claude(tmp_path, relay_env(ANTHROPIC_MODEL="old"), model="old")
    write_claude(tmp_path, {"ANTHROPIC_MODEL": "new"}, file="settings.local.json")
    (relay,) = find_in_claude_code(tmp_path / ".claude").targets
    assert (relay.model, relay.name) == ("new", f"claude-{tmp_path.name}")
    assert relay.base_url == "https://relay.example/anthropic"


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"CLAUDE_CODE_USE_BEDROCK": "1"}, "targets.skip.cloud"),
        ({**relay_env(), "CLAUDE_CODE_USE_VERTEX": "true"}, "targets.skip.cloud"),
        ({}, "targets.skip.login"),
        ({"ANTHROPIC_MODEL": "m"}, "targets.skip.login"),
    ],
)
def test_what_needs_a_login_or_another_cloud_is_skipped(tmp_path: Path, env: dict[str, Any], reason: str) -> None:
    provider = found(tmp_path, env)
    assert isinstance(provider, SkippedTarget)
    assert provider.reason == reason


@pytest.mark.parametrize("off", ["", "0", "FALSE"])
def test_another_cloud_that_is_off_counts_for_nothing(tmp_path: Path, off: str) -> None:
    assert target(tmp_path, {**relay_env(), "CLAUDE_CODE_USE_BEDROCK": off}).model == "glm-4.7"


def test_a_key_of_anthropic_s_own_address_or_a_command_for_one_is_enough(tmp_path: Path) -> None:
    keyed = target(tmp_path, {"ANTHROPIC_API_KEY": TOKEN})
    assert (keyed.base_url, keyed.auth, keyed.token_helper) == (
        "https://api.anthropic.com",
        TokenHeader.X_API_KEY,
        None,
    )
    helped = target(tmp_path, {}, apiKeyHelper="pass show a")
    assert (helped.token, helped.token_helper, helped.auth) == (None, "pass show a", TokenHeader.BEARER)
    assert target(tmp_path, {"ANTHROPIC_API_KEY": TOKEN}, apiKeyHelper="x").token_helper is None


@pytest.mark.parametrize(
    ("env", "model", "named"),
    [
        ({"ANTHROPIC_MODEL": "glm"}, "opus", "glm"),
        ({}, "glm", "glm"),
        ({"ANTHROPIC_DEFAULT_OPUS_MODEL": "big", "ANTHROPIC_DEFAULT_SONNET_MODEL": "mid"}, "opus", "big"),
        ({"ANTHROPIC_DEFAULT_OPUS_MODEL": "big", "ANTHROPIC_DEFAULT_SONNET_MODEL": "mid"}, "opusplan", "big"),
        ({"ANTHROPIC_DEFAULT_OPUS_MODEL": "big", "ANTHROPIC_DEFAULT_SONNET_MODEL": "mid"}, "sonnet[1m]", "mid"),
        ({"ANTHROPIC_DEFAULT_OPUS_MODEL": "big", "ANTHROPIC_DEFAULT_SONNET_MODEL": "mid"}, "", "mid"),
        ({"ANTHROPIC_DEFAULT_OPUS_MODEL": "big"}, "haiku", "big"),
        ({}, "opus", ""),
        ({}, "", ""),
    ],
)
def test_a_kind_of_model_stands_for_the_model_of_that_kind(
    tmp_path: Path, env: dict[str, str], model: str, named: str
) -> None:
    layered = {**relay_env(), "ANTHROPIC_MODEL": "", **env}
    assert target(tmp_path, layered, model=model).model == named


def test_further_variables_are_taken_over_but_for_those_that_may_be_secret(tmp_path: Path) -> None:
    more = {"API_TIMEOUT_MS": 600, "ANTHROPIC_CUSTOM_HEADERS": "X: y", "MY_KEY": "k", "EMPTY": "", "HOME": "/x"}
    relay = target(tmp_path, {**relay_env(), **more, "ANTHROPIC_SMALL_FAST_MODEL": "air"})
    assert relay.env == {"API_TIMEOUT_MS": "600"}
    assert relay.withheld == ("ANTHROPIC_CUSTOM_HEADERS", "MY_KEY")
    assert relay.aliases == {"small_fast": "air"}


@pytest.mark.parametrize(
    ("env", "says"), [([], "env: must be an object"), ({"ANTHROPIC_MODEL": {}}, "env.ANTHROPIC_MODEL: must be text")]
)
def test_settings_of_another_shape_are_refused_with_the_key(tmp_path: Path, env: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        found(tmp_path, env)
