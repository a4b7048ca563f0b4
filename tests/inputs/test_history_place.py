"""The directory of the history: named, of `probe.toml`, or the usual one."""

from pathlib import Path

import pytest

from probe.inputs.find_config import find_config
from probe.inputs.history_place import USUAL_HISTORY, configured_history, history_place


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a directory of a project that has one below it."""
    (tmp_path / "project" / "deep").mkdir(parents=True)
    return tmp_path / "project"


def place(project: Path, history: str | None, named: Path | None = None) -> Path:
    if history is not None:
        (project / "probe.toml").write_text(f'history = "{history}"\n')
    config = find_config(None, project / "deep", {"HOME": str(project.parent)})
    return history_place(named, config)


def test_a_relative_one_is_beside_its_file_and_not_where_one_works(project: Path) -> None:
    assert place(project, "months") == project / "months"


def test_the_tilde_is_the_home(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(project.parent))
    assert place(project, "~/months") == project.parent / "months"


def test_the_named_one_wins_and_without_any_it_is_the_usual_one(project: Path) -> None:
    assert place(project, None) == USUAL_HISTORY
    assert place(project, "months", Path("other")) == Path("other")


def test_the_nearest_file_that_has_one_decides(project: Path) -> None:
    (project.parent / ".config" / "probe").mkdir(parents=True)
    (project.parent / ".config" / "probe" / "probe.toml").write_text('history = "own"\n')
    (project / "probe.toml").write_text("")
    config = find_config(None, project, {"HOME": str(project.parent)})
    assert configured_history(config) == project.parent / ".config" / "probe" / "own"
