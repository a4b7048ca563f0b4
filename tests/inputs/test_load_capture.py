"""Files that are no captures are refused with a word on what they are, and what could not be sent as it stands."""

import json
from pathlib import Path
from typing import Any

import pytest

from probe.errors import UsageError
from probe.inputs.load_capture import load_capture


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\xff", "is no JSON"),
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


SENDABLE: dict[str, Any] = {
    "call": "call1",
    "kind": "main",
    "method": "POST",
    "path": "/v1/messages?beta=true&id=<probe:uuid>",
    "headers": [["X-A", "caf\u00e9, \t<token>"], ["x-empty", ""]],
    "body": {"model": "m"},
}


def written(file: Path, **changed: Any) -> Path:
    """Write a capture with one request."""
    content = {"file": "capture", "model": "m", "requests": [SENDABLE | changed]}
    file.write_text(json.dumps(content))
    return file


def test_a_capture_is_read(tmp_path: Path) -> None:
    (request,) = load_capture(written(tmp_path / "x.json")).requests
    assert (request.path, request.headers[0]) == (SENDABLE["path"], ("X-A", SENDABLE["headers"][0][1]))


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        *(
            ("path", {"path": path})
            for path in (
                "",
                "v1/messages",
                "1/v1/messages",
                "@evil.example/v1/messages",
                ":1@evil.example/v1/messages",
                "http://evil.example/v1/messages",
                "//evil.example/v1/messages",
                "/v1/mess ages",
                "/v1/messages HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET /x",
                "/v1/messages#f",
                "/v1/\x1b[31m",
                "/v1/\u202e",
            )
        ),
        *(("method", {"method": method}) for method in ("", "PO ST", "POST\r\nX: 1", "P\u00d6ST")),
        *(
            ("headers.1", {"headers": [["X-A", "b"], list(header)]})
            for header in (
                ("", "b"),
                ("X: 1\r\nX-Evil", "b"),
                ("X-\u00dc", "b"),
                ("X-B", "b\r\nX-Evil: 1"),
                ("X-B", "b\x00"),
                ("X-B", "\u20ac"),
            )
        ),
        ("headers", {"headers": [["X-A", "b" * 50_000]]}),
    ],
)
def test_what_could_not_be_sent_as_it_stands_is_refused(tmp_path: Path, key: str, changed: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        load_capture(written(tmp_path / "x.json", **changed))
    assert str(caught.value).startswith(f"{tmp_path / 'x.json'}: requests.0.{key}: ")


def test_half_a_letter_in_a_body_can_be_sent(tmp_path: Path) -> None:
    capture = load_capture(written(tmp_path / "x.json", body={"text": "a\ud800", "key\ude00": "\ud83d\ude00"}))
    assert capture.requests[0].body == {"text": "a?", "key?": chr(0x1F600)}
    assert len(capture.digest()) == 12


def test_a_number_that_is_none_is_no_json(tmp_path: Path) -> None:
    path = written(tmp_path / "x.json", body=float("nan"))
    with pytest.raises(UsageError, match="is no JSON"):
        load_capture(path)
