"""The files of captures."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from probe.errors import UsageError
from probe.model.captured_requests import Capture
from probe.store import write_atomically, write_output

CAPTURES = "captures"
"""The directory of captures below `--out`."""
_MOST_VERSION_CHARS = 40


def prepare_capture_folder(output: Path | None, out: Path) -> None:
    """Make the directory for the file. Raises UsageError now for what would else be found after the calls."""
    folder = output.parent if output else out / CAPTURES
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"cannot be written to: {error.strerror}", path=folder, key="--output or --out") from error
    if output and output.is_dir():
        raise UsageError("is a directory; name a file", path=output, key="--output")


def write_capture(captured: Capture, output: Path | None, out: Path) -> Path:
    """Write a capture to this file, or to one below `out` that is named by version and time. Return its path."""
    text = json.dumps(captured.model_dump(mode="json"), indent=1, ensure_ascii=False)
    data = text.encode("utf-8", "replace") + b"\n"
    if output:
        write_output(output, data)
        return output
    path = out / CAPTURES / f"{_file_stem(captured.client_version)}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    write_atomically(path, data)
    return path


def _file_stem(client_version: str | None) -> str:
    """Return a version as part of a file's name."""
    letters = client_version or "unknown"
    return "".join(letter if letter.isalnum() or letter in ".-" else "-" for letter in letters)[:_MOST_VERSION_CHARS]
