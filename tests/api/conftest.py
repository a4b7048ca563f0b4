"""Fixtures of the tests of the public API."""

import os

import pytest


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write runs without waiting for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
