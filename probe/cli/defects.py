"""Ends a command that met what nobody had thought of: in a few words, with the traceback in a file."""

import os
import sys
import traceback
from contextlib import suppress

from probe.cli.common import say
from probe.errors import ExitCode, ProbeError

_MOST_SHOWN = 300


def end_of(error: Exception) -> ExitCode:
    """Say what went wrong, and return the exit code. What the machine refuses is no defect of ours."""
    if os.environ.get("PROBE_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, ProbeError):
        say(f"probe: {error}")
        return error.exit_code
    shown = _shown(error)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError) and error.errno is not None:
        say(f"probe: {shown}")
        return ExitCode.ENVIRONMENT
    if isinstance(error, MemoryError):
        say("probe: there is not enough memory")
        return ExitCode.ENVIRONMENT
    say(f"probe: a defect in probe: {type(error).__name__}: {_redacted(shown)}")
    place = _kept(error)
    say(f"The traceback is in {place}; please report it." if place else "Set PROBE_DEBUG=1 for the traceback.")
    return ExitCode.INTERNAL


def _shown(error: Exception) -> str:
    """The error's words, cut where they are long; of the system's, with the file's name."""
    if isinstance(error, OSError) and error.strerror:
        text = error.strerror if error.filename is None else f"{error.strerror}: {error.filename}"
    else:
        text = str(error)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _redacted(text: str) -> str:
    """The text without the values of variables that look like secrets."""
    from probe.redact import Redactor, environment_secrets

    return Redactor(list(environment_secrets(os.environ))).text(text)


def _kept(error: Exception) -> str | None:
    """The file that holds the traceback, which only the user may read; None where it cannot be written."""
    import tempfile

    with suppress(Exception):
        text = _redacted("".join(traceback.format_exception(error)))
        descriptor, path = tempfile.mkstemp(prefix="probe-defect-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        return path
    return None
