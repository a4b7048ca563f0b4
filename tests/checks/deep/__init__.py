"""Tests of the cases of `probe check --deep`."""
