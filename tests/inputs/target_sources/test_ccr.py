"""Targets in claude-code-router: its own address, and the providers that it passes requests on to."""

from pathlib import Path
from typing import Any

import pytest

from probe.errors import UsageError
from probe.inputs.target_sources.ccr import find_in_ccr
from probe.inputs.target_sources.found_target import FoundTarget, SkippedTarget
from probe.model.choices import TokenHeader
from tests.cli.foreign_settings import OTHER_TOKEN, TOKEN, write_ccr_database, write_json

MESSAGES = {"name": "a", "api_base_url": "https://a.example/v1/messages", "models": ["m"], "api_key": TOKEN}


def router(home: Path, **config: Any) -> FoundTarget:
    (own,) = find_in_ccr(write_json(home / "config.json", config)).targets
    return own


def provider(home: Path, **config: Any) -> FoundTarget | SkippedTarget:
    found = find_in_ccr(write_json(home / "config.json", {"Providers": [{**MESSAGES, **config}]}))
    others: list[FoundTarget | SkippedTarget] = [*found.targets[1:], *found.skipped]
    (only,) = others
    return only


@pytest.mark.parametrize(
    ("config", "address"),
    [
        ({}, "http://127.0.0.1:3456"),
        ({"PORT": 4000}, "http://127.0.0.1:4000"),
        ({"gateway": {"host": "0.0.0.0", "port": 5000}, "PORT": 4000}, "http://127.0.0.1:5000"),
        ({"gateway": {"host": "::"}}, "http://127.0.0.1:3456"),
        ({"gateway": {"host": "::1", "port": "7"}}, "http://[::1]:7"),
        ({"gateway": {"host": "box"}}, "http://box:3456"),
    ],
)
def test_the_router_has_an_address_that_can_be_called(tmp_path: Path, config: dict[str, Any], address: str) -> None:
    assert router(tmp_path, **config).base_url == address


def test_the_router_s_model_is_that_of_its_default_route_else_of_the_preferred_provider(tmp_path: Path) -> None:
    (own, *_) = find_in_ccr(
        write_json(
            tmp_path / "config.json",
            {"Providers": [MESSAGES, {**MESSAGES, "name": "b"}], "preferredProvider": "b"},
        )
    ).targets
    assert (own.model, own.needs_token, own.token) == ("b,m", False, None)
    routed = router(tmp_path, Router={"default": "x,y", "background": "x,z"}, APIKEY=TOKEN)
    assert (routed.model, routed.aliases, routed.needs_token) == ("x,y", {"haiku": "x,z"}, True)
    assert router(tmp_path, Router={"default": "x,y", "background": "x,y"}).aliases == {}
    assert router(tmp_path).model == ""


@pytest.mark.parametrize(
    ("config", "base_url"),
    [
        ({}, "https://a.example"),
        ({"api_base_url": "https://a.example/x/", "type": "anthropic_messages"}, "https://a.example/x"),
        ({"api_base_url": "https://a.example", "transformer": {"use": ["Anthropic"]}}, "https://a.example"),
        ({"capabilities": [{"type": "anthropic_messages", "baseUrl": "https://b.example"}]}, "https://b.example"),
    ],
)
def test_a_provider_that_speaks_anthropic_s_protocol_is_a_target(
    tmp_path: Path, config: dict[str, Any], base_url: str
) -> None:
    relay = provider(tmp_path, **config)
    assert isinstance(relay, FoundTarget)
    assert (relay.base_url, relay.model, relay.auth, relay.id) == (base_url, "m", TokenHeader.X_API_KEY, "provider:a")


@pytest.mark.parametrize(
    ("config", "reason", "values"),
    [
        ({"enabled": False}, "targets.skip.disabled", {}),
        (
            {"api_base_url": "https://u:p@a.example/v1/chat/completions?key=secret"},
            "targets.skip.router",
            {"protocol": "https://a.example/v1/chat/completions"},
        ),
        ({"api_base_url": "https://a.example", "type": "openai"}, "targets.skip.router", {"protocol": "openai"}),
        ({"api_base_url": ""}, "targets.skip.router", {"protocol": "?"}),
        ({"api_base_url": "http://[::1"}, "targets.skip.router", {"protocol": "?"}),
        (
            {"api_base_url": "https://a.example", "transformer": {"use": ["anthropic", "maxtoken"]}},
            "targets.skip.router",
            {"protocol": "https://a.example"},
        ),
    ],
)
def test_a_provider_that_the_router_translates_for_is_skipped(
    tmp_path: Path, config: dict[str, Any], reason: str, values: dict[str, str]
) -> None:
    relay = provider(tmp_path, **config)
    assert relay == SkippedTarget("a", reason, values)


def test_a_provider_that_cannot_be_read_is_skipped_and_the_others_stay(tmp_path: Path) -> None:
    broken = {**MESSAGES, "name": "b", "models": {"a": 1}}
    found = find_in_ccr(write_json(tmp_path / "config.json", {"Providers": [MESSAGES, broken]}))
    assert [target.name for target in found.targets] == ["ccr", "a"]
    assert [skipped.values["place"] for skipped in found.skipped] == ["Providers[1].models"]


@pytest.mark.parametrize(
    ("config", "variable", "token"),
    [
        ({"api_key": "$MY_KEY"}, "MY_KEY", None),
        ({"api_key": "${MY_KEY}"}, "MY_KEY", None),
        ({"api_key": "", "apikey": TOKEN}, None, TOKEN),
        (
            {"api_key": "", "credentials": [{"enabled": False, "api_key": TOKEN}, {"apiKey": OTHER_TOKEN}]},
            None,
            OTHER_TOKEN,
        ),
        ({"api_key": ""}, None, None),
    ],
)
def test_a_key_stands_in_the_settings_or_in_the_variable_that_they_name(
    tmp_path: Path, config: dict[str, Any], variable: str | None, token: str | None
) -> None:
    relay = provider(tmp_path, **config)
    assert isinstance(relay, FoundTarget)
    assert relay.token_env == variable
    assert (relay.token and relay.token.get_secret_value()) == token


def test_the_database_goes_before_the_old_file_and_its_keys_that_hold_before_the_old_one(tmp_path: Path) -> None:
    config = {"Providers": [MESSAGES], "APIKEY": "old"}
    keys = (TOKEN, "2020-01-01T00:00:00.000Z"), (OTHER_TOKEN, "")
    path = write_ccr_database(tmp_path, config, *keys)
    write_json(path.parent / "config.json", {"PORT": 9})
    own, _ = find_in_ccr(path.parent).targets
    assert (own.model, own.base_url) == ("a/m", "http://127.0.0.1:3456")
    assert own.token is not None
    assert own.token.get_secret_value() == OTHER_TOKEN


def test_a_directory_without_settings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has neither config\.sqlite nor config\.json"):
        find_in_ccr(tmp_path)
