"""`probe explain` of a scripted run: which calls it tells of, what stands where, and what it refuses."""

import re
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from probe.cli.explain import explain
from probe.model.call import Call
from probe.model.outcome import Outcome
from probe.store import RunWriter
from tests.builders import call, flags, manifest, round_events
from tests.cli.terminal import ShownText
from tests.conftest import Probe

pytestmark = pytest.mark.usefixtures("quick")

EMBEDDED = ("--target", "embedded", "--fault", "none", "--no-prime")
FAILING = ((call(1, 1), call(1, 2)), (call(2, 1, Outcome.OVERLOADED, cause="529"), call(2, 2)))


def store(folder: Path, *rounds: tuple[Call, ...]) -> Path:
    """Keep a run with these rounds where `probe` looks for runs."""
    path = folder / "reports" / "runs" / "one"
    with RunWriter.create(path, manifest(rounds=len(rounds))) as writer:
        for calls in rounds:
            for event in round_events(*calls):
                writer.on_event(event)
    return path


@pytest.mark.parametrize(
    ("rounds", "choice", "heads"),
    [
        (FAILING, "Round 2, call1 is the only call that failed.", ["Round 2, call1: overloaded", "Round 2, call2: ok"]),
        (
            (FAILING[0], (call(2, 1), call(2, 2, flags=flags("retried")))),
            "No call failed. Round 2, call2 is the only one that succeeded only after a silent retry.",
            ["Round 2, call1: ok", "Round 2, call2: ok"],
        ),
        (
            (FAILING[0], (call(2, 1), call(2, 2, wall_ms=9000.0))),
            "No call failed or was retried. Round 2, call2 took the longest.",
            ["Round 2, call1: ok", "Round 2, call2: ok"],
        ),
    ],
)
def test_without_a_round_that_of_the_most_telling_call_is_told_and_why_on_standard_error(
    probe: Probe, rounds: tuple[tuple[Call, ...], ...], choice: str, heads: list[str]
) -> None:
    store(probe.folder, *rounds)
    ran = probe("explain")
    assert ran.err == f"{choice} Others: --round N (1 to 2), --step LABEL.\n"
    stories = ran.out.split("\n\nRound ")
    assert len(stories) == 2
    assert stories[0].startswith(heads[0])
    assert f"Round {stories[1]}".startswith(heads[1])


def test_a_round_that_is_named_is_told_without_a_reason(probe: Probe) -> None:
    store(probe.folder, *FAILING)
    ran = probe("explain", "one", "--round", "1")
    assert ran.err == ""
    assert [line.partition(":")[0] for line in ran.out.splitlines() if line.startswith("Round")] == [
        "Round 1, call1",
        "Round 1, call2",
    ]


def test_of_a_step_only_its_own_call_is_told_and_the_choice_is_among_its_calls(probe: Probe) -> None:
    store(probe.folder, *FAILING, (call(3, 1), call(3, 2, wall_ms=9000.0)))
    ran = probe("explain", "--step", "call2")
    assert ran.out.startswith("Round 3, call2: ok")
    assert "call1:" not in ran.out
    assert ran.err.startswith("No call failed or was retried. Round 3, call2 took the longest.")


def test_a_terminal_gets_lines_that_fit_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = store(tmp_path, (call(1, 1, Outcome.OVERLOADED, cause="529", evidence="overloaded " * 20),))
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    shown = ShownText()
    monkeypatch.setattr(sys, "stdout", shown)
    explain(str(path), None, 1, None, tmp_path)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.getvalue()).splitlines()
    assert lines[0].startswith("Round 1, call1: overloaded")
    assert [line for line in lines if cell_len(line) > 60 and "00000000-0000" not in line] == []
    assert " ".join(lines).count("overloaded") >= 20


def test_a_number_of_a_request_is_for_recordings(probe: Probe) -> None:
    store(probe.folder, *FAILING)
    assert "REQUEST" in probe("explain", "one", "7", code=2).err


def test_a_run_without_its_journal_is_explained_from_its_summaries(probe: Probe) -> None:
    probe.run("-n", "1", *EMBEDDED)
    before = probe("explain").out
    (probe.runs()[0] / "journal.jsonl").unlink()
    assert probe("explain").out == before
    assert "Round 1, call1: ok" in before


def test_without_a_recorder_a_call_is_told_by_the_clients_words(probe: Probe) -> None:
    probe.run("-n", "1", *EMBEDDED, "--no-recorder")
    said = probe("explain", "--round", "1", "--step", "call1").out
    assert "Where the time went (as the client reports it):" in said
    assert "Nothing was recorded on the wire." in said


def test_a_client_that_sends_nothing_is_seen_to_send_nothing(probe: Probe) -> None:
    probe.run("-n", "1", *EMBEDDED, "--env", "STUB=hang", "--timeout", "1s", code=3)
    said = probe("explain").out
    assert "Cause: no_request" in said
    assert "On the wire, 0 exchanges" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--round", "9"], "no call of round 9"),
        (["--round", "1", "--step", "call7"], "steps: call1, call2"),
        (["nothing"], "no such run"),
    ],
)
def test_explaining_what_is_not_there(probe: Probe, words: list[str], said: str) -> None:
    store(probe.folder, *FAILING)
    assert said in probe("explain", *words, code=2).err
