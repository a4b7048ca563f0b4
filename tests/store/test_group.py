"""The file that says which runs were made side by side."""

import json
import os
import stat
from pathlib import Path

import pytest

from probe.errors import StoreError, UsageError
from probe.model.base_models import SCHEMA_VERSION
from probe.model.run_manifest import Group
from probe.store import create_group, read_group, write_group
from tests.builders import START

GROUP = Group(run_id="group", created_at=START, arms=(), order_seed=1)


@pytest.fixture
def group(tmp_path: Path) -> Path:
    create_group(tmp_path / "group", GROUP)
    return tmp_path / "group"


def test_a_group_reads_back_and_is_written_anew(group: Path) -> None:
    assert read_group(group) == GROUP
    changed = GROUP.model_copy(update={"order_seed": 2})
    write_group(group, changed)
    assert read_group(group) == changed


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_nobody_else_may_read_a_group(group: Path) -> None:
    assert stat.S_IMODE(group.stat().st_mode) == 0o700
    assert stat.S_IMODE((group / "group.json").stat().st_mode) == 0o600


def test_where_there_is_no_group_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "missing", tmp_path / "file"):
        assert read_group(place) is None


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"[" * 100_000, b'{"run_id":"\xff"}'])
def test_a_damaged_group_says_what_to_do(group: Path, data: bytes) -> None:
    (group / "group.json").write_bytes(data)
    with pytest.raises(StoreError, match=r"(?s)group\.json: cannot be read as a group.*Name the runs in `arms`"):
        read_group(group)


def test_a_group_of_a_newer_probe_is_refused(group: Path) -> None:
    place = group / "group.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"schema_version": SCHEMA_VERSION + 1}))
    with pytest.raises(UsageError, match=r"(?s)newer probe.*Upgrade probe"):
        read_group(group)


def test_a_group_is_never_written_over(group: Path) -> None:
    with pytest.raises(StoreError, match="cannot be made: File exists"):
        create_group(group, GROUP.model_copy(update={"order_seed": 2}))
    assert read_group(group) == GROUP
