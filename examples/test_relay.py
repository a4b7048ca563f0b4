"""Test a relay with pytest: `pytest examples/test_relay.py`. The plugin comes with probe.

Here the embedded upstream stands in for a relay; take the name of a target of `probe.toml` instead. Tests with the same
arguments share one run, since measuring takes time and money.
"""

from typing import Any

import pytest

pytestmark = pytest.mark.probe(target="embedded", drivers="messages", rounds=3, faults="none")


def test_it_rarely_fails(probe_run: Any) -> None:
    assert probe_run.gate("failure_rate > 10% surely")


def test_it_is_fast_enough(probe_run: Any) -> None:
    assert probe_run.gate("p90_wall > 30s")


def test_nothing_is_wrong_with_it(probe_target: Any) -> None:
    report = probe_target.check(client=False)
    assert [finding.code for finding in report.findings if finding.severity == "wrong"] == []
