"""Fixtures that tests share: the program as a user runs it, the real client, an environment with nothing of ours."""

import contextlib
import gc
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from unittest import mock

import hypothesis
import pytest

from probe.cli import main
from probe.cli.language import choose_language
from probe.model.events import EVENT, CallFinished
from probe.model.stored_call import whole_call

# Whoever started the tests in the background or by `nohup` had them ignore signals; what they start would inherit that.
for _number, _handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _handler)

STUB_CLIENT = Path(__file__).parent / "children" / "stub_client.py"

MEASURED = {name: value for name, value in os.environ.items() if name == "COVERAGE_PROCESS_CONFIG"}
"""By this `nox -s coverage` sees the programs that tests start in an environment built from nothing."""

# A machine may be slow, and no test is timed. What fails in CI fails here: the same examples each time, but for
# `pytest --hypothesis-profile explore`, which looks further.
hypothesis.settings.register_profile("probe", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("probe")


def pytest_xdist_auto_num_workers() -> int:
    """Return two more than there are cores: many tests wait for a client or for a deadline."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking at what collecting has loaded, which stays."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Ran:
    """Exit code and output of `probe`."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def checked(self, code: int | None) -> Self:
        """Return itself, if it ended with this code, None for any, and without a traceback."""
        assert "Traceback" not in self.err, self.err
        if code is not None:
            assert self.code == code, f"exit code {self.code}\n{self.out}\n{self.err}"
        return self


@dataclass(frozen=True)
class Probe:
    """Runs `probe` in a folder of its own, with an environment built from nothing."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def env(self, **more: str) -> dict[str, str]:
        """Return the whole environment; HOME and TMPDIR are private."""
        for name in ("home", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            **MEASURED,
            **self.environment,
            **more,
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "probe", *words]

    def __call__(self, *words: str, code: int | None = 0, **env: str) -> Ran:
        """Run it to its end within this process, which is quicker; `code` is the exit code, None for any.

        What a command that it starts writes to the terminal is not in `out` and `err`: there `alone` is needed.
        """
        threads_before = set(threading.enumerate())
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
        ended = 0
        with (
            mock.patch.dict(os.environ, self.env(**env), clear=True),
            mock.patch.object(tempfile, "tempdir", None),
            mock.patch.object(sys, "argv", ["probe", *words]),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(streams[0]),
            contextlib.redirect_stderr(streams[1]),
        ):
            try:
                main()
            except SystemExit as end:
                ended = end.code if isinstance(end.code, int) else 1
        assert _lasting(set(threading.enumerate()) - threads_before) == [], (
            "a process would not end before these threads do"
        )
        return Ran(ended, *(stream.buffer.getvalue().decode() for stream in streams)).checked(code)

    def run(self, *words: str, code: int | None = 0, **env: str) -> Ran:
        """Run `probe run` without the reports that it leaves, which most tests do not look at."""
        return self("run", "--no-report", *words, code=code, **env)

    def alone(self, *words: str, code: int | None = 0, timeout_s: float = 90, **env: str) -> Ran:
        """Run it to its end in a process of its own, as a user does; `code` as above."""
        done = subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.env(**env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr).checked(code)

    def start(self, *words: str, stderr: int = subprocess.PIPE, **env: str) -> "subprocess.Popen[str]":
        """Start it, leading a process group of its own."""
        return subprocess.Popen(
            self.command(*words),
            cwd=self.folder,
            env=self.env(**env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            process_group=0,
        )

    def runs(self) -> list[Path]:
        """Return the run directories, oldest first."""
        return sorted((self.folder / "reports" / "runs").glob("*/"))


def _lasting(threads: set[threading.Thread]) -> list[threading.Thread]:
    """Return the threads that keep their process from ending, without those in which a test's own server answers."""
    return [thread for thread in threads if not thread.daemon and "process_request_thread" not in thread.name]


@pytest.fixture(autouse=True)
def _english() -> None:
    """Let each test begin in English, whatever the command before it spoke."""
    choose_language([], {})


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write runs without waiting for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    """Return `probe` with the stub client, which behaves as the variable STUB says."""
    return Probe(tmp_path, {"PROBE_CLIENT": f"{sys.executable} {STUB_CLIENT}"})


@pytest.fixture(scope="session")
def real_client() -> str:
    """Return the real Claude Code binary that the `client` extra brings; without it, tests marked `real` must fail."""
    spec = importlib.util.find_spec("claude_agent_sdk")
    assert spec is not None, "claude-agent-sdk is not installed: pip install -e '.[client]'"
    assert spec.origin is not None
    path = Path(spec.origin).parent / "_bundled" / "claude"
    assert path.is_file(), f"no client at {path}"
    return str(path)


@pytest.fixture
def real_probe(tmp_path: Path, real_client: str) -> Probe:
    """Return `probe` with the real client."""
    return Probe(tmp_path, {"PROBE_CLIENT": real_client})


def journal(run: Path) -> list[dict[str, Any]]:
    """Return the events of a run, whole: also what their lines leave out."""
    return [_whole_event(line) for line in (run / "journal.jsonl").read_bytes().splitlines()]


def _whole_event(line: bytes) -> dict[str, Any]:
    event = EVENT.validate_json(line)
    if isinstance(event, CallFinished):
        event = event.model_copy(update={"call": whole_call(event.call)})
    return event.model_dump(mode="json")


def exchanges(run: Path, number: int, label: str) -> list[dict[str, Any]]:
    """Return the exchanges of a call of a finished round, as they are stored."""
    summary = json.loads((run / f"rounds/{number:04d}/summary.json").read_text())
    found: list[dict[str, Any]] = summary["probe"]["exchanges"][label]
    return found


def calls(run: Path) -> list[dict[str, Any]]:
    """Return the calls of a run, in order."""
    return [event["call"] for event in journal(run) if event["event"] == "call_finished"]
