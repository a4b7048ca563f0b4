"""The secrets that this machine knows of: of the environment, and of targets in files."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.reporting.local_secrets import local_secrets

RELAY = '[targets.relay]\nbase_url = "https://relay.example"\nmodel = "glm-4.7"\n'


def test_tokens_of_the_environment_and_of_the_variables_that_targets_name_are_known(tmp_path: Path) -> None:
    (tmp_path / "probe.toml").write_text(f'{RELAY}token_env = "RELAY"\nenv = {{ MY_SECRET_VALUE = "variable" }}\n')
    environment = {"ANTHROPIC_AUTH_TOKEN": "own", "RELAY": "of-the-relay", "LANG": "C.UTF-8"}
    known = local_secrets(environment, tmp_path)
    assert {"own", "of-the-relay", "variable"} <= set(known)
    assert "C.UTF-8" not in known


def test_the_password_of_a_proxy_is_a_secret_wherever_its_address_stands(tmp_path: Path) -> None:
    (tmp_path / "probe.toml").write_text(f'{RELAY}env = {{ HTTPS_PROXY = "http://me:of-the-target@proxy:3128" }}\n')
    known = local_secrets({"ALL_PROXY": "http://me:of-the-environment@proxy:3128"}, tmp_path)
    assert {"of-the-target", "of-the-environment"} <= set(known)


def test_the_file_that_a_run_was_made_with_counts_too_where_it_is_still_there(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text(f'{RELAY}token_env = "OTHER"\n')
    assert "of-the-other" in local_secrets({"OTHER": "of-the-other"}, tmp_path, str(elsewhere))
    assert "of-the-other" not in local_secrets({"OTHER": "of-the-other"}, tmp_path, str(tmp_path / "gone.toml"))


def test_a_command_that_prints_a_token_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "probe.toml").write_text(f'{RELAY}token_command = "touch {tmp_path}/was-run"\n')
    local_secrets({}, tmp_path)
    assert not (tmp_path / "was-run").exists()


def test_a_file_that_cannot_be_read_is_an_error_so_that_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "probe.toml").write_text("[targets\n")
    with pytest.raises(UsageError, match="toml"):
        local_secrets({}, tmp_path)
