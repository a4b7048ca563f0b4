"""Both READMEs: their commands are run in order as a reader would, and what they show is what the program says.

Runs are made with a stand-in for the client, which is quicker; `probe record -- claude` starts the real one.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.errors import ExitCode
from probe.upstream import EmbeddedUpstream
from tests.conftest import Probe
from tests.readme_commands import filled, shown_commands
from tests.shown_help import BLOCK, documents, help_now

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
MODEL = "probe-embedded-1"
MOST_WORDS = 900
_TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def relay() -> Iterator[str]:
    """Return the address of a relay on loopback."""
    with EmbeddedUpstream([]) as upstream:
        yield upstream.base_url


def reader(probe: Probe, real_client: str) -> dict[str, str]:
    """Return the environment of a reader who has installed probe: `probe` and `claude` are on the path."""
    commands = probe.folder / "bin"
    commands.mkdir()
    (commands / "claude").symlink_to(real_client)
    (commands / "xdg-open").symlink_to("/bin/true")
    path = os.pathsep.join([str(commands), str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    return {**probe.env(), "PATH": path, "GLM_TOKEN": "made-up", "KIMI_TOKEN": "made-up"}


@pytest.mark.real
@pytest.mark.slow
def test_every_command_does_what_it_says(probe: Probe, real_client: str, relay: str) -> None:
    text = (ROOT / "README.md").read_text()
    commands = list(shown_commands(text))
    values = {
        "https://relay.example": relay,
        "glm-4.7": MODEL,
        "=…": "=made-up",
        "--rounds 30": "--rounds 1 --no-report",
        "--until-sure": "--until-sure --max-rounds 1 --no-report",
        "-- claude": "-- claude --print 'Reply with exactly: PROBE_OK'",
        "probe nightly": "probe nightly --rounds 1",
    }
    target = filled(_TOML.findall(text)[0], values)
    (probe.folder / "probe.toml").write_text(target + target.replace("glm", "kimi").replace("GLM", "KIMI"))
    environment = reader(probe, real_client)
    ran = []
    for command in commands:
        if not command.startswith("probe "):
            continue
        ended = run(filled(command, values), probe.folder, environment | {"ANTHROPIC_BASE_URL": relay})
        assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
        ran.append(command.split()[1])
    assert ran == ["check", "run", "bundle", "run", "run", "record", "nightly", "show", "explain"]
    assert len(list((probe.folder / "reports" / "runs").glob("*"))) >= 5
    assert list(probe.folder.rglob("*.zip"))


def run(command: str, folder: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**environment, "ANTHROPIC_AUTH_TOKEN": "made-up"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_what_is_installed_by_name_is_there() -> None:
    """Look at the commands that are no command of probe: an extra of the package, a target of make, a variable."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    others = [words for words in shown_commands((ROOT / "README.md").read_text()) if not words.startswith("probe ")]
    assert others == ["pip install '.[client]'", "export ANTHROPIC_AUTH_TOKEN=…"]
    assert "client" in extras
    for target in ("run", "test", "examples"):
        planned = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert planned.returncode == 0, planned.stderr


def test_both_languages_have_the_same_commands() -> None:
    english, chinese = ((ROOT / name).read_text() for name in READMES)
    assert list(shown_commands(english)) == list(shown_commands(chinese))
    assert re.findall(r"^#+ ", english, re.MULTILINE) == re.findall(r"^#+ ", chinese, re.MULTILINE)


@pytest.mark.parametrize(
    ("readme", "capture", "report", "word"),
    [
        ("README.md", "terminal.txt", "report.md", "FLAKY. "),
        ("README.zh.md", "terminal.zh.txt", "report.zh.md", "不稳定。"),
    ],
)
def test_the_capture_is_of_the_run_that_the_chart_shows(readme: str, capture: str, report: str, word: str) -> None:
    examples = ROOT / "reports" / "examples"
    said = (examples / capture).read_text().splitlines()
    shown = re.findall(r"^```text\n(.*?)\n```$", (ROOT / readme).read_text(), re.MULTILINE | re.DOTALL)
    assert shown[0].splitlines() == said[: len(shown[0].splitlines())]
    assert said[0].startswith(word)
    assert said[0].removeprefix(word) in (examples / report).read_text()


@pytest.mark.parametrize("name", READMES)
def test_a_readme_is_short(name: str) -> None:
    """Count a Chinese character as half a word."""
    text = (ROOT / name).read_text()
    assert len(_HAN.sub("", text).split()) + len(_HAN.findall(text)) / 2 < MOST_WORDS


def test_help_in_documents_is_that_of_the_program() -> None:
    pages = list(documents())
    assert {page.relative_to(ROOT).as_posix() for page in pages} >= {"docs/index.md", "docs/zh/index.md"}
    for page in pages:
        for command, shown in BLOCK.findall(page.read_text()):
            assert shown == help_now(command, page), "run `python -m tests.shown_help`"


def test_every_exit_code_is_explained() -> None:
    text = (ROOT / "docs" / "exit-codes.md").read_text()
    assert [code for code in ExitCode if f"\n| {code.value} |" not in text] == []
