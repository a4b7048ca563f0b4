"""Tests of `probe check` put together."""
