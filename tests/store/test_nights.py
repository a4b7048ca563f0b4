"""The history of nights: nothing is lost, and what cannot be read is counted."""

import os
import stat
import threading
from pathlib import Path

import pytest

from probe.errors import StoreError, UsageError
from probe.model.night import Night, NightFinding, NightState, NightStep
from probe.store.nights import NIGHTS, Keep, append_nights, prepare_history, read_history
from tests.builders import START


def night(run_id: str) -> Night:
    return Night(
        date=START,
        run_id=run_id,
        target="relay",
        identity={"model": "glm"},
        steps=(NightStep(label="call1", n=30, failed=12, median_ms=1234.5),),
        state=NightState.WATCH,
        findings=(NightFinding(label="call1", quantity="failure_rate", value=0.4, expected=0.05, p=0.0001),),
    )


def ids(folder: Path) -> list[str]:
    return [each.run_id for each in read_history(folder).nights]


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "history"
    assert read_history(folder).nights == ()
    append_nights(folder, night("a"))
    append_nights(folder, night("b"), night("c"))
    assert read_history(folder).nights == (night("a"), night("b"), night("c"))
    assert (folder / NIGHTS).read_bytes().count(b"\n") == 3
    assert stat.S_IMODE((folder / NIGHTS).stat().st_mode) == 0o600


def test_only_the_newest_of_each_series_are_kept(tmp_path: Path) -> None:
    keep = Keep(3, lambda night: night.target)
    for name in "abcde":
        others = (night(f"{name}-{target}").model_copy(update={"target": target}) for target in ("glm", "kimi"))
        append_nights(tmp_path, night(name), *others, keep=keep)
    assert ids(tmp_path) == [f"{name}{target}" for name in "cde" for target in ("", "-glm", "-kimi")]


def test_old_damaged_lines_are_dropped_as_nights_are(tmp_path: Path) -> None:
    (tmp_path / NIGHTS).write_text("".join(f"{{torn {number}\n" for number in range(5)))
    append_nights(tmp_path, night("a"), keep=Keep(3, lambda night: night.target))
    assert (ids(tmp_path), read_history(tmp_path).corrupt) == (["a"], 3)


def test_damaged_lines_are_counted_and_outlived(tmp_path: Path) -> None:
    append_nights(tmp_path, night("a"))
    with (tmp_path / NIGHTS).open("ab") as file:
        file.write(b'\n{"schema_version": 1}\n[]\n\xff\xfe\n' + b"[" * 100_000 + b'\n{"run_id": "torn')
    assert (ids(tmp_path), read_history(tmp_path).corrupt) == (["a"], 5)
    append_nights(tmp_path, night("b"))
    assert (ids(tmp_path), read_history(tmp_path).corrupt) == (["a", "b"], 5)


def test_a_newer_schema_is_refused_with_its_line(tmp_path: Path) -> None:
    append_nights(tmp_path, night("a"), night("b").model_copy(update={"schema_version": 99}))
    with pytest.raises(UsageError, match=r"nights\.jsonl:2: was written by a newer probe \(schema 99"):
        read_history(tmp_path)


def test_keys_of_another_version_are_dropped(tmp_path: Path) -> None:
    line = night("a").model_dump_json().replace('"run_id"', '"colour": "red", "run_id"')
    (tmp_path / NIGHTS).write_text(line + "\n")
    assert read_history(tmp_path).nights == (night("a"),)


def test_several_writers_lose_nothing(tmp_path: Path) -> None:
    def write(name: str) -> None:
        for number in range(5):
            append_nights(tmp_path, night(f"{name}{number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids(tmp_path)) == sorted(f"{name}{number}" for name in "abcd" for number in range(5))


def test_a_writer_waits_for_the_one_that_has_read_and_not_yet_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = threading.Thread(target=append_nights, args=(tmp_path, night("second")))

    def sync(_: int) -> None:
        if second.ident is None:
            second.start()
            second.join(0.5)  # it waits for us; if it did not, we would now write over its night

    monkeypatch.setattr(os, "fsync", sync)
    append_nights(tmp_path, night("first"))
    second.join()
    assert ids(tmp_path) == ["first", "second"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for do in (prepare_history, lambda place: append_nights(place, night("a"))):
        with pytest.raises(StoreError, match="--history"):
            do(tmp_path / "file")
