"""Fixtures of tests of recording."""

from pathlib import Path

import pytest

from tests.recording.user import User


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Return a user with a home and a project."""
    return User(tmp_path)
