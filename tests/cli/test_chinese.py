"""Every command in Chinese: no line of prose is English, whatever the command and however it ends."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from probe.cli import app
from probe.cli.command_group import COMMANDS
from probe.render.text_layout import width
from probe.texts.translations import TRANSLATIONS
from tests.conftest import Probe

HAN = re.compile(r"[\u4e00-\u9fff]")
PROSE = re.compile(r"(?:\b[a-z]{2,}\b[ ,;:]+){2,}\b[a-z]{2,}\b|\b[A-Z]?[a-z]{2,} [a-z]{2,}\b[.:]?$")
"""Three English words in a row, or two of them alone at the end of a line."""
DATA = (
    re.compile(r"^\s+\S*stub_client\.py .*--print "),  # a command line
    re.compile(r"Reply with exactly: "),  # a prompt
    re.compile(r"This is not the text you asked for"),  # a default of a fault's parameter
    re.compile(r"^\s+main POST |^\s*call\d+ "),  # rows of data
    re.compile(r"^(?:Plain HTTP|run|report): "),
)
TARGET = ("--target", "embedded", "--no-prime")


def english(text: str) -> list[str]:
    """Return the lines of a text that are English prose."""
    lines = (line for line in text.splitlines() if PROSE.search(line) and not HAN.search(line))
    return [line for line in lines if not any(known.search(line) for known in DATA)]


def test_english_is_recognised() -> None:
    said = "Round 1, call1: ok\n  the client finishes\n第 1 轮\nNo run is stored here.\nHTTP 200, text/event-stream\nOK"
    assert english(said) == ["  the client finishes", "No run is stored here."]


@pytest.fixture
def chinese(probe: Probe) -> Probe:
    return Probe(probe.folder, {**probe.environment, "PROBE_LANG": "zh"})


GOOD = [
    ("check", "--no-client"),
    ("check", "--deep", "--no-client", "--only", "cache,usage,model"),
    ("check", "--deep", "--no-client", "--only", "cache", "--fault", "no_cache", "--format", "markdown"),
    ("check", "--deep", "--list"),
    ("run", "-n", "1", "--fault", "none", *TARGET),
    ("run", "-n", "1", "--dry-run", "--fault", "none", *TARGET),
    ("plan", "--first-fails", "30%"),
    ("targets", "list"),
    ("ls",),
    ("explain",),
    ("export", "--output", "calls.csv"),
    ("report",),
    ("compare", "latest~1", "latest"),
    ("nightly", "-n", "1", "--fault", "none", "--history", "nights", *TARGET),
    ("trend", "--history", "nights"),
    ("capture", "--output", "first.json"),
    ("capture", "--output", "second.json"),
    ("capture", "--diff", "first.json", "second.json"),
    ("replay", "first.json", "-n", "1", "--target", "embedded", "--fault", "none"),
    ("tolerance", "--upto", "1s", "--wait", "gap"),
    ("scenarios", "list"),
    ("scenarios", "validate", "cold-start"),
    ("upstream", "faults"),
    ("bundle",),
    ("rm", "latest~1", "--yes"),
    ("init", "--yes", "--no-check", "--base-url", "http://127.0.0.1:9", "--model", "m"),
    ("record", "--", "true"),
    ("man", "--directory", "pages"),
]
"""Commands that succeed, in an order in which each finds what it needs."""
WITHOUT_PROSE = {"schema", "show", "completion"}
"""Commands that print data alone, or open a browser."""
ELSEWHERE = {"history", "fleet"}
"""Commands that need an extra of their own: `tests/cli/test_history.py` and `tests/fleet` let them speak Chinese."""


def test_all_commands_are_tried() -> None:
    assert {words[0] for words in GOOD} | WITHOUT_PROSE | ELSEWHERE >= set(COMMANDS)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_commands_that_succeed_speak_chinese(chinese: Probe) -> None:
    for words in [("run", "-n", "1", "--fault", "none", *TARGET), *GOOD]:
        ran = chinese.alone(*words) if words[0] == "record" else chinese(*words)  # which passes its output on
        assert english(ran.out + ran.err) == [], words
    pages = [page.read_text() for page in chinese.folder.rglob("report.md")]
    assert pages
    assert [line for page in pages for line in english(page)] == []


@pytest.mark.slow
def test_commands_that_find_a_fault_speak_chinese(chinese: Probe) -> None:
    for fault in ("status(code=503)", "hang"):
        words = ("-n", "1", "--fault", fault, "--timeout", "1s", "--fail-on", "call1.failed > 0", *TARGET)
        told = [chinese("run", *words, code=None), chinese("explain")]
        told.append(chinese("check", "--no-client", "--timeout", "1s", "--fault", fault, code=None))
        for ran in told:
            assert english(ran.out + ran.err) == [], fault


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("run", "--rounds", "0"),
        ("run", "--nope"),
        ("run", "--timeout", "soon"),
        ("run", "--rounds"),
        ("run", "--target", "glm"),
        ("run", "--scenario", "warm"),
        ("run", "--fault", "hangg"),
        ("run", "--fail-on", "call1.sadness > 1"),
        ("run", "--env", "NOVALUE"),
        ("run", "--base-url", "http://127.0.0.1:9"),
        ("run", "--base-url", "http://127.0.0.1:9", "--model", "m"),
        ("run", "--client", "no-such-program"),
        ("report",),
        ("report", "nothing"),
        ("explain", "--round", "9"),
        ("compare", "one"),
        ("replay", "nothing.json"),
        ("capture", "--diff", "one", "two"),
        ("export", "--format", "parquet"),
        ("check", "--target", "nowhere"),
        ("tolerance", "--upto", "1s", "--precision", "2s"),
        ("scenarios", "show", "nothing"),
        ("plan", "--first-fails", "x"),
        ("init", "--yes"),
        ("rm",),
        ("bundle", "nothing"),
        ("man", "runn"),
        ("man", "run", "--directory", "pages"),
    ],
)
def test_errors_speak_chinese(chinese: Probe, words: tuple[str, ...]) -> None:
    ran = chinese(*words, code=None)
    assert ran.code in {2, 4}
    assert HAN.search(ran.err)
    assert english(ran.err) == []


def test_findings_of_the_json_report_speak_chinese(chinese: Probe) -> None:
    report = json.loads(chinese("check", "--no-client", "--json").out)
    assert [finding["title"] for finding in report["findings"] if not HAN.search(finding["title"])] == []


def test_summary_for_a_ci_is_chinese(chinese: Probe, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    chinese("nightly", "-n", "1", "--fault", "none", "--history", "nights", "--summary", str(summary), *TARGET)
    assert HAN.search(summary.read_text())
    assert english(summary.read_text()) == []


def all_commands() -> Iterator[tuple[str, Any]]:
    """Yield all commands and groups of commands with their names."""
    commands: list[tuple[str, Any]] = [("probe", get_command(app))]
    while commands:
        name, command = commands.pop()
        commands += [(f"{name} {each}", command.commands[each]) for each in getattr(command, "commands", ())]
        yield name, command


def help_texts(command: Any) -> list[str]:
    """Return the texts of a command's help: paragraphs, options, headings."""
    paragraphs = "\n\n".join(inspect.cleandoc(text) for text in (command.help, command.epilog) if text).split("\n\n")
    prose = [" ".join(paragraph.split()) for paragraph in paragraphs if not paragraph.startswith("\b")]
    headings = [getattr(param, "rich_help_panel", None) for param in command.params]
    return [text for text in (*prose, *(param.help for param in command.params), *headings) if text]


def test_all_help_has_its_chinese(chinese: Probe) -> None:
    texts = ((name, text) for name, command in all_commands() for text in help_texts(command))
    assert [f"{name}: {text}" for name, text in texts if text not in TRANSLATIONS] == []
    page = chinese("run", "--help").out
    assert page.startswith("用法：")
    assert "自带场景的名称，或文件。（默认：cold-start）" in page
    assert max(map(width, page.partition("示例")[0].splitlines())) <= 80
