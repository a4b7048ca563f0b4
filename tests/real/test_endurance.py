"""Runs that are cut short: Ctrl-C, SIGTERM, SIGKILL; and going on with them."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Probe, calls, journal
from tests.real.support import inhabitants
from tests.upstream.support import wait_until

pytestmark = pytest.mark.real

SLOW = ("--fault", "cold_start(delay=400ms, on=call1)")


def wait_for(run: Probe, process: "subprocess.Popen[str]", event: str, count: int = 1) -> Path:
    """Wait until the journal holds so many of an event; the run."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if run.runs() and (run.runs()[-1] / "journal.jsonl").exists():
            text = (run.runs()[-1] / "journal.jsonl").read_text()
            if text.count(f'"event":"{event}"') >= count:
                return run.runs()[-1]
        time.sleep(0.02)
    raise AssertionError(f"no {event}: {process.poll()}")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_the_call_in_flight_and_keeps_the_rest(real_probe: Probe, number: signal.Signals) -> None:
    process = real_probe.start("run", "--no-prime", "-n", "9", "--fault", "hang(on=call2, every=2)")
    run = wait_for(real_probe, process, "call_started", 4)
    time.sleep(1)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"probe run --resume {run.relative_to(real_probe.folder)}" in err
    assert [call["diagnosis"]["outcome"] for call in calls(run)] == ["ok", "ok", "ok", "interrupted"]
    assert journal(run)[-1]["reason"] == "interrupted"
    assert "1 of 9 rounds; it was interrupted" in (run / "report.md").read_text()
    assert inhabitants(real_probe.folder / "tmp") == []
    assert list((real_probe.folder / "tmp").iterdir()) == []


def test_a_second_ctrl_c_leaves_at_once_and_nothing_behind(real_probe: Probe) -> None:
    process = real_probe.start("run", "--no-prime", "-n", "9", "--fault", "hang")
    wait_for(real_probe, process, "call_started")
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert any("press Ctrl-C again" in line for line in process.stderr)  # two at once would be one
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    tmp = real_probe.folder / "tmp"
    wait_until(lambda: not any(tmp.iterdir()) and not inhabitants(tmp))  # of which the guardian is the last


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_sigkill_at_random_moments_and_resume_lose_nothing_and_repeat_nothing(
    real_probe: Probe,
) -> None:  # complexity: one loop of kills
    rounds, seed = 4, 20261121
    chance = random.Random(seed)
    words: tuple[str, ...] = ("run", "--no-report", "--no-prime", "-n", str(rounds), *SLOW)
    finished: dict[int, str] = {}
    kills, longest_s = 0, 5.0
    for _ in range(40):
        process = real_probe.start(*words)
        patience_s = chance.uniform(0.3, longest_s)
        try:
            process.communicate(timeout=patience_s)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            kills += 1
        if not real_probe.runs():
            longest_s *= 1.2  # a busy machine has not begun the run by then
            continue
        run = real_probe.runs()[-1]
        assert len(real_probe.runs()) == 1
        if not (run / "journal.jsonl").exists():  # killed while it was made, there is nothing to go on with
            shutil.rmtree(run)
            continue
        words = ("run", "--no-report", "--resume", str(run))
        for number, text in finished.items():
            assert (run / f"rounds/{number:04d}/summary.json").read_text() == text, f"round {number} changed"
        done = [event["round"] for event in _whole_lines(run) if event["event"] == "round_finished"]
        assert len(done) == len(set(done)), "a finished round was run again"
        if len(done) == len(finished) and patience_s > 0.7 * longest_s:
            longest_s *= 1.5  # a slow machine finishes no round in so short a time
        finished = {number: (run / f"rounds/{number:04d}/summary.json").read_text() for number in done}
        if process.returncode == 0:
            break
    assert sorted(finished) == list(range(1, rounds + 1))
    assert kills >= 2, "the run was never killed, so nothing is proved"
    (section,) = real_probe("report", "--format", "json").json["sections"]
    assert [step["n"] for step in section["steps"]] == [rounds, rounds]
    assert section["corrupt"] == {}
    wait_until(lambda: not inhabitants(real_probe.folder / "tmp"))


def _whole_lines(run: Path) -> list[dict[str, Any]]:
    text = (run / "journal.jsonl").read_text()
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
