"""An estimate of a request's tokens: the same for a stream, a whole answer and count_tokens."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any

from probe.digit_picture import picture_size

_READ_BY_MODEL = ("system", "messages", "tools", "tool_choice")
CHARS_A_TOKEN = 4
_PIXELS_A_TOKEN = 750
_UNKNOWN_PICTURE_TOKENS = 1500


def count_input_tokens(body: Mapping[str, Any]) -> int:
    """Return about what the API would count, from what the model reads of a request; a picture counts by its size."""
    read = {key: body[key] for key in _READ_BY_MODEL if key in body}
    pictures = list(encoded_pictures(read))
    chars = len(json.dumps(read, ensure_ascii=False, separators=(",", ":"))) - sum(map(len, pictures))
    return max(1, chars // CHARS_A_TOKEN + sum(map(_picture_tokens, pictures)))


def encoded_pictures(value: object) -> Iterator[str]:
    """Yield all pictures in a part of a request, in base64, also those within results of tools."""
    if isinstance(value, Mapping):
        picture = _encoded_picture(value)
        if picture:
            yield picture
            return
        for item in value.values():
            yield from encoded_pictures(item)
    elif isinstance(value, list):
        for item in value:
            yield from encoded_pictures(item)


def decoded_picture(encoded: str) -> bytes:
    """Return the file that a picture in base64 stands for; empty where it is no base64."""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _encoded_picture(block: Mapping[str, Any]) -> str:
    """Return the picture of a block of the Messages API, or of a part of a chat completion; empty for all else."""
    source, url = block.get("source"), block.get("image_url")
    if block.get("type") == "image" and isinstance(source, Mapping):
        return str(source.get("data") or "")
    if block.get("type") == "image_url" and isinstance(url, Mapping):
        return str(url.get("url") or "").partition("base64,")[2]
    return ""


def _picture_tokens(encoded: str) -> int:
    size = picture_size(decoded_picture(encoded))
    return _UNKNOWN_PICTURE_TOKENS if size is None else size[0] * size[1] // _PIXELS_A_TOKEN + 1
