"""The members of a fleet as processes of their own, on loopback."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOKENS = {"fra": "tok-fra-4f1d9a7c2b", "sin": "tok-sin-90be55e31a", "local": "tok-local-7712"}
"""The token of each vantage."""
WAIT_S = 60.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], object], what: str, wait_s: float = WAIT_S) -> None:
    end_s = time.monotonic() + wait_s
    while not is_so():
        assert time.monotonic() < end_s, f"waited in vain: {what}"
        time.sleep(0.02)


@dataclass
class Member:
    """A process, and what it has written."""

    process: "subprocess.Popen[bytes]"
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str, times: int = 1) -> None:
        wait_until(lambda: self.said.count(text) >= times or self.process.poll() is not None, f"{text} in {self.said}")
        assert self.said.count(text) >= times, self.said

    def kill(self, number: int = signal.SIGKILL) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(WAIT_S)


@dataclass
class FleetOnLoopback:
    """A scheduler, workers, an upstream that is their witness, and coordinators; ended with the context.

    `has_scheduler` says that one serves at the port already.
    """

    folder: Path
    delay_s: float = 0.0
    members: list[Member] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    has_scheduler: bool = False
    workers: dict[str, Member] = field(default_factory=dict)
    scheduler: Member = field(init=False)

    def __enter__(self) -> "FleetOnLoopback":
        self.log = self.folder / "witness.log"
        self.witness = self.start(
            "witness", [sys.executable, "-m", "tests.fleet.witness", str(self.log), str(self.delay_s)]
        )
        wait_until(lambda: self.witness.said.endswith("\n"), "the witness's port")
        self.upstream = f"http://127.0.0.1:{self.witness.said.strip()}"
        (self.folder / "probe.toml").write_text(
            f'[targets.glm]\nbase_url = "{self.upstream}"\nmodel = "m"\ntoken_env = "GLM_TOKEN"\n'
        )
        return self

    def __exit__(self, *_: object) -> None:
        for member in self.members:
            if member.process.poll() is None:
                member.process.send_signal(signal.SIGCONT)
            member.kill()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **more}

    def start(self, name: str, argv: list[str], **more: str) -> Member:
        output = self.folder / f"{name}-{len(self.members)}.out"
        with output.open("wb") as file:
            process = subprocess.Popen(
                argv,
                cwd=self.folder,
                env=self.environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        member = Member(process, output)
        self.members.append(member)
        return member

    def start_scheduler(self) -> Member:
        words = ["fleet", "scheduler", "--port", str(self.port)]
        self.scheduler = self.start("scheduler", [sys.executable, "-m", "probe", *words])
        return self.scheduler

    def start_worker(self, vantage: str, *words: str, **more: str) -> Member:
        argv = [sys.executable, "-m", "tests.fleet.witnessed_worker", "fleet", "worker", self.address]
        argv += ["--vantage", vantage, "--spool", str(self.folder / f"spool-{vantage}"), *words]
        self.workers[vantage] = self.start(vantage, argv, GLM_TOKEN=TOKENS[vantage], **more)
        return self.workers[vantage]

    def start_run(self, *words: str) -> Member:
        fleet = ["--fleet", self.address] if "--resume" not in words else []
        argv = [sys.executable, "-m", "probe", "run", "--no-report", *fleet, *words]
        return self.start("run", argv, GLM_TOKEN=TOKENS["local"])

    def start_all(self, *vantages: str) -> None:
        if not self.has_scheduler:
            self.start_scheduler().wait_for("://")
        for vantage in vantages:
            self.start_worker(vantage)
        for vantage in vantages:
            self.workers[vantage].wait_for("Connected")

    @property
    def run_directory(self) -> Path:
        (path,) = (self.folder / "reports" / "runs").iterdir()
        return path

    def has_run(self) -> bool:
        runs = self.folder / "reports" / "runs"
        return runs.exists() and bool(list(runs.glob("*/arms/*/journal.jsonl")))

    def events(self, arm: str, kind: str) -> list[dict[str, Any]]:
        """Return the events of a kind in an arm's journal; a line that is being written is left out."""
        text = (self.run_directory / "arms" / arm / "journal.jsonl").read_text()
        whole = map(json.loads, text[: text.rfind("\n") + 1].splitlines())
        return [event for event in whole if event["event"] == kind]
