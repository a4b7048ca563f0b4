"""Captures, from the files that `probe capture` writes; and from files of strangers, who would like to have a token."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from probe import strict_json
from probe.errors import UsageError
from probe.inputs.source_lines import read_bytes
from probe.inputs.validate import HTTP_TOKEN
from probe.model.base_models import SCHEMA_VERSION
from probe.model.captured_requests import Capture, CapturedRequest
from probe.sanitise import printable, sound

_REMEDY = "Make one with `probe capture`."
_PATH = re.compile(r"/(?:(?!/)[!\"$-~]+)?")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_MOST_HEAD_CHARS = 48_000
"""Beyond this no server reads on, and the recorder neither."""


def load_capture(path: Path) -> Capture:
    """Read a capture. Raises UsageError."""
    data = read_bytes(path)
    try:
        content = strict_json.loads(data.decode())
        text = sound(json.dumps(content, ensure_ascii=False))
    except (ValueError, RecursionError):
        raise UsageError("is no JSON, so no capture", path=path, remedy=_REMEDY) from None
    if not isinstance(content, dict) or content.get("file") != "capture":
        raise UsageError("is no capture", path=path, remedy=_REMEDY)
    version = content.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(f"was written by a newer probe (format {version})", path=path, remedy="Update probe.")
    try:
        capture = Capture.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(str(first["msg"]), path=path, key=".".join(map(str, first["loc"])), remedy=_REMEDY) from None
    for number, request in enumerate(capture.requests):
        for key, problem in _unsendable(request):
            raise UsageError(problem, path=path, key=f"requests.{number}.{key}", remedy=_REMEDY)
    return capture


def _unsendable(request: CapturedRequest) -> Iterator[tuple[str, str]]:
    """Yield key and problem of what cannot be sent as it stands, or would go elsewhere than the user says."""
    if not HTTP_TOKEN.fullmatch(request.method):
        yield "method", f"{printable(request.method, 40)!r} is no method"
    if not _PATH.fullmatch(request.path):
        yield "path", f"{printable(request.path, 60)!r} is no path: that is one '/', and letters without spaces or '#'"
    for number, (name, value) in enumerate(request.headers):
        if not HTTP_TOKEN.fullmatch(name):
            yield f"headers.{number}", f"{printable(name, 40)!r} is no name of a header"
        if not _VALUE.fullmatch(value):
            yield f"headers.{number}", f"the value of {name} holds what no header can"
    size = len(request.path) + sum(len(name) + len(value) for name, value in request.headers)
    if size > _MOST_HEAD_CHARS:
        yield "headers", f"path and headers are {size:,} characters long, and may be {_MOST_HEAD_CHARS:,}"
