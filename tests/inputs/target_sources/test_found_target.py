"""Targets as they were found, and the files that they were found in."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.inputs.target_sources.found_target import FoundTarget, SkippedTarget, files_in, sorted_out


def test_the_files_of_a_directory_come_in_the_order_of_their_names_and_any_other_place_is_the_file(
    tmp_path: Path,
) -> None:
    for name in ("b", "a"):
        (tmp_path / name).write_text("")
    assert files_in(tmp_path, ("b", "absent", "a")) == [tmp_path / "b", tmp_path / "a"]
    assert files_in(tmp_path / "a", ("b",)) == [tmp_path / "a"]
    assert files_in(tmp_path / "absent", ("b",)) == [tmp_path / "absent"]
    with pytest.raises(UsageError, match="has neither c nor d") as refused:
        files_in(tmp_path, ("c", "d"))
    assert refused.value.path == tmp_path


def test_providers_are_sorted_out_in_their_order() -> None:
    first, second = (FoundTarget(name, name, "http://a", "m") for name in "ab")
    skipped = SkippedTarget("c", "targets.skip.login")
    found = sorted_out((Path("x"),), [first, skipped, second])
    assert (found.targets, found.skipped, found.files) == ((first, second), (skipped,), (Path("x"),))
