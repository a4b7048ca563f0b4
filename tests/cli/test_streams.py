"""Standard output and standard error that are closed, full or read by nobody."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from probe.cli.streams import StandardStream
from tests.conftest import Probe

EMBEDDED = ("--target", "embedded", "--fault", "none")


RUN = ("run", "--no-report", "-n", "1", "--no-prime", *EMBEDDED)


def redirected(probe: Probe, words: tuple[str, ...], redirection: str) -> int:
    """Return the exit code of `probe` with its streams redirected as a shell would; it must never say a traceback."""
    said = probe.folder / "said"
    line = f'{{ "$@" {redirection}; }} 2>{said}; exit "${{PIPESTATUS[0]}}"'
    if "|" in redirection:
        line = f'"$@" {redirection} >/dev/null; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", line, "bash", *probe.command(*words)],
        cwd=probe.folder,
        env=probe.env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    text = done.stderr.decode() + (said.read_text() if said.exists() else "")
    assert "Traceback" not in text
    assert "Exception ignored" not in text
    return done.returncode


@pytest.mark.parametrize(
    ("redirection", "code"),
    [
        ("1>&-", 5),
        (">/dev/full", 5),
        ("2>/dev/full", 5),
        (">&- 2>&-", 5),
        ("2>&1 | head -n 1", 0),
        ("| head -c 0", 0),
    ],
)
def test_a_run_is_made_and_kept_whatever_its_output_goes_to(probe: Probe, redirection: str, code: int) -> None:
    assert redirected(probe, RUN, redirection) == code
    (run,) = probe.runs()
    assert '"run_finished"' in (run / "journal.jsonl").read_text().splitlines()[-1]
    assert probe("explain").out.startswith("Round 1, call1: ok")


@pytest.mark.parametrize(
    ("words", "redirection"),
    [
        (("schema",), "1>&-"),
        (("--help",), ">/dev/full"),
        (("run", "--help"), "1>&-"),
        (("upstream", "faults"), ">/dev/full"),
    ],
)
def test_a_result_that_cannot_be_written_is_said_and_ends_with_5(
    probe: Probe, words: tuple[str, ...], redirection: str
) -> None:
    assert redirected(probe, words, redirection) == 5
    assert "probe: standard output could not be written: " in (probe.folder / "said").read_text()


def test_a_code_that_says_more_is_not_replaced(probe: Probe) -> None:
    assert redirected(probe, ("no-such-command",), "2>/dev/full") == 2
    gate = ("--fail-on", "call1.ok > 0")
    assert redirected(probe, (*RUN, *gate), ">/dev/full") == 3


def test_a_file_is_never_opened_in_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    """Keep the journal from getting what a child prints."""
    opened = f"os.open({str(tmp_path / 'journal')!r}, os.O_WRONLY | os.O_CREAT)"
    code = (
        f"import os\nfrom probe.cli.streams import standard_streams\nwith standard_streams():\n    os._exit({opened})"
    )
    line = '"$@" <&- 1>&- 2>&-'
    done = subprocess.run(["bash", "-c", line, "bash", sys.executable, "-c", code], check=False)
    assert done.returncode > 2


@pytest.mark.parametrize(("options", "said"), [([], []), (["-W", "default"], ["logged", "warned"])])
def test_what_libraries_say_is_for_their_developers(options: list[str], said: list[str]) -> None:
    program = (
        "import logging, warnings; from probe.cli.streams import silence_libraries; silence_libraries(); "
        "logging.getLogger('asyncio').warning('logged'); warnings.warn('warned')"
    )
    done = subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True, check=True)
    assert [word for word in ("logged", "warned") if word in done.stderr] == said


def test_a_stream_below_that_is_closed_already_is_no_error_at_the_end() -> None:
    log = io.StringIO()
    stream = StandardStream(log, "stderr")
    log.close()
    stream.close()
    assert stream.problem is None
