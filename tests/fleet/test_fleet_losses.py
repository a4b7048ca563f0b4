"""Members of a fleet that are killed or stand still: no round is lost, none made twice under one attempt."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from probe.model.choices import Language
from probe.model.note import NoteCode
from probe.render.phrases import note_sentence
from probe.reporting.build_report import report_of
from probe.store import read_run
from probe.texts import Texts
from tests.fleet.kills import KillTest
from tests.fleet.members import TOKENS, FleetOnLoopback, Member, wait_until
from tests.fleet.witness import Asked, read_log

GLM = ("--target", "glm", "--driver", "messages", "--no-preflight")
FRA = (*GLM, "--vantage", "fra")
STEPS = ("call1", "call2")


def finished(fleet: FleetOnLoopback, arm: str) -> list[tuple[int, int]]:
    """Return round and attempt of the rounds that are stored whole."""
    return sorted(read_run(fleet.run_directory / "arms" / arm).finished.items())


def has_finished(fleet: FleetOnLoopback, arm: str, rounds: int) -> bool:
    has_arm = fleet.has_run() and (fleet.run_directory / "arms" / arm / "journal.jsonl").exists()
    return has_arm and len(finished(fleet, arm)) >= rounds


def hang(fleet: FleetOnLoopback, seconds: float) -> None:
    """Let the upstream wait before each answer from now on."""
    (fleet.folder / "delay").write_text(str(seconds))


def asked(fleet: FleetOnLoopback) -> int:
    return read_log(fleet.log).total()


def incomplete(run: Path, language: Language) -> list[str]:
    """Return what a run's report says of arms that lack rounds."""
    notes = (note for section in report_of([run]).sections for note in section.notes)
    return [note_sentence(note, Texts(language)) for note in notes if note.code is NoteCode.INCOMPLETE]


def end_well(fleet: FleetOnLoopback, run: Member, rounds: int, arm: str = "glm@fra") -> None:
    """Wait for the end of the run, and compare what it has stored with what the upstream saw."""
    assert run.process.wait(90) == 0, run.said
    assert sorted(number for number, _ in finished(fleet, arm)) == list(range(1, rounds + 1))
    seen = read_log(fleet.log)
    assert max(seen.values()) == 1, "no attempt was made twice"
    assert {line.split()[-1] for line in fleet.log.read_text().splitlines()} <= set(TOKENS.values())
    for number, attempt in finished(fleet, arm):
        assert all(seen[Asked(arm, number, attempt, label)] == 1 for label in STEPS)


@pytest.mark.slow
def test_a_worker_that_is_killed_within_a_round_costs_that_attempt(fleet: FleetOnLoopback) -> None:
    fleet.start_all("fra")
    run = fleet.start_run(*FRA, "-n", "3")
    wait_until(lambda: has_finished(fleet, "glm@fra", 1), "a round")
    hang(fleet, 30)
    before = asked(fleet)
    wait_until(lambda: asked(fleet) > before, "a call that hangs")
    fleet.workers["fra"].kill()
    hang(fleet, 0)
    fleet.start_worker("fra")
    end_well(fleet, run, 3)
    assert [attempt for _, attempt in sorted(finished(fleet, "glm@fra"))].count(2) == 1
    assert "The vantage fra is lost" in run.said
    assert "The vantage fra is back" in run.said


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before the round", "between the round and its result"])
def test_a_worker_that_is_killed_around_a_round(fleet: FleetOnLoopback, when: str) -> None:
    """Killed before it, the round is made under the next attempt; after it, the spool hands it out as it was made."""
    fleet.start_worker("fra", DIES=when).wait_for("Connected")
    run = fleet.start_run(*FRA, "-n", "3")
    fleet.workers["fra"].process.wait(60)
    fleet.start_worker("fra")
    end_well(fleet, run, 3)
    attempts = dict(finished(fleet, "glm@fra"))
    assert attempts[2] == (2 if when == "before the round" else 1)


@pytest.mark.slow
def test_a_vantage_that_does_not_come_back_leaves_the_others_going_and_the_run_resumable(
    fleet: FleetOnLoopback,
) -> None:
    fleet.start_all("fra", "sin")
    run = fleet.start_run(*FRA, "--vantage", "sin", "-n", "8", "--vantage-wait", "1s")
    wait_until(lambda: has_finished(fleet, "glm@fra", 2), "two rounds")
    fleet.workers["sin"].kill()
    assert run.process.wait(60) == 4, run.said
    assert "The vantage sin makes no further rounds: no worker came back within 1.00 s" in run.said
    assert "probe run --resume" in run.said
    (remark,) = incomplete(fleet.run_directory, Language.EN)
    assert remark.endswith("its vantage was lost (no worker came back within 1.00 s).")
    assert len(finished(fleet, "glm@fra")) == 8
    assert len(finished(fleet, "glm@sin")) < 8
    fleet.start_worker("sin").wait_for("Connected")
    again = fleet.start_run("--resume", str(fleet.run_directory))
    end_well(fleet, again, 8)
    end_well(fleet, again, 8, "glm@sin")


