"""Runs the command of `--prepare`, which makes a target ready before a round."""

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from probe.drivers.process import Cancel, Command, Limits, SpawnFailure, run
from probe.errors import EnvironmentUnusableError
from probe.redact import Redactor

_SHELL = "/bin/sh"
_INTO_FILE = 'exec "$0" -c "$1" >"$2" 2>&1'
"""A pipe would be gone for a relay that the command leaves running."""
_LIMITS = Limits(timeout_s=7 * 24 * 3600.0, grace_s=0.5)
"""The command may take its time; the user ends it with Ctrl-C."""
_MOST_SAID_BYTES = 500


LONG_S = 10.0
"""After so long a person wants to know what is waited for."""


def run_preparation(
    command: str, cancel: Cancel, is_long: Callable[[], None], redactor: Redactor, long_s: float = LONG_S
) -> None:
    """Run a shell line of the user's, in his directory and environment, to its end or to the cancel.

    `is_long` is told once, in another thread, if it takes longer than `long_s`. What it leaves running in the
    background stays, if it was not cancelled. Raises EnvironmentUnusableError, with the end of what it said, redacted,
    where it fails.
    """
    with tempfile.NamedTemporaryFile(prefix="probe-prepare-") as output, _told_after(long_s, is_long):
        argv = (_SHELL, "-c", _INTO_FILE, _SHELL, command, output.name)
        done = run(Command(argv, dict(os.environ), Path.cwd(), may_leave=True), _LIMITS, cancel)
        said = redactor.data(output.read())[-_MOST_SAID_BYTES:].decode("utf-8", "replace").strip()
    if isinstance(done, SpawnFailure):
        problem = f"cannot be run: {done.reason}"
    elif done.cancelled or not done.return_code:
        return
    else:
        problem = f"ended with {done.signal_name or done.return_code}: {said}"
    raise EnvironmentUnusableError(
        f"the command of --prepare {problem}", key="--prepare", remedy=f"Ran: {redactor.text(command)}"
    )


@contextmanager
def _told_after(delay_s: float, tell: Callable[[], None]) -> Iterator[None]:
    """Have somebody told if this is still going on after the delay."""
    timer = threading.Timer(delay_s, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
