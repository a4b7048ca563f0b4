"""Write a command's result to a file, or to standard output."""

from pathlib import Path

from probe.cli.common import put_data
from probe.reporting.write_reports import require_folder
from probe.store import write_output


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
