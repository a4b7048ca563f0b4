"""Kill members of a fleet at random while a run goes on, and let the witness say what was made of it."""

import math
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from probe.store import read_run
from tests.fleet.members import FleetOnLoopback, Member
from tests.fleet.witness import Asked, read_log

VANTAGES = ("fra", "sin")
ARMS = tuple(f"glm@{vantage}" for vantage in VANTAGES)
MEMBERS = ("fra", "sin", "coordinator", "scheduler")
STEPS = ("call1", "call2")
_ROUNDS_A_KILL = 12
_LONGEST_PAUSE_S = 1.0
_MOST_STARTS = 40
"""Starts of the coordinator in a row that may end without any kill."""


@dataclass
class KillReport:
    """The outcome of a kill test."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    finished: int = 0
    attempts: int = 0
    lost: list[tuple[str, int]] = field(default_factory=list)
    twice: list[Asked] = field(default_factory=list)
    incomplete: list[tuple[str, int, int]] = field(default_factory=list)
    took_s: float = 0.0

    def __str__(self) -> str:
        kills = ", ".join(f"{name} {number}" for name, number in sorted(self.kills.items()))
        return (
            f"seed {self.seed}: {self.kills.total()} kills ({kills}) in {self.took_s:.0f} s; {self.rounds} rounds, "
            f"{self.finished} finished in {self.attempts} attempts; {len(self.lost)} lost, {len(self.twice)} requests "
            f"made twice under one attempt, {len(self.incomplete)} finished rounds that the upstream saw otherwise"
        )


class KillTest:
    """Makes a run over two vantages in which a random member is killed after a random pause, and started again."""

    def __init__(self, folder: Path, seed: int, kills: int, longest_s: float = math.inf) -> None:
        self._fleet = FleetOnLoopback(folder, delay_s=0.01)
        self._random = random.Random(seed)
        self._kills = kills
        self._longest_s = longest_s
        self._rounds = _ROUNDS_A_KILL * min(kills, 10)
        self._starts = 0
        self._report = KillReport(seed)

    def run(self) -> KillReport:
        begun_s = time.monotonic()
        with self._fleet:
            self._fleet.start_all(*VANTAGES)
            coordinator = self._start()
            while self._report.kills.total() < self._kills and time.monotonic() - begun_s < self._longest_s:
                coordinator = self._kill_one(coordinator)
            self._finish(coordinator)
            self._judge()
        self._report.took_s = time.monotonic() - begun_s
        return self._report

    def _start(self) -> Member:
        """Start the run, or go on with it; a run that is done gets more rounds."""
        common = ["-n", str(self._rounds), "--vantage-wait", "30s", "--keep-going"]
        if self._fleet.has_run():
            return self._fleet.start_run("--resume", str(self._fleet.run_directory), *common)
        vantages = [word for vantage in VANTAGES for word in ("--vantage", vantage)]
        words = ["--target", "glm", "--driver", "messages", "--no-preflight", *vantages, *common]
        return self._fleet.start_run(*words)

    def _kill_one(self, coordinator: Member) -> Member:
        coordinator = self._going_on(coordinator)
        time.sleep(self._random.uniform(0, _LONGEST_PAUSE_S))
        name = self._random.choice(MEMBERS)
        self._report.kills[name] += 1
        if name == "coordinator":
            coordinator.kill()
            return self._start()
        if name == "scheduler":
            self._fleet.scheduler.kill()
            self._fleet.start_scheduler()
        else:
            self._fleet.workers[name].kill()
            self._fleet.start_worker(name)
        return coordinator

    def _going_on(self, coordinator: Member) -> Member:
        """Wait until rounds are being made, and return the coordinator that has them made."""
        asked = self._asked()
        while self._asked() == asked:
            if coordinator.process.poll() is not None:
                coordinator = self._again(coordinator)
            time.sleep(0.02)
        return coordinator

    def _again(self, coordinator: Member) -> Member:
        """Start the coordinator again after it has ended by itself."""
        assert "Traceback" not in coordinator.said, coordinator.said
        if coordinator.process.returncode == 0:
            self._rounds += _ROUNDS_A_KILL * 10
            self._starts = 0
        self._starts += 1
        assert self._starts < _MOST_STARTS, coordinator.said
        return self._start()

    def _finish(self, coordinator: Member) -> None:
        """Let the run come to its end, however often it has to be resumed."""
        while coordinator.process.wait(300) != 0:
            self._starts += 1
            assert self._starts < _MOST_STARTS, coordinator.said
            assert "Traceback" not in coordinator.said, coordinator.said
            coordinator = self._start()

    def _asked(self) -> int:
        return self._fleet.log.read_text().count("\n") if self._fleet.log.exists() else 0

    def _judge(self) -> None:
        """Compare what the run has stored with what the upstream saw."""
        asked, report = read_log(self._fleet.log), self._report
        report.twice = [request for request, number in asked.items() if number > 1]
        report.attempts = len({(request.arm, request.number, request.attempt) for request in asked})
        report.rounds = self._rounds * len(ARMS)
        for arm in ARMS:
            ends = sorted(read_run(self._fleet.run_directory / "arms" / arm).finished.items())
            report.finished += len(ends)
            missing = set(range(1, self._rounds + 1)) - {number for number, _ in ends}
            report.lost += [(arm, number) for number in sorted(missing)]
            report.incomplete += [
                (arm, *end) for end in ends if not all(asked[Asked(arm, *end, label)] == 1 for label in STEPS)
            ]
