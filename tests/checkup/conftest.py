"""The fixture of the checks."""

from tests.checks.support import checker

__all__ = ["checker"]
