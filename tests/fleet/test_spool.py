"""The spool of a vantage: an attempt that was begun is never begun again."""

import os
import time
from pathlib import Path

import pytest

from probe.errors import StoreError, UsageError
from probe.fleet.spool import RoundAttempt, Spool

FIRST, SECOND = RoundAttempt("glm@fra", 1, 1), RoundAttempt("glm@fra", 1, 2)


def test_an_attempt_is_begun_once_also_after_a_crash(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        assert [spool.begin("run", attempt) for attempt in (FIRST, FIRST, SECOND)] == [True, False, True]
        assert spool.begin("another", FIRST)
    with Spool(tmp_path / "spool") as spool:
        assert [spool.begin("run", attempt) for attempt in (FIRST, SECOND)] == [False, False]


def test_events_are_kept_until_they_are_stored_elsewhere(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        spool.begin("run", FIRST)
        assert spool.finished("run", FIRST) is None
        spool.finish("run", FIRST, b"events")
    with Spool(tmp_path / "spool") as spool:
        assert spool.finished("run", FIRST) == b"events"
        spool.forget_events("run", FIRST)
        spool.forget_events("run", FIRST)
        assert spool.finished("run", FIRST) is None
        assert not spool.begin("run", FIRST), "that it was begun is not forgotten"


def test_a_line_that_a_crash_tore_was_not_begun(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        spool.begin("run", FIRST)
    with (tmp_path / "spool" / "runs" / "run" / "begun").open("a") as file:
        file.write(SECOND.line[:-1])
    with Spool(tmp_path / "spool") as spool:
        assert [spool.begin("run", attempt) for attempt in (FIRST, SECOND)] == [False, True]


def test_a_run_that_is_over_is_forgotten_whole(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        spool.begin("run", FIRST)
        spool.finish("run", FIRST, b"events")
        spool.forget_run("run")
        assert list((tmp_path / "spool" / "runs").iterdir()) == []
        assert spool.begin("run", FIRST)


def test_a_spool_has_one_worker_and_keeps_its_id(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        known = spool.id
        with pytest.raises(UsageError, match="another worker uses this spool"):
            Spool(tmp_path / "spool")
    with Spool(tmp_path / "spool") as spool, Spool(tmp_path / "other") as other:
        assert spool.id == known != other.id


def test_all_of_it_is_private(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        spool.begin("run", FIRST)
        spool.finish("run", FIRST, b"events")
    for path in [tmp_path / "spool", *(tmp_path / "spool").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_a_run_that_nobody_came_back_for_is_removed_after_two_months(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        for run in ("old", "new"):
            spool.begin(run, FIRST)
    for run, days in (("old", 61), ("new", 59)):
        long_ago_s = time.time() - days * 86400
        os.utime(tmp_path / "spool" / "runs" / run, (long_ago_s, long_ago_s))
    with Spool(tmp_path / "spool"):
        assert [path.name for path in (tmp_path / "spool" / "runs").iterdir()] == ["new"]


@pytest.mark.parametrize("run", ["../elsewhere", "/etc", "..", ".hidden", "a/b"])
def test_no_name_of_a_run_leads_out_of_it(tmp_path: Path, run: str) -> None:
    with Spool(tmp_path / "spool") as spool:
        for use in (lambda: spool.begin(run, FIRST), lambda: spool.forget_run(run), lambda: spool.finished(run, FIRST)):
            with pytest.raises(ValueError, match="is no name of a run"):
                use()


def test_a_place_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be used as a spool") as refused:
        Spool(tmp_path / "file" / "spool")
    assert refused.value.key == "--spool"


def test_a_run_for_which_there_is_no_place_is_told_as_such(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        (tmp_path / "spool" / "runs").rename(tmp_path / "away")
        with pytest.raises(StoreError, match="cannot be written: No such file or directory"):
            spool.begin("run", FIRST)
