"""Tests of the checks and their findings."""