@pytest.mark.slow
def test_a_coordinator_that_is_killed_goes_on_with_what_vantages_have_kept(fleet: FleetOnLoopback) -> None:
    fleet.start_all("fra")
    run = fleet.start_run(*FRA, "-n", "6")
    wait_until(lambda: has_finished(fleet, "glm@fra", 2), "two rounds")
    run.kill()
    end_well(fleet, fleet.start_run("--resume", str(fleet.run_directory)), 6)


@pytest.mark.slow
def test_a_scheduler_that_is_killed_ends_the_run_in_an_orderly_way(whole_fleet: FleetOnLoopback) -> None:
    fleet = whole_fleet
    fleet.start_all("fra")
    run = fleet.start_run(*FRA, "-n", "5000", "--vantage-wait", "30s")
    wait_until(lambda: has_finished(fleet, "glm@fra", 2), "two rounds")
    fleet.scheduler.kill()
    assert run.process.wait(60) == 4, run.said
    assert "No further rounds are made: the scheduler does not answer" in run.said
    assert "probe run --resume" in run.said
    assert "Traceback" not in run.said
    assert "distributed" not in run.said, "Dask's log is not for the user"
    fleet.start_scheduler().wait_for("://")
    fleet.workers["fra"].wait_for("Connected", times=2)
    rounds = len(finished(fleet, "glm@fra")) + 2
    end_well(fleet, fleet.start_run("--resume", str(fleet.run_directory), "-n", str(rounds)), rounds)


@pytest.mark.slow
def test_ctrl_c_ends_the_rounds_at_all_vantages(fleet: FleetOnLoopback) -> None:
    fleet.start_all("fra", "sin")
    hang(fleet, 60)
    run = fleet.start_run(*FRA, "--vantage", "sin", "-n", "3")
    wait_until(lambda: fleet.log.exists() and asked(fleet) == 2, "a call at each vantage")
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(30) == 130, run.said
    assert "probe run --resume" in run.said
    hang(fleet, 0)
    end_well(fleet, fleet.start_run("--resume", str(fleet.run_directory)), 3)


@pytest.mark.slow
def test_a_worker_that_stands_still_beyond_its_lease_gives_its_round_up(fleet: FleetOnLoopback) -> None:
    fleet.start_worker("fra", LEASE_S="3").wait_for("Connected")
    run = fleet.start_run(*FRA, "-n", "3")
    wait_until(lambda: has_finished(fleet, "glm@fra", 1), "a round")
    hang(fleet, 2)
    before = asked(fleet)
    wait_until(lambda: asked(fleet) > before, "a call")
    os.kill(fleet.workers["fra"].process.pid, signal.SIGSTOP)
    time.sleep(4)
    os.kill(fleet.workers["fra"].process.pid, signal.SIGCONT)
    hang(fleet, 0)
    end_well(fleet, run, 3)
    assert 2 in dict(finished(fleet, "glm@fra")).values(), "the attempt that stood still tells nothing"


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_random_kills_lose_no_round_and_make_none_twice(tmp_path: Path) -> None:
    """Kill a few members; `python -m benchmarks kills` kills two hundred."""
    pytest.importorskip("distributed")
    report = KillTest(tmp_path, seed=14, kills=4).run()
    assert (report.lost, report.twice, report.incomplete) == ([], [], []), str(report)
    assert report.finished == report.rounds


@pytest.mark.slow
def test_a_vantage_that_cannot_write_is_given_up_and_the_others_go_on(fleet: FleetOnLoopback) -> None:
    fleet.start_all("fra", "sin")
    run = fleet.start_run(*FRA, "--vantage", "sin", "-n", "30", "-q")
    wait_until(lambda: has_finished(fleet, "glm@sin", 2), "two rounds")
    (spooled,) = (fleet.folder / "spool-sin" / "runs").iterdir()
    spooled.rename(fleet.folder / "away")
    run.process.wait(90)
    assert "Round 1" not in run.said, "it is quiet"
    assert "The vantage sin makes no further rounds: sin: " in run.said
    assert "cannot be written" in run.said
    assert "probe run --resume" in run.said
    assert len(finished(fleet, "glm@fra")) == 30
    assert len(finished(fleet, "glm@sin")) < 30
    (remark,) = incomplete(fleet.run_directory, Language.ZH)
    assert re.search(r"观测点失联（sin：.*：无法写入：.*）。$", remark)
