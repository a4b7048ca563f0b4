"""Standard output and standard error that are closed, full or read by nobody; and what nobody had thought of."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from probe.cli import scenarios
from probe.model.outcome import Outcome
from probe.store import RunWriter
from tests.builders import call, manifest, round_events
from tests.builders import words as words_of
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
    assert probe.inside("explain").out.startswith("Round 1, call1: ok")


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


def test_a_defect_is_said_in_a_few_words_with_its_traceback_in_a_file(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody thought of a-secret-of-mine")

    monkeypatch.setattr(scenarios, "put", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(probe.folder))
    ran = probe.inside("scenarios", "list", code=1, ANTHROPIC_AUTH_TOKEN="a-secret-of-mine")
    assert ran.err.startswith("probe: a defect in probe: RuntimeError: nobody thought of")
    (kept,) = probe.folder.glob("probe-defect-*.txt")
    assert str(kept) in ran.err
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "in fail" in kept.read_text()
    assert "a-secret-of-mine" not in kept.read_text()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(36, "File name too long", "x" * 300), 4, "File name too long"),
        (PermissionError(13, "Permission denied", "/somewhere"), 4, "probe: Permission denied: /somewhere"),
        (MemoryError(), 4, "not enough memory"),
        (EOFError("no more"), 1, "a defect in probe: EOFError"),
        (BrokenPipeError(32, "Broken pipe"), 1, "a defect in probe: BrokenPipeError"),
        (KeyboardInterrupt(), 130, "probe: interrupted"),
    ],
)
def test_how_a_command_ends_that_met_what_it_did_not_expect(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(scenarios, "put", fail)
    assert said in probe.inside("scenarios", "list", code=code).err


@pytest.mark.parametrize(
    "words",
    [
        ("explain",),
        *(("report", "--format", form) for form in ("markdown", "html", "json", "junit", "csv")),
        ("report", "--lang", "zh"),
        *(("export", "--format", form) for form in ("jsonl", "openmetrics")),
    ],
)
def test_what_drives_a_terminal_stays_in_the_journal(probe: Probe, words: tuple[str, ...]) -> None:
    """Give a stranger's text: the start of an escape in one letter (C1), and letters that turn the line round."""
    hostile = "\x9b31m\u202egnp.exe\u2066\x85\x1b]0;title\x07"
    bad = call(
        1,
        1,
        Outcome.SERVER_ERROR,
        cause=hostile,
        evidence=hostile,
        model_requested=hostile,
        client=words_of(model=hostile),
    )
    with RunWriter.create(probe.folder / "reports/runs/one", manifest(rounds=1)) as writer:
        for event in round_events(bad, call(1, 2)):
            writer.on_event(event)
    said = probe.inside(*words).out
    assert "gnp.exe" in said or words[-1] == "openmetrics"
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", said)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("--prepare", "true \udcff"), "--prepare"),
        (("--client", "\udcff"), "--client"),
        (("--fault", "wrong_text(text=\udcff)"), "--fault"),
        (("--env", "NOTE=\udcff"), "--env NOTE"),
        (("--fail-on", "n > \udcff"), "--fail-on"),
    ],
)
def test_bytes_that_are_no_text_are_refused_before_they_would_be_kept(
    probe: Probe, words: tuple[str, ...], key: str
) -> None:
    said = probe.inside("run", "--target", "embedded", *words, code=2).err
    assert said.startswith(f"probe: {key}: holds a byte that is no text")


@pytest.mark.parametrize("name", ["x" * 300, "a/" + "y" * 256, "é" * 200, os.fsdecode(b"\xff\xfe")])
def test_a_name_that_no_file_can_have_is_said(probe: Probe, name: str) -> None:
    for words in (("report", name), ("explain", name), ("scenarios", "validate", name), ("report", "--out", name)):
        assert probe.inside(*words, code=None).code in {2, 4}, words


def test_a_message_drives_no_terminal(probe: Probe) -> None:
    said = probe.inside("report", "\x9b31m\u202egnp", code=2).err
    assert "no such run" in said
    assert not {"\x9b", "\u202e"} & set(said)


@pytest.mark.slow
def test_a_file_that_grows_beyond_what_the_disk_takes_ends_the_run_and_keeps_it(probe: Probe, tmp_path: Path) -> None:
    """Limit the size of files instead of filling a disk: the system refuses to write on, with part of it written."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (24_000, 24_000))\n"
    arguments = f"import sys; sys.argv = ['probe', *{RUN!r}, '-n', '50']; "
    start = limit + arguments + "import runpy; runpy.run_module('probe', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", start],
        cwd=probe.folder,
        env=probe.env(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (4, False), done.stderr
    assert "cannot be written: File too large" in done.stderr
    assert probe.inside("export", "--format", "jsonl").out.count('"outcome": "ok"') > 2


@pytest.mark.parametrize(("options", "said"), [([], []), (["-W", "default"], ["logged", "warned"])])
def test_what_libraries_say_is_for_their_developers(options: list[str], said: list[str]) -> None:
    program = (
        "import logging, warnings; from probe.cli.streams import silence_libraries; silence_libraries(); "
        "logging.getLogger('asyncio').warning('logged'); warnings.warn('warned')"
    )
    done = subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True, check=True)
    assert [word for word in ("logged", "warned") if word in done.stderr] == said
