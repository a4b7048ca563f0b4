"""Standard output and standard error that are closed, full or read by nobody; and what nobody had thought of."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from probe.model.outcome import Outcome
from probe.store import RunWriter
from tests.builders import call, manifest, round_events
from tests.builders import words as words_of
from tests.conftest import Probe

RUN = ("run", "--no-report", "-n", "1", "--no-prime", "--target", "embedded", "--fault", "none")


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
    said = probe(*words).out
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
    said = probe("run", "--target", "embedded", *words, code=2).err
    assert said.startswith(f"probe: {key}: holds a byte that is no text")


@pytest.mark.parametrize("name", ["x" * 300, "a/" + "y" * 256, "é" * 200, os.fsdecode(b"\xff\xfe")])
def test_a_name_that_no_file_can_have_is_said(probe: Probe, name: str) -> None:
    for words in (("report", name), ("explain", name), ("scenarios", "validate", name), ("report", "--out", name)):
        assert probe(*words, code=None).code in {2, 4}, words


def test_a_message_drives_no_terminal(probe: Probe) -> None:
    said = probe("report", "\x9b31m\u202egnp", code=2).err
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
    assert probe("export", "--format", "jsonl").out.count('"outcome": "ok"') > 2
