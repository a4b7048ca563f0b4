"""Reports and comparisons on a real terminal, a pseudo-terminal that is: its width, its colours, no raw Markdown."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from rich.cells import cell_len

from probe.store.nights import append_nights
from tests.conftest import Probe
from tests.reporting.stored_nights import nights

RUNS = sorted((Path(__file__).parents[1] / "golden" / "runs").glob("*/manifest.json"))
RUN, OTHER = (str(path.parent) for path in RUNS[:2])
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*[34][0-7]m")
"""Escapes that set a colour, and not merely bold."""


def at_terminal(probe: Probe, columns: int, *words: str, code: int = 0) -> str:
    """Run `probe` with all streams on a terminal of this width, and return all that it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = probe.env(TERM="xterm-256color")
    command = probe.command(*words)
    with subprocess.Popen(
        command, cwd=probe.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        os.close(ours)
        assert process.wait(60) == code, shown.decode()
    return shown.decode().replace("\r\n", "\n")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # all have closed the other end
        return b""


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_fits_the_terminal(probe: Probe, columns: int, language: str) -> None:
    shown = at_terminal(probe, columns, "report", RUN, "-v", "--lang", language)
    assert COLOUR.search(shown)
    lines = ESCAPE.sub("", shown).splitlines()
    assert [line for line in lines if line.lstrip().startswith(("|", "#", "```"))] == []
    unbroken = [
        line for line in lines if cell_len(line) > columns and not line.startswith("    ")
    ]  # ids are left whole
    assert unbroken == []
    assert len(lines) > 20


def test_a_comparison_on_a_terminal_begins_with_what_it_comes_to(probe: Probe) -> None:
    shown = ESCAPE.sub("", at_terminal(probe, 80, "compare", RUN, OTHER))
    assert shown.startswith("Too few calls to say whether")
    assert not [line for line in shown.splitlines() if line.startswith(("|", "#", "**"))]


def test_a_pipe_gets_markdown_without_escapes_whatever_colours_are_forced(probe: Probe) -> None:
    piped = probe("report", RUN, FORCE_COLOR="1", CLICOLOR_FORCE="1").out
    assert piped.startswith("# probe report")
    assert "\x1b" not in piped
    assert at_terminal(probe, 80, "report", RUN, "--format", "markdown") == piped


@pytest.mark.parametrize(("columns", "last_column"), [(60, "call1 failed"), (160, "client")])
def test_nights_begin_with_what_the_last_one_comes_to_and_leave_columns_out(
    probe: Probe, columns: int, last_column: str
) -> None:
    append_nights(probe.folder, *nights(0, 3, 0, 0, 15, 15))
    shown = ESCAPE.sub("", at_terminal(probe, columns, "trend", "--history", str(probe.folder)))
    title, conclusion, *_ = (line for line in shown.splitlines() if line.strip())
    assert title == "Nights of relay"
    assert conclusion.startswith("ALARM: worse than the")
    head = next(line for line in shown.splitlines() if line.startswith("night (UTC)"))
    assert head.rstrip().endswith(last_column)
    assert re.search(r"2026-11-26 07:30 +alarm +OK +15 of 30", shown)
    assert max(map(cell_len, shown.splitlines())) <= columns


def test_the_result_of_a_run_on_a_terminal_names_the_report_in_one_line(probe: Probe) -> None:
    words = ("run", "-n", "1", "--no-prime", "--target", "embedded", "--fault", "none")
    shown = ESCAPE.sub("", at_terminal(probe, 60, *words))
    assert re.search(r"\n UNKNOWN  No call failed, but 2 is too few to say OK;", shown)
    place = probe.runs()[0].relative_to(probe.folder)
    assert shown.rstrip().endswith(f"\nReport: {place}/report.html")


def test_a_check_on_a_terminal_begins_with_whether_it_works(probe: Probe) -> None:
    words = ("check", "--no-client", "--fault", "status(code=503)")
    shown = ESCAPE.sub("", at_terminal(probe, 60, *words, code=3))
    found = shown[shown.index("Something is wrong: 1 wrong.") :].splitlines()
    assert found[2].startswith("wrong ")
    assert max(map(cell_len, shown.splitlines())) <= 60
