"""Targets and tokens: which one is meant, what is refused, and that no token is ever shown."""

import sys
from pathlib import Path
from typing import Any

import pytest

from probe.errors import UsageError
from probe.inputs.find_config import Configuration
from probe.inputs.load_target import (
    EMBEDDED_MODEL,
    embedded_target,
    parse_env,
    read_token,
    resolve_targets,
    shown_environment,
)
from probe.model.choices import UpstreamKind
from probe.model.run_manifest import Options
from tests.inputs.support import CANARY, GOOD, resolved, token_of

NO_CONFIG = Configuration()


@pytest.mark.parametrize(
    ("options", "environment", "text", "url"),
    [
        ({"target": "relay"}, {"ANTHROPIC_BASE_URL": "http://env"}, GOOD, "http://relay.example:8080"),
        ({"target": "relay", "base_url": "http://flag"}, {}, GOOD, "http://flag"),
        ({"base_url": "http://flag", "model": "m"}, {"ANTHROPIC_BASE_URL": "http://env"}, GOOD, "http://flag"),
        ({}, {"ANTHROPIC_BASE_URL": "http://env"}, GOOD, "https://glm.example/api"),
        ({}, {"ANTHROPIC_BASE_URL": "http://env", "ANTHROPIC_MODEL": "m"}, "", "http://env"),
        ({"target": "embedded"}, {"ANTHROPIC_BASE_URL": "http://env"}, GOOD, None),
        ({}, {}, "", None),
    ],
)
def test_which_target_is_meant(
    tmp_path: Path, options: dict[str, Any], environment: dict[str, str], text: str, url: str | None
) -> None:
    target = resolved(tmp_path, options, environment, text)
    assert (target.base_url if target else None) == url


def test_flags_override_the_table(tmp_path: Path) -> None:
    target = resolved(tmp_path, {"target": "relay", "model": "other", "token_env": "MINE"})
    assert target
    assert (target.model, target.token_env, target.token_command) == ("other", "MINE", None)
    assert target.env == {"API_TIMEOUT_MS": "1000"}


def test_an_unknown_target_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"(?s)--target: no target 'glmm'.*Known: glm, relay, embedded"):
        resolved(tmp_path, {"target": "glmm"})


def test_an_unknown_default_target_names_its_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="default_target: no target 'x'"):
        resolved(tmp_path, {}, text='default_target = "x"\n')


def test_without_a_file_an_unknown_target_says_so() -> None:
    with pytest.raises(UsageError, match=r"there is no probe\.toml here"):
        resolve_targets(Options(targets=("x",)), {}, NO_CONFIG, {})[0]


def test_no_model_is_an_error_with_a_remedy() -> None:
    with pytest.raises(UsageError, match=r"(?s)--model: no model is named.*ANTHROPIC_MODEL"):
        resolve_targets(Options(base_url="http://a"), {}, NO_CONFIG, {})[0]


@pytest.mark.parametrize(
    "url", ["ftp://a", "a.example", "http://", "http://[::1", "http://a/?x=1", f"http://u:{CANARY}@a"]
)
def test_a_bad_base_url_is_a_usage_error_without_its_secrets(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve_targets(Options(base_url=url, model="m"), {}, NO_CONFIG, {})[0]
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080",
        "https://Relay.Example.COM/x",
        f"http://{'long-' * 20}.example",
        "http://-",
        "http://[::1]",
        "http://control",
        "http://embedded:80",
    ],
)
def test_a_target_without_a_name_gets_one_from_its_host(url: str) -> None:
    target = resolve_targets(Options(base_url=url, model="m"), {}, NO_CONFIG, {})[0]
    assert target is not None
    assert target.name not in {"", "control", "embedded"}


@pytest.mark.parametrize(
    "name",
    ["HOME", "CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "TMPDIR", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY",
     "ANTHROPIC_BASE_URL", "ANTHROPIC_MODEL"],
)  # fmt: skip
def test_reserved_variables_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is set by probe itself"):
        resolve_targets(Options(base_url="http://a", model="m"), {name: "x"}, NO_CONFIG, {})[0]
    with pytest.raises(UsageError, match=f"{name} is set by probe itself"):
        embedded_target("http://127.0.0.1:1", None, {name: "x"})


def test_the_embedded_target_needs_no_token_and_no_model() -> None:
    target = embedded_target("http://127.0.0.1:1", None, {"MAX_THINKING_TOKENS": "0"})
    assert (target.kind, target.model, target.token_env) == (UpstreamKind.EMBEDDED, EMBEDDED_MODEL, None)
    assert target.env == {"MAX_THINKING_TOKENS": "0"}


