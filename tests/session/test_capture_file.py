"""The files of captures."""

import json
from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.model.captured_requests import Capture
from probe.session.capture_file import prepare_capture_folder, write_capture

CAPTURE = Capture.model_validate({"model": "m", "client_version": "2.1.329 (Claude/Code)", "requests": []})


def test_a_capture_is_written_where_it_is_wanted_or_named_by_version_and_time(tmp_path: Path) -> None:
    assert write_capture(CAPTURE, tmp_path / "mine.json", tmp_path) == tmp_path / "mine.json"
    prepare_capture_folder(None, tmp_path)
    named = write_capture(CAPTURE, None, tmp_path)
    assert named.parent == tmp_path / "captures"
    assert named.name.startswith("2.1.329--Claude-Code--20")
    for path in (named, tmp_path / "mine.json"):
        assert Capture.model_validate(json.loads(path.read_text())) == CAPTURE


def test_a_version_of_any_text_is_a_file_of_that_directory(tmp_path: Path) -> None:
    prepare_capture_folder(None, tmp_path)
    for version in ("../../etc/x", None, "", "x" * 5000):
        path = write_capture(CAPTURE.model_copy(update={"client_version": version}), None, tmp_path)
        assert path.parent == tmp_path / "captures"


def test_a_place_that_cannot_be_written_is_told_before_any_call(tmp_path: Path) -> None:
    prepare_capture_folder(tmp_path / "new" / "a.json", tmp_path)
    assert list((tmp_path / "new").iterdir()) == []
    with pytest.raises(UsageError, match="is a directory; name a file"):
        prepare_capture_folder(tmp_path / "new", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written to") as refused:
        prepare_capture_folder(tmp_path / "file" / "a.json", tmp_path)
    assert refused.value.key == "--output or --out"
