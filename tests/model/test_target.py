"""A target: addresses that are refused, and the models that the client is told."""

from typing import Any

import pytest
from pydantic import ValidationError

from probe.model.target import OddAlias, Target, mask_url
from tests.inputs.support import CANARY


def target(**changes: Any) -> Target:
    return Target.model_validate({"name": "relay", "base_url": "https://relay.example/api/", "model": "m", **changes})


def test_an_address_is_kept_without_its_last_slash() -> None:
    assert target().base_url == "https://relay.example/api"
    assert target(base_url="http://[::1]:8080").base_url == "http://[::1]:8080"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("relay.example", "is no http:// or https:// address"),
        ("ftp://relay.example", "is no http:// or https:// address"),
        ("http://", "is no http:// or https:// address"),
        ("http://relay.example:0", "has no port that there is"),
        ("http://relay.example:70000", "has no port that there is"),
        ("http://relay.example:x", "has no port that there is"),
        ("http://user:hunter2@relay.example", "holds no user and no password"),
        ("http://relay.example?key=hunter2", "has no '?' and no '#'"),
        ("http://relay.example#hunter2", "has no '?' and no '#'"),
        ("ftp://user:hunter2@relay.example?key=hunter2", "'ftp://relay.example' is no http"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_and_its_secrets_are_not_in_the_words(url: str, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        target(base_url=url)
    (error,) = refused.value.errors()
    assert says in error["msg"]
    assert "hunter2" not in error["msg"]


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://user:secret@relay.example:8443/api?key=secret#secret", "https://relay.example:8443/api"),
        ("https://a:b@c@relay.example/x", "https://relay.example/x"),
        ("https://relay.example", "https://relay.example"),
        ("not a url", "not a url"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, masked: str) -> None:
    assert mask_url(url) == masked


def test_a_token_has_one_source() -> None:
    with pytest.raises(ValidationError, match="token_env and token_command are both set"):
        target(token_env="A", token_command="pass show a")


def test_each_kind_of_model_is_the_target_s_unless_it_has_a_name_of_its_own() -> None:
    assert set(target().model_environment().values()) == {"m"}
    named = target(aliases={"opus": "o", "haiku": "h"}).model_environment()
    assert (named["ANTHROPIC_DEFAULT_OPUS_MODEL"], named["ANTHROPIC_DEFAULT_SONNET_MODEL"]) == ("o", "m")
    assert (named["ANTHROPIC_DEFAULT_HAIKU_MODEL"], named["ANTHROPIC_SMALL_FAST_MODEL"]) == ("h", "h")
    assert target(aliases={"small_fast": "s"}).model_environment()["ANTHROPIC_SMALL_FAST_MODEL"] == "s"


@pytest.mark.parametrize(
    ("changes", "odd"),
    [
        ({}, []),
        ({"aliases": {"opus": "claude-opus-4-5", "haiku": "glm-4.7"}}, []),
        ({"aliases": {"opus": "claude-Sonnet-4-5"}}, [OddAlias("opus", "claude-sonnet-4-5", "sonnet")]),
        ({"env": {"ANTHROPIC_DEFAULT_HAIKU_MODEL": "big-opus"}}, [OddAlias("haiku", "big-opus", "opus")]),
        ({"aliases": {"haiku": "haiku-1"}, "env": {"ANTHROPIC_DEFAULT_HAIKU_MODEL": "glm"}}, []),
        ({"env": {"ANTHROPIC_MODEL": "opus"}}, []),
    ],
)
def test_an_alias_that_looks_like_another_kind_is_found(changes: dict[str, Any], odd: list[OddAlias]) -> None:
    assert target(**changes).odd_aliases() == odd


@pytest.mark.parametrize(
    ("aliases", "env", "warns"),
    [
        ({"sonnet": "claude-opus-4-1"}, {}, "sonnet: claude-opus-4-1 is opus"),
        ({}, {"ANTHROPIC_DEFAULT_HAIKU_MODEL": "x-SONNET"}, "haiku: x-sonnet is sonnet"),
        ({"sonnet": "claude-sonnet-4-5", "opus": "glm-4.7"}, {}, None),
        ({}, {}, None),
    ],
)
def test_an_alias_of_another_kind_is_warned_of(aliases: dict[str, str], env: dict[str, str], warns: str | None) -> None:
    target = Target.model_validate(
        {"name": "a", "base_url": "http://a", "model": "opus-m", "aliases": aliases, "env": env}
    )
    odd = [f"{alias.kind}: {alias.model} is {alias.likely_kind}" for alias in target.odd_aliases()]
    assert odd == ([warns] if warns else [])


def test_aliases_default_to_the_model() -> None:
    target = Target.model_validate(
        {"name": "a", "base_url": "http://a", "model": "glm-4.7", "aliases": {"haiku": "glm-air"}}
    )
    assert target.model_environment() == {
        "ANTHROPIC_MODEL": "glm-4.7",
        "ANTHROPIC_DEFAULT_OPUS_MODEL": "glm-4.7",
        "ANTHROPIC_DEFAULT_SONNET_MODEL": "glm-4.7",
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": "glm-air",
        "ANTHROPIC_SMALL_FAST_MODEL": "glm-air",
    }


def test_a_masked_url_has_no_secret() -> None:
    assert mask_url(f"https://user:{CANARY}@a.example:1/p?key={CANARY}#{CANARY}") == "https://a.example:1/p"