def test_a_token_comes_from_the_named_variable() -> None:
    assert token_of({"ANTHROPIC_AUTH_TOKEN": f" {CANARY}\n"}) == CANARY
    assert token_of({"MINE": CANARY, "ANTHROPIC_AUTH_TOKEN": "other"}, token_env="MINE") == CANARY


@pytest.mark.parametrize("environment", [{}, {"MINE": ""}, {"MINE": "  "}])
def test_a_missing_token_is_named_with_its_remedy(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"(?s)MINE is not set.*http://a.*export MINE=") as caught:
        token_of(environment, token_env="MINE")
    assert "Tokens are never taken from the command line" in str(caught.value)


@pytest.mark.parametrize("named", [{"target": "relay"}, {"base_url": "http://a", "model": "m"}])
def test_a_token_in_the_place_of_a_variable_names_the_option_and_is_not_shown(
    tmp_path: Path, named: dict[str, Any]
) -> None:
    with pytest.raises(UsageError) as caught:
        resolved(tmp_path, {**named, "token_env": CANARY})
    assert caught.value.key == "--token-env"
    assert "give its name: --token-env MY_TOKEN" in str(caught.value)
    assert CANARY not in repr(caught.value) + str(caught.value)


PYTHON = f"'{sys.executable}' -c"


def test_a_token_comes_from_a_command() -> None:
    assert token_of({}, token_command=f"{PYTHON} \"print('{CANARY}')\"") == CANARY


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (f"print('{CANARY}'); exit(3)", "ended with 3"),
        ("pass", "printed nothing"),
        (f"print('{CANARY}'); print('more')", "printed more than one line"),
        (f"print('{CANARY}', end='\\r\\nmore')", "printed more than one line"),
    ],
)
def test_a_token_command_that_fails_shows_nothing_of_what_it_printed(tmp_path: Path, code: str, says: str) -> None:
    script = tmp_path / "token.py"
    script.write_text(code)
    with pytest.raises(UsageError, match=rf"targets\.a\.token_command: {says}") as caught:
        token_of({}, token_command=f"'{sys.executable}' '{script}'")
    assert CANARY not in str(caught.value)


def test_two_token_sources_are_one_too_many(tmp_path: Path) -> None:
    text = GOOD.replace('token_command = "echo tok-en"', 'token_command = "x"\ntoken_env = "Y"')
    with pytest.raises(UsageError, match="token_env and token_command are both set; keep one"):
        resolved(tmp_path, {"target": "relay"}, text=text)


@pytest.mark.parametrize("pair", ["KEY", "=x", "1A=x", "A B=x", "", "KEY:x"])
def test_env_words_that_do_not_read(pair: str) -> None:
    with pytest.raises(UsageError, match=r"--env: .* does not read as KEY=VALUE"):
        parse_env([pair])


def test_env_words() -> None:
    assert parse_env(["A=1", "B=x=y", "C="]) == {"A": "1", "B": "x=y", "C": ""}


def test_a_refused_env_word_does_not_show_a_value() -> None:
    with pytest.raises(UsageError) as caught:
        parse_env([f"MY-TOKEN={CANARY}"])
    assert CANARY not in str(caught.value)


def test_shown_variables_hide_secrets() -> None:
    shown = shown_environment(
        {
            "ANTHROPIC_CUSTOM_HEADERS": CANARY,
            "MY_TOKEN": CANARY,
            "UNHEARD_OF": CANARY,
            "ANTHROPIC_SMALL_FAST_MODEL": "glm-air",
            "CLAUDE_CODE_MAX_OUTPUT_TOKENS": "1000",
            "API_TIMEOUT_MS": "5",
        }
    )
    assert [name for name, value in shown.items() if value == "[set]"] == [
        "ANTHROPIC_CUSTOM_HEADERS",
        "MY_TOKEN",
        "UNHEARD_OF",
    ]
    assert shown["CLAUDE_CODE_MAX_OUTPUT_TOKENS"] == "1000"


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"base_url": ""}, "--base-url"),
        ({"base_url": " "}, "--base-url"),
        ({"targets": ("",)}, "--target"),
        ({"targets": ("glm", "")}, "--target"),
        ({"targets": ("embedded",), "base_url": "http://relay.example"}, "--base-url"),
    ],
)
def test_what_would_silently_be_another_upstream_is_refused(tmp_path: Path, options: dict[str, Any], key: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolved(tmp_path, options)
    assert caught.value.key == key


def test_a_key_under_the_other_name_is_pointed_to(tmp_path: Path) -> None:
    target = resolved(tmp_path, {"base_url": "http://127.0.0.1:1", "model": "m"})
    assert target is not None
    with pytest.raises(UsageError, match="--token-env ANTHROPIC_API_KEY, which is set"):
        read_token(target, {"ANTHROPIC_API_KEY": CANARY})
