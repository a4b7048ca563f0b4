"""Tests of probe.session."""
