"""Replies of a vantage: with its own file, its own tokens, and only to its own addresses."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")

from probe.errors import UsageError
from probe.fleet.vantage_replies import own_spec
from probe.model.choices import UpstreamKind
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.target import Target
from tests.builders import scenario

OWN = '[targets.glm]\nbase_url = "https://glm.example/api/"\nmodel = "own"\ntoken_env = "OWN_TOKEN"\n'


def asked(**changes: Any) -> RunSpec:
    """Return what a coordinator sends."""
    fields = {"name": "glm", "base_url": "https://glm.example/api", "model": "asked", **changes}
    arm = ArmSpec(target=Target.model_validate(fields), table="glm", vantage="fra", secret_env=("X",))
    return RunSpec(scenario=scenario(), arms=(arm,))


def config(tmp_path: Path, text: str = OWN) -> Path:
    path = tmp_path / "probe.toml"
    path.write_text(text)
    return path


def test_the_token_is_the_vantage_s_own_and_all_else_is_asked_for(tmp_path: Path) -> None:
    path = config(tmp_path)
    (arm,) = own_spec(asked(), path, {}).arms
    assert (arm.target.token_env, arm.target.token_command, arm.target.model) == ("OWN_TOKEN", None, "asked")
    assert (arm.config_file, arm.vantage, arm.secret_env) == (str(path), "fra", ("X",))
    assert own_spec(asked(), path, {}).options.config == str(path)


def test_a_command_for_the_token_is_the_vantage_s_own_too(tmp_path: Path) -> None:
    text = OWN.replace('token_env = "OWN_TOKEN"', 'token_command = "pass show glm"')
    sent = asked(token_env="OF_THE_COORDINATOR")
    (arm,) = own_spec(sent, config(tmp_path, text), {}).arms
    assert (arm.target.token_env, arm.target.token_command) == (None, "pass show glm")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OWN.replace("glm.example", "other.example"), "has https://other.example/api for this target"),
        (OWN.replace("https", "http"), "has http://glm.example/api for this target"),
        (OWN.replace("targets.glm", "targets.kimi"), "has no target 'glm'"),
        ("", "has no target 'glm'"),
    ],
)
def test_a_token_goes_nowhere_but_where_the_vantage_s_own_file_says(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        own_spec(asked(), config(tmp_path, text), {})
    assert (refused.value.key or "").startswith("targets.glm")


def test_an_upstream_that_comes_with_probe_needs_no_file(tmp_path: Path) -> None:
    embedded = asked(kind=UpstreamKind.EMBEDDED)
    assert own_spec(embedded, config(tmp_path, ""), {}).arms == embedded.arms
