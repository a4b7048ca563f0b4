"""Targets in cc-switch."""

from pathlib import Path
from typing import Any

import pytest

from probe.inputs.target_sources.cc_switch import find_in_cc_switch
from probe.inputs.target_sources.found_target import SkippedTarget
from tests.cli.foreign_settings import relay_env, write_cc_switch, write_json


def provider(**more: Any) -> dict[str, Any]:
    return {"id": "p1", "name": "Relay", "env": relay_env(), **more}


def test_the_providers_for_claude_are_found_in_their_order(tmp_path: Path) -> None:
    rows = [provider(), provider(id="p2", name="Other"), provider(id="p3", name="Codex", app="codex")]
    found = find_in_cc_switch(write_cc_switch(tmp_path, *rows))
    assert [(target.id, target.name, target.model) for target in found.targets] == [
        ("p1", "Relay", "glm-4.7"),
        ("p2", "Other", "glm-4.7"),
    ]


@pytest.mark.parametrize(
    ("meta", "settings", "skipped"),
    [
        ({"providerType": "codex_oauth"}, {}, SkippedTarget("Relay", "targets.skip.login")),
        ({"apiFormat": "openai"}, {}, SkippedTarget("Relay", "targets.skip.protocol", {"protocol": "openai"})),
        ({}, {"api_format": "openai"}, SkippedTarget("Relay", "targets.skip.protocol", {"protocol": "openai"})),
        ({"apiFormat": "anthropic"}, {}, None),
    ],
)
def test_a_provider_of_another_protocol_or_with_a_login_is_skipped(
    tmp_path: Path, meta: dict[str, Any], settings: dict[str, Any], skipped: SkippedTarget | None
) -> None:
    row = provider(meta=meta, settings={"env": relay_env(), **settings})
    assert find_in_cc_switch(write_cc_switch(tmp_path, row)).skipped == ((skipped,) if skipped else ())


@pytest.mark.parametrize(("full", "url"), [(True, "https://a.example"), (False, "https://a.example/v1/messages")])
def test_an_address_with_its_endpoint_loses_it_only_where_it_is_called_full(
    tmp_path: Path, full: bool, url: str
) -> None:
    row = provider(env=relay_env("https://a.example/v1/messages"), meta={"isFullUrl": full})
    (target,) = find_in_cc_switch(write_cc_switch(tmp_path, row)).targets
    assert target.base_url == url


def test_settings_that_cannot_be_read_are_skipped_and_the_others_stay(tmp_path: Path) -> None:
    found = find_in_cc_switch(write_cc_switch(tmp_path, provider(settings="{"), provider(id="p2")))
    assert [skipped.values["place"] for skipped in found.skipped] == ["providers[p1].settings_config"]
    assert [target.id for target in found.targets] == ["p2"]


@pytest.mark.parametrize("wrap", [lambda inside: inside, lambda inside: {"claude": inside}], ids=["v1", "v2"])
def test_an_older_file_of_either_version_is_read(tmp_path: Path, wrap: Any) -> None:
    inside = {"providers": {"p1": {"name": "Relay", "settingsConfig": {"env": relay_env()}}, "p2": "broken"}}
    found = find_in_cc_switch(write_json(tmp_path / "config.json", wrap(inside)))
    assert [target.name for target in found.targets] == ["Relay"]
    assert [skipped.name for skipped in found.skipped] == ["p2"]
