"""Tests of `probe.stats`."""
