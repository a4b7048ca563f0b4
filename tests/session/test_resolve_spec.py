"""A run's specification: serialisable, without secrets, and with an environment all that a run needs."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.model.run_manifest import Options
from probe.model.run_spec import RunSpec
from probe.session.prepare import prepared
from probe.session.resolve_spec import plan_run
from probe.session.secrets import resolve_secrets

TOKEN, HEADER, FROM_TABLE, FROM_COMMAND = (
    "tok-4711-secret",
    "x-api: key-4712-secret",
    "table-4713-secret",
    "cmd-4714-secret",
)
CONFIG = f"""
[targets.relay]
base_url = "http://127.0.0.1:9"
model = "glm-4.7"
token_env = "RELAY_TOKEN"
env = {{ RELAY_KEY = "{FROM_TABLE}", API_TIMEOUT_MS = "60000" }}

[targets.other]
base_url = "http://127.0.0.1:9"
model = "kimi"
token_command = "echo {FROM_COMMAND} | tee -a asked"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "probe.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


ENVIRONMENT = {"RELAY_TOKEN": TOKEN, "PATH": "/bin:/usr/bin"}
GIVEN = {"ANTHROPIC_CUSTOM_HEADERS": HEADER}


def specification(**options: object) -> RunSpec:
    chosen = {"targets": ("relay", "other"), "drivers": ("messages", "chat-completions"), **options}
    return plan_run(Options.model_validate(chosen), GIVEN, ENVIRONMENT)


def test_it_survives_json() -> None:
    spec = specification(fail_on=("call1.failed > 0",))
    assert RunSpec.model_validate_json(spec.model_dump_json()) == spec


def test_no_secret_stands_in_it() -> None:
    text = specification().model_dump_json()
    assert not [secret for secret in (TOKEN, HEADER, FROM_TABLE) if secret in text]
    assert "60000" in text  # a value that is known to be harmless


def test_secrets_are_resolved_from_options_tables_and_the_environment(folder: Path) -> None:
    relay, _, other, _ = resolve_secrets(specification(), ENVIRONMENT, GIVEN)
    values = {name: value.get_secret_value() for name, value in relay.variables.items()}
    assert values == {"RELAY_KEY": FROM_TABLE, "API_TIMEOUT_MS": "60000", "ANTHROPIC_CUSTOM_HEADERS": HEADER}
    assert [arm.token and arm.token.get_secret_value() for arm in (relay, other)] == [TOKEN, FROM_COMMAND]
    assert (folder / "asked").read_text() == f"{FROM_COMMAND}\n"  # once, though two arms need it
    assert TOKEN not in repr(relay)


def test_a_specification_from_elsewhere_takes_secrets_from_the_environment() -> None:
    spec = RunSpec.model_validate_json(specification().model_dump_json())
    relay, *_ = resolve_secrets(spec, {**ENVIRONMENT, "ANTHROPIC_CUSTOM_HEADERS": "x: 1"})
    assert relay.variables["ANTHROPIC_CUSTOM_HEADERS"].get_secret_value() == "x: 1"


def test_what_is_set_nowhere_is_named_with_a_remedy() -> None:
    with pytest.raises(UsageError, match="the value of ANTHROPIC_CUSTOM_HEADERS") as refused:
        resolve_secrets(specification(), ENVIRONMENT)
    assert "Set it in the environment, or in the env of the target 'relay-messages'" in str(refused.value)


def test_specification_and_environment_are_enough_for_a_run() -> None:
    spec = RunSpec.model_validate_json(
        plan_run(Options(targets=("embedded",), drivers=("messages",), faults=("none",)), {}, {}).model_dump_json()
    )
    with prepared(spec, resolve_secrets(spec, {}), {}) as run:
        (arm,) = run.arms
        assert (arm.name, arm.manifest.driver, arm.manifest.target.faults) == ("embedded", "messages", ())
