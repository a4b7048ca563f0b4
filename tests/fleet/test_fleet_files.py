"""The commands of docs/fleet.md, its Compose files and its unit for systemd are ones that work as they are written."""

import configparser
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema.builtin_schemas import get_builtin_schema  # type: ignore[import-untyped]
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from tests.conftest import Probe
from tests.readme_commands import shown_commands

DOCUMENT = Path(__file__).parents[2] / "docs" / "fleet.md"
FILES = DOCUMENT.parent / "fleet"
COMPOSE_FILES = sorted(FILES.glob("*.yml"))


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(path)
    return content


def unknown_options(probe: Probe, words: Sequence[str]) -> list[str]:
    """Return the options of a command of `probe` that its help does not know."""
    options = [word for word in words if word.startswith("--")]
    command = words[:2] if words[0] == "fleet" else words[:1]
    said = probe(*command, "--help", COLUMNS="200").out
    return [option for option in options if f"{option} " not in said]


def test_commands_of_the_document_have_options_that_exist(probe: Probe) -> None:
    commands = [shlex.split(line) for line in shown_commands(DOCUMENT.read_text()) if line.startswith("probe ")]
    shown = [words[1:] for words in commands if words[1] in {"fleet", "run"}]
    assert len(shown) >= 10
    assert [words for words in shown if unknown_options(probe, words)] == []


@pytest.mark.parametrize("path", COMPOSE_FILES, ids=lambda path: path.name)
def test_compose_files_keep_to_the_specification(path: Path, probe: Probe) -> None:
    content = read(path)
    assert [
        error.message for error in Draft202012Validator(get_builtin_schema("vendor.compose-spec")).iter_errors(content)
    ] == []
    ((_, service),) = content["services"].items()
    assert unknown_options(probe, service["command"]) == []
    assert service["network_mode"] == "host"
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert not re.search("(?i)token:|_token=[^…]", path.read_text())


def test_the_unit_starts_a_worker_again_and_again(probe: Probe) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(FILES / "probe-worker.service")
    service = unit["Service"]
    words = shlex.split(service["ExecStart"])
    assert words[0].endswith("/probe")
    assert unknown_options(probe, words[1:]) == []
    assert (service["Restart"], service["NoNewPrivileges"]) == ("always", "yes")
