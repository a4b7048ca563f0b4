"""Runs are found by the names and patterns that a user gives."""

import shutil
from pathlib import Path

import pytest

import probe
from probe.errors import UsageError
from tests.builders import GOLDEN


def loaded(*names: str | Path, out: Path) -> list[str]:
    return [path.name for path in probe.load(*names, out=out).run_paths]


def test_no_name_is_the_latest(out: Path) -> None:
    assert loaded(out=out) == ["a", "b"]


def test_directories_ids_and_arms(out: Path) -> None:
    name = "20261121T073000Z-two-calls-relay"
    assert loaded(out / "runs" / name, out=out) == loaded(name, out=out) == [name]
    assert loaded("20261123T073000Z-two-calls-a+b/a", out=out) == ["a"]
    assert loaded("20261123T073000Z-two-calls-a+b", out=out) == ["a", "b"]


def test_a_directory_of_runs_is_all_of_them(out: Path) -> None:
    assert len(loaded(out / "runs", out=out)) == 4


def test_patterns_are_of_paths_or_of_ids(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(loaded("2026112[12]*", out=out)) == 2
    assert len(loaded(str(out / "runs" / "*relay"), out=out)) == 2
    assert len(loaded(str(out / "ru*"), out=out)) == 4
    monkeypatch.chdir(out)
    assert len(loaded("runs/*relay", out=out)) == 2


def test_a_run_counts_once(out: Path) -> None:
    name = "20261121T073000Z-two-calls-relay"
    assert loaded(name, out / "runs" / name, "*relay", out=out).count(name) == 1


def test_what_is_no_run_is_refused_with_what_is_near(out: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 20261121T073000Z-two-calls-relay"):
        probe.load("20261121T073000Z-two-calls-rely", out=out)
    with pytest.raises(UsageError, match=r"no run matches nothing\*"):
        probe.load("nothing*", out=out)
    with pytest.raises(UsageError, match="holds no run"):
        probe.load(out / "runs" / "20261121T073000Z-two-calls-relay" / "rounds")
    with pytest.raises(UsageError, match="is not a directory of a run of probe"):
        probe.load(out / "runs" / "20261121T073000Z-two-calls-relay" / "manifest.json")


def test_a_directory_of_both_kinds_holds_the_scripted_runs(recording: Path) -> None:
    runs = recording.parent
    shutil.copytree(GOLDEN / "runs" / "plain", runs / "plain")
    for given in (runs, f"{runs}/*"):
        assert [path.name for path in probe.load(given).paths] == ["plain"]
    assert len(probe.load(runs / "recorded").requests) == 30
