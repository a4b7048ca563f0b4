"""The fixture of the checks."""

from tests.check.support import checker

__all__ = ["checker"]
