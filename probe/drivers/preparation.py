"""Run the command of `--prepare`, which makes a target ready before a round."""

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from probe.drivers.process import Cancel, ChildCommand, Limits, SpawnFailure, run
from probe.errors import EnvironmentUnusableError
from probe.redact import Redactor

_SHELL = "/bin/sh"
_INTO_FILE = 'exec "$0" -c "$1" >"$2" 2>&1'
"""A relay that the command leaves running could not write to a pipe any more once we have closed it."""
_LIMITS = Limits(timeout_s=7 * 24 * 3600.0, grace_s=0.5)
"""The command may take its time; the user ends it with Ctrl-C."""
_MAX_SHOWN_BYTES = 500

LONG_S = 10.0
"""After this time the user is told what probe is waiting for."""


def run_preparation(
    command: str, cancel: Cancel, is_long: Callable[[], None], redactor: Redactor, long_s: float = LONG_S
) -> None:
    """Run a shell line of the user's, in his directory and environment, until it ends or is cancelled.

    `is_long` is called once, in another thread, if it takes longer than `long_s`. Unless it was cancelled, processes
    that it leaves in the background stay. Raises EnvironmentUnusableError with the end of its output, redacted, when
    it fails.
    """
    with tempfile.NamedTemporaryFile(prefix="probe-prepare-") as output, _called_after(long_s, is_long):
        argv = (_SHELL, "-c", _INTO_FILE, _SHELL, command, output.name)
        done = run(ChildCommand(argv, dict(os.environ), Path.cwd(), may_leave=True), _LIMITS, cancel)
        output_end = redactor.data(output.read())[-_MAX_SHOWN_BYTES:].decode("utf-8", "replace").strip()
    if isinstance(done, SpawnFailure):
        problem = f"cannot be run: {done.reason}"
    elif done.cancelled or not done.return_code:
        return
    else:
        problem = f"ended with {done.signal_name or done.return_code}: {output_end}"
    raise EnvironmentUnusableError(
        f"the command of --prepare {problem}", key="--prepare", remedy=f"Ran: {redactor.text(command)}"
    )


@contextmanager
def _called_after(delay_s: float, tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` in another thread if the block takes longer than the delay."""
    timer = threading.Timer(delay_s, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
