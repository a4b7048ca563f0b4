"""Measures how reliable Claude Code really is through a given upstream."""

__version__ = "0.1.0"
