"""End a command that failed: with a message and its exit code; of a defect, with the traceback in a file."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import typer

from probe.cli.annotations import annotates
from probe.cli.common import say
from probe.cli.language import present_texts, system_words, tell
from probe.errors import ExitCode, ProbeError
from probe.model.choices import Language

_MOST_SHOWN = 300
_WrongUsage: Any = typer.BadParameter.__mro__[1]
"""Click's error for a wrong command line; Typer exports one kind of it alone."""


@contextmanager
def documented_ends() -> Iterator[None]:
    """End with the documented exit codes; Typer has codes of its own for Ctrl-C, a broken pipe and an end of input."""
    try:
        yield
    except KeyboardInterrupt:
        tell("command.interrupted")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except (ProbeError, OSError, EOFError, MemoryError) as error:
        raise typer.Exit(end_of(error)) from None
    except _WrongUsage as error:
        if present_texts().language is Language.EN or _is_help(error):
            raise  # Click says it
        _say_wrong_usage(error)
        raise typer.Exit(ExitCode.USAGE) from None


def _is_help(error: Any) -> bool:
    """Return True for the page of help that a group without a command shows, which Click calls an error."""
    return error.ctx is not None and error.message == error.ctx.get_help()


def _say_wrong_usage(error: Any) -> None:
    """Say what Click says of a wrong command line, in the language of the present command."""
    from probe.cli.help_page import usage_words
    from probe.texts.translations import translated

    if error.ctx is not None:
        usage = usage_words(error.ctx.get_usage().removeprefix("Usage: "))
        option = error.ctx.help_option_names[0]
        tell("command.usage", usage=usage, command=error.ctx.command_path, option=option)
    tell("command.wrong_usage", problem=translated(error.format_message(), present_texts()))


def end_of(error: Exception) -> ExitCode:
    """Say what went wrong, and return the exit code. What the machine refuses is no defect of ours."""
    if os.environ.get("PROBE_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, ProbeError):
        say(f"probe: {error_text(error)}")
        _annotate(error)
        return error.exit_code
    shown = shown_error(error)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError) and error.errno is not None:
        say(f"probe: {shown}")
        return ExitCode.ENVIRONMENT
    if isinstance(error, MemoryError):
        tell("command.no_memory")
        return ExitCode.ENVIRONMENT
    tell("command.defect", what=f"{type(error).__name__}: {_redacted(shown)}")
    place = _kept(error)
    tell("command.defect.kept" if place else "command.defect.lost", path=place)
    return ExitCode.INTERNAL


def _annotate(error: ProbeError) -> None:
    """Annotate an error, where annotations are asked for."""
    if annotates():
        from probe.cli.github_actions import annotate_error

        annotate_error(error_text(error))


def error_text(error: ProbeError) -> str:
    """Return what an error says, in the language of the present command."""
    from probe.texts.translations import translated, translated_place

    texts = present_texts()
    places = [translated_place(place, texts) for place in error.places]
    return error.told(translated(error.message, texts), translated(error.remedy or "", texts), places)


def shown_error(error: Exception) -> str:
    """Return the message of an error, cut where it is long; one of the system with the file's name."""
    if isinstance(error, OSError) and error.strerror:
        said = system_words(error.strerror)
        text = said if error.filename is None else f"{said}: {error.filename}"
    else:
        text = str(error)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _redacted(text: str) -> str:
    """Return the text without the values of variables that look like secrets."""
    from probe.redact import Redactor, environment_secrets

    return Redactor(list(environment_secrets(os.environ))).text(text)


def _kept(error: Exception) -> str | None:
    """Write the traceback to a file that only the user may read, and return its path; None where that fails."""
    import tempfile

    with suppress(Exception):
        text = _redacted("".join(traceback.format_exception(error)))
        descriptor, path = tempfile.mkstemp(prefix="probe-defect-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        return path
    return None
