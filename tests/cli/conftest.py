"""Fixtures of tests of commands, which those of reports have too."""

from tests.reporting.conftest import receiver, recorded, runs, stored

__all__ = ["receiver", "recorded", "runs", "stored"]
