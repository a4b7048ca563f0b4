"""Files that are no captures are refused, with a word on what they are."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.load.capture import load_capture


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"{", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"[]", "is no capture"),
        (b'{"schema_version": 1}', "is no capture"),
        (b'{"file": "capture", "schema_version": 99}', "newer probe"),
        (b'{"file": "capture", "model": "m"}', "requests"),
        (b'{"file": "capture", "model": "m", "requests": [{}]}', "requests.0.call"),
    ],
)
def test_what_is_no_capture_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        load_capture(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path))
