"""Tests of probe.reporting."""
