"""Run a person's command in the terminal that `probe` was started in, as if `probe` were not there.

The command inherits the terminal itself, and the process group: it is in the foreground or background with `probe`,
keys reach it from the kernel, and the shell stops and continues both. Nothing of ours reads or writes between it and
the screen (docs/decisions/record-terminal.md).
"""

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from probe.errors import EnvironmentUnusableError

_NOT_YET_CONTINUED_S = 0.05
_RESET = (
    b"\x1b[?25h"  # show the cursor
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1016l"  # no reports of the mouse
    b"\x1b[?1004l\x1b[?2031l\x1b[?2004l"  # none of focus and colours, no bracketed paste
    b"\x1b[<u\x1b[>4;0m"  # plain keys
    b"\x1b[?1047l\x1b[0m"  # the usual screen and letters
)
"""The end of a program that draws the whole screen, which one that was killed has not written."""


@dataclass(frozen=True, slots=True)
class CommandEnd:
    """The end of a command: its exit code, or the signal that killed it."""

    exit_code: int | None = None
    signal: int | None = None


def require_program(name: str, environment: Mapping[str, str]) -> None:
    """Raise EnvironmentUnusableError where there is no such program, before anything is made for it."""
    if shutil.which(name, path=environment.get("PATH")) is None:
        raise _not_started(name, os.strerror(errno.ENOENT))


def _not_started(name: str, reason: str) -> EnvironmentUnusableError:
    return EnvironmentUnusableError(f"{name} cannot be started: {reason}", remedy="Give a path, or a name on PATH.")


class ForegroundCommand:
    """A command that was started, and that ends by itself. Raises EnvironmentUnusableError where it cannot start."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        try:
            # Descriptors that the shell opened for the command are its own; ours are closed by exec.
            self._process = subprocess.Popen(argv, env=dict(environment), close_fds=False)
        except OSError as error:
            raise _not_started(argv[0], error.strerror or str(error)) from None
        self.pid = self._process.pid

    def wait(self) -> CommandEnd:
        """Wait for the end, and stop as often as the command stops, so that the shell takes the terminal back."""
        while True:
            _, status = os.waitpid(self.pid, os.WUNTRACED)
            if os.WIFSTOPPED(status):
                self._stop_too()
                continue
            self._process.returncode = os.waitstatus_to_exitcode(status)
            if os.WIFSIGNALED(status):
                return CommandEnd(signal=os.WTERMSIG(status))
            return CommandEnd(exit_code=os.WEXITSTATUS(status))

    def send(self, number: int) -> None:
        """Send a signal that reached us alone. Until `wait` has seen its end, the process id is the command's."""
        if self._process.returncode is None:
            os.kill(self.pid, number)

    def _stop_too(self) -> None:
        """Stop, unless the shell has stopped and continued both of us already."""
        time.sleep(_NOT_YET_CONTINUED_S)
        with contextlib.suppress(psutil.Error):
            if psutil.Process(self.pid).status() == psutil.STATUS_STOPPED:
                os.kill(os.getpid(), signal.SIGSTOP)


def is_in_foreground() -> bool:
    """Return True where keys of a terminal, such as Ctrl-C, are sent to our process group."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


@contextlib.contextmanager
def terminal_kept() -> Iterator[None]:
    """Leave the terminal as it was: its modes and its foreground process group."""
    terminal = _terminal()
    before = termios.tcgetattr(terminal) if terminal is not None else None
    try:
        yield
    finally:
        if terminal is not None and before is not None:
            _restore(terminal, before)


def reset_screen() -> None:
    """Undo what a killed program may have left on the screen of the terminal that standard output or error is."""
    for descriptor in (1, 2):
        if os.isatty(descriptor) and os.environ.get("TERM", "dumb") != "dumb":
            with contextlib.suppress(OSError):
                os.write(descriptor, _RESET)
            return


def _terminal() -> int | None:
    """Return the standard stream that is the terminal whose keys we get; None in the background and without one."""
    for descriptor in range(3):
        with contextlib.suppress(OSError):
            if os.tcgetpgrp(descriptor) == os.getpgrp():
                return descriptor
    return None


def _restore(terminal: int, modes: list[Any]) -> None:
    """Restore modes and foreground; the command may have been a shell, whose process group had the terminal."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with contextlib.suppress(OSError, termios.error):
            os.tcsetpgrp(terminal, os.getpgrp())
            termios.tcsetattr(terminal, termios.TCSADRAIN, modes)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
