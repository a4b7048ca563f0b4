"""The manual pages: they say what the help says, and `man` shows them without a complaint."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from probe.cli import app
from probe.cli.command_group import COMMANDS
from probe.cli.man_page import manual_page, page_names, roff
from probe.model.choices import Language
from probe.texts import Texts
from tests.conftest import Probe

ROOT = get_command(app)


def shown(page: str) -> str:
    """Return the page as `man` shows it, on one line of text. Whatever the formatter complains of is an error."""
    command = ["man", "--warnings", "--local-file", "-"]
    env = {"PATH": "/usr/bin:/bin", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, input=page, env=env, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return " ".join(re.sub(r".\x08", "", done.stdout).replace("‐", "-").split())


@pytest.mark.skipif(shutil.which("man") is None, reason="this machine has no man")
@pytest.mark.parametrize("names", [(), ("run",), ("history", "query")], ids=" ".join)
def test_man_shows_a_page(names: tuple[str, ...]) -> None:
    text = shown(manual_page(names, ROOT, Texts()))
    assert text.startswith(f"{'-'.join(('PROBE', *names)).upper()}(1)")
    assert "--lang [en|zh] Language of output and reports." in text


def test_a_page_says_what_the_help_says(probe: Probe) -> None:
    page = probe("man", "run").out
    assert ".TP\n.B \\-\\-until\\-sure\nStop as soon as the verdict is settled.\n" in page
    assert ".SH EXAMPLES\n.nf\n" in page
    assert "\nprobe run \\-\\-target glm \\-\\-until\\-sure \\-\\-control\n" in page
    chinese = probe("man", "run", "--lang", "zh").out
    assert ".SH 概要\n" in chinese
    assert "一有结论就停止" in chinese


def test_each_command_has_a_page(probe: Probe) -> None:
    probe("man", "--directory", "share/man")
    names = {path.stem for path in (probe.folder / "share" / "man" / "man1").iterdir()}
    assert names >= {"probe", "probe-history-query", *(f"probe-{name}" for name in COMMANDS)}
    assert len(names) == len(list(page_names(ROOT)))


def test_every_page_is_sound_in_both_languages() -> None:
    for language in Language:
        for names in page_names(ROOT):
            page = manual_page(names, ROOT, Texts(language))
            requests = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
            assert requests <= {".TH", ".SH", ".PP", ".TP", ".B", ".nf", ".fi", ".ad", ".nh"}, names
            assert "\b" not in page, names


@pytest.mark.parametrize(
    ("text", "written"),
    [("--a\\b", "\\-\\-a\\(rsb"), (".SH x", "\\&.SH x"), ("'x'", "\\(aqx\\(aq"), ("a\n  b", "a b")],
)
def test_text_is_no_request(text: str, written: str) -> None:
    assert roff(text) == written


def test_a_name_that_no_command_has(probe: Probe) -> None:
    said = probe("man", "history", "querry", code=2).err
    assert said == "probe: no command 'querry'\n`probe --help` lists the commands.\n"
    assert "Did you mean run?" in probe("man", "runn", code=2).err
    assert "Leave the command out." in probe("man", "run", "--directory", "x", code=2).err


def test_a_directory_that_cannot_be_written(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in probe("man", "--directory", "file", code=4).err
