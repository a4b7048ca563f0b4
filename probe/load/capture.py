"""Captures, from the files that `probe capture` writes."""

import json
from pathlib import Path

from pydantic import ValidationError

from probe.errors import UsageError
from probe.model.base import SCHEMA_VERSION
from probe.model.capture import Capture

_REMEDY = "Make one with `probe capture`."


def load_capture(path: Path) -> Capture:
    """Read a capture. Raises UsageError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", path=path) from None
    except (ValueError, RecursionError):
        raise UsageError("is no JSON, so no capture", path=path, remedy=_REMEDY) from None
    if not isinstance(content, dict) or content.get("file") != "capture":
        raise UsageError("is no capture", path=path, remedy=_REMEDY)
    version = content.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(f"was written by a newer probe (format {version})", path=path, remedy="Update probe.")
    try:
        return Capture.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(str(first["msg"]), path=path, key=".".join(map(str, first["loc"])), remedy=_REMEDY) from None
