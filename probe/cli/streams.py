"""Standard output and standard error that never raise, though they may be closed, full, or read by nobody any more.

A command must work whether or not it can print: a stream that fails drops text from then on, and remembers why. The
command ends as it would have, with an exit code that says so.
"""

import contextlib
import errno
import io
import logging
import os
import stat
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from probe.cli.command_guard import CommandGuard


class StandardStream(io.TextIOBase):
    """A text stream that never raises. `problem` says why text was lost; a reader that has gone away is none."""

    def __init__(self, inner: TextIO | None, name: str) -> None:
        self.name = name
        self.problem: str | None = None
        self._inner = inner
        self._fails = inner is None
        self._guard: CommandGuard | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._inner, "encoding", None) or "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return getattr(self._inner, "errors", None) or "replace"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._inner is not None and not self._fails and self._inner.isatty()

    def fileno(self) -> int:
        if self._inner is None:
            raise io.UnsupportedOperation("closed")
        return self._inner.fileno()

    def guard(self) -> None:
        """Let nothing that is written be taken for a workflow command, unless it goes to a file and not to a log."""
        if self._guard is None and not self._is_file():
            self._guard = CommandGuard()

    def _is_file(self) -> bool:
        try:
            return stat.S_ISREG(os.fstat(self.fileno()).st_mode)
        except (OSError, ValueError):
            return False

    def write(self, text: str) -> int:
        """Write the text, or drop it where the stream has failed. A guarded line is written when it ends."""
        self._write(self._guard.whole_lines(text) if self._guard else text)
        return len(text)

    def write_command(self, line: str) -> None:
        """Write a line that is a workflow command."""
        self.end_line()
        self._write(line + "\n")
        self.flush()

    def end_line(self) -> None:
        """Write what a guard holds of a line that has not ended."""
        self._write(self._guard.rest() if self._guard else "")

    def _write(self, text: str) -> None:
        if self._inner is None and text:
            self.problem = os.strerror(errno.EBADF)
        elif self._inner is not None and not self._fails:
            with self._failing(self._inner):
                self._inner.write(text)

    def flush(self) -> None:
        """Hand over what waits in the buffer. The interpreter does so too, when the stream below may be closed."""
        if self._inner is not None and not self._inner.closed and not self._fails:
            with self._failing(self._inner):
                self._inner.flush()

    @contextmanager
    def _failing(self, inner: TextIO) -> Iterator[None]:
        """Note a failure, and send what is buffered to the null device, so that the interpreter can end in order."""
        try:
            yield
        except OSError as error:
            self._fails = True
            if not isinstance(error, BrokenPipeError):
                self.problem = error.strerror or str(error)
            with contextlib.suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, inner.fileno())
                os.close(nowhere)


@contextmanager
def standard_streams() -> Iterator[tuple[StandardStream, StandardStream]]:
    """Replace standard output and standard error by streams that never raise, and yield these."""
    _occupy()
    for original in (sys.stdout, sys.stderr):
        if isinstance(original, io.TextIOWrapper):
            original.reconfigure(errors="replace")  # a terminal that has no such letter is no reason to end
    streams = StandardStream(sys.stdout, "stdout"), StandardStream(sys.stderr, "stderr")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for stream in streams:
            stream.guard()
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        yield streams
        for stream in streams:
            stream.end_line()
            stream.flush()


def _occupy() -> None:
    """Open the null device where a standard stream is closed.

    Else the next file to be opened would take its number, and get what children print.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def silence_libraries() -> None:
    """Keep log records and warnings of libraries off the terminal, unless `python -W` or PROBE_DEBUG asks for them."""
    if sys.warnoptions or os.environ.get("PROBE_DEBUG"):
        return
    warnings.simplefilter("ignore")
    if not logging.root.handlers:  # then logging has one of its own, which prints
        logging.root.addHandler(logging.NullHandler())
