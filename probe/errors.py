"""Errors of `probe` itself, and of what the user typed.

What goes wrong with a call (a timeout, a refused connection, bad JSON) is not an exception: it is an outcome.

    ProbeError                      exit code
    ├── UsageError                  2   bad flag, file, key or value
    │   └── ResumeRefused           2   the run to resume was made from other inputs
    ├── EnvironmentUnusableError    4   this machine lacks something
    │   ├── ClientNotFoundError     4   no `claude`
    │   │   └── ClientTooOldError   4   it lacks options that are needed
    │   └── StoreError              4   a directory cannot be written or read
    └── (anything else)             1   a defect in `probe`

3 is no exception: something was measured or checked, and it is bad (every call of a target failed, a gate, an alarm).

A command that did what it was to do, but could not say so, since standard output or standard error was closed or full,
ends with 5 instead of 0; any other code stays. Ctrl-C is 130, and a signal that nobody handles ends `probe` as it ends
any program (143 for SIGTERM, as shells tell it).
"""

from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    FAILED = 3
    ENVIRONMENT = 4
    OUTPUT_LOST = 5
    INTERRUPTED = 130


class ProbeError(Exception):
    """Base of all errors that `probe` raises on purpose: a message for a person, and an exit code.

    `remedy` says what to do about it, `path`, `line` and `key` where it is.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(
        self,
        message: str,
        *,
        remedy: str | None = None,
        path: Path | str | None = None,
        line: int | None = None,
        key: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.path = path
        self.line = line
        self.key = key

    def __str__(self) -> str:
        return self.told(self.message, self.remedy)

    @property
    def places(self) -> tuple[str, ...]:
        """Return what the error is about: a file with its line, a key, as far as they are known."""
        path = str(self.path) if self.path is not None else ""
        if path and self.line is not None:
            path += f":{self.line}"
        return tuple(filter(None, (path, self.key)))

    def told(self, message: str, remedy: str | None, places: Iterable[str] | None = None) -> str:
        """Return `file:line: key: message`, and the remedy on a line of its own; `places` in the reader's words."""
        text = ": ".join(filter(None, (*(self.places if places is None else places), message)))
        return f"{text}\n{remedy}" if remedy else text


class UsageError(ProbeError):
    """Raised for input, in a flag or a file, that cannot be used."""

    exit_code = ExitCode.USAGE


class ResumeRefused(UsageError):  # noqa: N818 - it is a refusal
    """The run was made from another scenario, target, client or machine than the ones given now."""


class EnvironmentUnusableError(ProbeError):
    """This machine lacks something that `probe` needs."""

    exit_code = ExitCode.ENVIRONMENT


class ClientNotFoundError(EnvironmentUnusableError):
    """There is no `claude` to run."""


class ClientTooOldError(ClientNotFoundError):
    """The `claude` that is there lacks options that the run needs."""


class StoreError(EnvironmentUnusableError):
    """A run directory cannot be written or read."""
