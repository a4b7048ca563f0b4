"""Write a command's result to a file, or to standard output."""

import sys
from collections.abc import Iterable
from pathlib import Path

from probe.cli.common import is_terminal, put_data
from probe.cli.language import system_words, tell
from probe.reporting.write_reports import require_folder
from probe.store import write_output


def is_for_terminal(form: str | None, output: Path | None) -> bool:
    """Return True where neither a format nor a file is asked for, and a person at a terminal reads the result."""
    return form is None and output is None and is_terminal(sys.stdout)


def named_file(output: Path | None) -> Path | None:
    """Return the file that --output names; None for standard output, which `-` stands for."""
    return None if output == Path("-") else output


def deliver(content: str | bytes, output: Path | None) -> None:
    """Write to this file, or to standard output where there is none. Raises StoreError."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    if output is None:
        put_data(data.decode())
        return
    require_folder(output)
    write_output(output, data)


def deliver_parts(parts: Iterable[bytes], output: Path | None) -> None:
    """Write a large result to this file, or to standard output where there is none, as its parts come.

    Raises StoreError.
    """
    if output is None:
        for part in parts:
            sys.stdout.write(part.decode())
        sys.stdout.flush()
        return
    require_folder(output)
    write_output(output, parts)


def append_summary(path: Path, text: str) -> None:
    """Add a text to a file of summaries; say so where it cannot be written, which is no error."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        tell("nightly.no_summary", path=path, problem=system_words(error.strerror or str(error)))
