"""A home directory with a project in it."""

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "project" / "deep").mkdir(parents=True)
    return home
