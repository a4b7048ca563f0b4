"""The files of a history: their names, and how they are written."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from probe.store.parquet.history_listing import list_history
from probe.store.parquet.run_table import run_key
from tests.builders import call, manifest, target_info
from tests.store.parquet.history_runs import add, ask, write_run

pytestmark = pytest.mark.usefixtures("quick")


def files(history: Path) -> dict[str, bytes]:
    return {path.relative_to(history).as_posix(): path.read_bytes() for path in history.rglob("*.parquet")}


def test_a_run_is_a_file_below_its_target_and_month(tmp_path: Path, runs: list[Path]) -> None:
    assert add(tmp_path / "h", *runs) == [4, 2]
    assert sorted(path.rpartition("/")[0] for path in files(tmp_path / "h")) == ["control/2026-12", "relay/2026-11"]
    told = ask(tmp_path / "h", "SELECT target, month, role, upstream_kind, count(*) FROM calls GROUP BY ALL ORDER BY 1")
    assert told == [("control", "2026-12", "control", "embedded", 2), ("relay", "2026-11", "target", "real", 4)]


def test_adding_twice_changes_nothing_and_a_run_that_grew_takes_its_own_place(tmp_path: Path, runs: list[Path]) -> None:
    add(tmp_path / "h", *runs)
    before = files(tmp_path / "h")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "h").rglob("*.parquet")}
    copied = shutil.copytree(runs[0], tmp_path / "copy")
    assert add(tmp_path / "h", *runs, copied) == [4, 2]
    assert files(tmp_path / "h") == before
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "h").rglob("*.parquet")} == times
    shutil.rmtree(runs[0])
    write_run(tmp_path / "runs", [call(number, place) for number in (1, 2, 3) for place in (1, 2)])
    assert add(tmp_path / "h", *runs) == [6, 2]
    assert files(tmp_path / "h").keys() == before.keys()
    assert ask(tmp_path / "h", "SELECT count(*) FROM calls") == [(8,)]


def test_runs_of_one_id_on_two_machines_are_two(tmp_path: Path) -> None:
    here = manifest()
    there = here.machine.model_copy(update={"id": "ffffffff"})
    add(tmp_path / "h", write_run(tmp_path / "a", [call()]))
    add(tmp_path / "h", write_run(tmp_path / "b", [call()], machine=there))
    assert ask(tmp_path / "h", "SELECT count(DISTINCT run_key), count(DISTINCT run_id) FROM calls") == [(2, 1)]
    assert run_key(here) in {key for file in list_history(tmp_path / "h").files for key in file.runs}


def test_a_target_of_any_name_has_a_directory_of_its_own(tmp_path: Path) -> None:
    names = ("..", "a/b", "中转站", "")
    for number, name in enumerate(names):
        add(tmp_path / "h", write_run(tmp_path / "r", [call()], run_id=f"../{number}", target=target_info(name=name)))
    told = {target for (target,) in ask(tmp_path / "h", "SELECT target FROM calls")}
    assert told == set(names)
    assert {path.parents[2] for path in tmp_path.rglob("*.parquet")} == {tmp_path / "h"}


CHILD = """
import os, signal, sys
from pathlib import Path
from probe.reporting.history_runs import add_runs

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

history, run, point = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
replace = Path.replace
if point == "before the rename":
    Path.replace = killed
else:
    Path.replace = lambda *paths: (replace(*paths), killed())
list(add_runs(history, [run]))
"""


@pytest.mark.parametrize(("point", "calls"), [("before the rename", 2), ("after the rename", 6)])
def test_a_writer_that_is_killed_leaves_the_old_calls_or_the_new_ones(tmp_path: Path, point: str, calls: int) -> None:
    add(tmp_path / "h", write_run(tmp_path / "a", [call(1, 1), call(1, 2)]))
    grown = write_run(tmp_path / "b", [call(number, place) for number in (1, 2, 3) for place in (1, 2)])
    child = subprocess.run([sys.executable, "-c", CHILD, tmp_path / "h", grown, point], check=False)
    assert child.returncode == -signal.SIGKILL
    assert ask(tmp_path / "h", "SELECT count(*) FROM calls") == [(calls,)]
    assert list_history(tmp_path / "h").damaged == ()
    add(tmp_path / "h", grown)
    assert ask(tmp_path / "h", "SELECT count(*) FROM calls") == [(6,)]
