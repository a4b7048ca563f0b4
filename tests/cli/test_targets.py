"""`probe targets list` and `show`: which targets there are, from which file, and never a secret."""

from pathlib import Path

import pytest

from tests.conftest import Probe

CONFIG = """\
default_target = "glm"
[targets.glm]
base_url = "https://glm.example"
model = "glm-4.7"
token_env = "GLM_TOKEN"
env = { API_TIMEOUT_MS = "1000", ANTHROPIC_CUSTOM_HEADERS = "x-key: canary" }
fail_on = ["call1.failed > 3"]
[targets.kimi]
base_url = "https://kimi.example"
model = "k2"
token_command = "pass show kimi"
"""


@pytest.fixture
def configured(probe: Probe) -> Probe:
    (probe.folder / "probe.toml").write_text(CONFIG)
    own = probe.folder / "home/.config/probe/probe.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        '[targets.kimi]\nbase_url = "http://hidden"\nmodel = "m"\n[targets.own]\nbase_url = "http://o"\nmodel = "m"\n'
    )
    return probe


def test_targets_are_listed_with_their_files(configured: Probe) -> None:
    assert configured("targets", "list").out.splitlines() == [
        "TARGET  BASE URL              MODEL    FILE",
        "glm     https://glm.example   glm-4.7  ./probe.toml                (default)",
        "kimi    https://kimi.example  k2       ./probe.toml",
        "own     http://o              m        ~/.config/probe/probe.toml",
    ]


def test_a_narrow_terminal_gets_it_all_on_several_lines(configured: Probe) -> None:
    assert configured("targets", "list", COLUMNS="40").out.splitlines()[:4] == [
        "TARGET  BASE URL              MODEL",
        "  FILE",
        "glm     https://glm.example   glm-4.7",
        "  ./probe.toml                (default)",
    ]


def test_targets_are_listed_as_json(configured: Probe) -> None:
    (glm, _, own) = configured("targets", "list", "--json").json["targets"]
    assert (glm["name"], glm["default"], glm["token_env"]) == ("glm", True, "GLM_TOKEN")
    assert own["config_file"] == str(configured.folder / "home/.config/probe/probe.toml")


def test_a_target_is_shown_without_secrets(configured: Probe) -> None:
    assert configured("targets", "show", "glm", GLM_TOKEN="canary").out == (
        "# ./probe.toml\n"
        "[targets.glm]\n"
        'base_url = "https://glm.example"\n'
        'model = "glm-4.7"\n'
        'token_env = "GLM_TOKEN"\n'
        'auth = "bearer"\n'
        'env = { API_TIMEOUT_MS = "1000", ANTHROPIC_CUSTOM_HEADERS = "[set]" }\n'
        "# fail_on: call1.failed > 3\n"
        "# token: variable GLM_TOKEN, which is set\n"
    )
    assert "# token: variable GLM_TOKEN, which is NOT set" in configured("targets", "show", "glm").out
    assert "# token: printed by the command pass show kimi" in configured("targets", "show", "kimi").out
    assert "no target 'nope'\nKnown: glm, kimi, own" in configured("targets", "show", "nope", code=2).err


def test_chinese(configured: Probe) -> None:
    assert "# 令牌：环境变量 GLM_TOKEN，未设置" in configured("targets", "show", "glm", "--lang", "zh").out


def test_where_there_are_no_targets_it_is_said_how_to_make_one(probe: Probe, tmp_path: Path) -> None:
    assert "There is no probe.toml. Make one: probe init" in probe("targets", "list").err
    (tmp_path / "probe.toml").write_text("")
    assert "No target in ./probe.toml." in probe("targets", "list").err
    assert probe("targets", "list", "--json").json == {"targets": []}
