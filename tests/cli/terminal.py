"""Run `probe` on a terminal of its own and answer what it asks; streams that pass for a terminal."""

import contextlib
import io
import os
import pty
import select
import signal
import time
from pathlib import Path

from tests.conftest import Probe

_DEADLINE_S = 60.0


def converse(probe: Probe, *words: str, answers: list[tuple[str, str]], **env: str) -> tuple[int, str]:
    """Run it; where a text of `answers` is shown, type the answer. Return exit code and all that was shown.

    Each text must be shown after the one before. A line feed in an answer is the Enter key, and 3 is Ctrl-C.
    """
    command, environment = probe.command(*words), probe.env(**env)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(probe.folder)
        os.execvpe(command[0], command, environment)
    try:
        shown = _answered(terminal, answers)
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


def _answered(terminal: int, answers: list[tuple[str, str]]) -> str:
    """Type the answers, and return what was shown when the program has ended."""
    shown, looked_at, left = b"", 0, list(answers)
    deadline = time.monotonic() + _DEADLINE_S
    while time.monotonic() < deadline:
        data = b""
        if select.select([terminal], [], [], 1.0)[0]:
            with contextlib.suppress(OSError):  # the other end is closed
                data = os.read(terminal, 65536)
            if not data:
                assert not left, f"was never asked for {left[0][0]!r}:\n{shown.decode()}"
                return shown.decode().replace("\r\n", "\n")
        shown += data
        while left and (place := shown.find(left[0][0].encode(), looked_at)) >= 0:
            looked_at = place + len(left[0][0].encode())
            os.write(terminal, left.pop(0)[1].encode())
    raise AssertionError(f"did not end; left to answer: {left}\n{shown.decode()}")


def files_in(folder: Path) -> list[str]:
    """Return the names of the files in a folder, without directories."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


class ShownText(io.StringIO):
    """A stream that says it is a terminal, for what is written within the test's process."""

    def isatty(self) -> bool:
        return True


class TypedText(io.TextIOWrapper):
    """Standard input on which a person at a terminal types this, and then nothing more."""

    def __init__(self, typed: str) -> None:
        super().__init__(io.BytesIO(typed.encode()), encoding="utf-8")

    def isatty(self) -> bool:
        return True
