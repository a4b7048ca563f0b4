"""A check whose client does not start in time."""

import os
import sys
from pathlib import Path

import pytest

from probe.checkup import client_calls
from probe.checkup.run_check import CheckRequest, run_check
from probe.drivers.process import Cancel
from tests.checks.support import Checker
from tests.conftest import STUB_CLIENT

NEVER_STARTS = f"""
import os, sys, time
if not {{"--version", "--help"}} & set(sys.argv):
    time.sleep(600)
os.execv(sys.executable, [sys.executable, {str(STUB_CLIENT)!r}, *sys.argv[1:]])
"""


def test_a_start_that_takes_too_long_is_said_and_cancels_nothing_else(
    checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_calls, "_FAIR_START_S", 0.5)
    script = tmp_path / "never_starts.py"
    script.write_text(NEVER_STARTS)
    request = CheckRequest({"client": f"{sys.executable} {script}"}, (), ("none",), 2.0, settings=False)
    with Cancel() as cancel:
        report = run_check(request, dict(os.environ), lambda lines: None, cancel)
        assert not cancel.cancelled
    (finding,) = [finding for finding in report.findings if finding.code == "client_does_not_start"]
    assert "its first start did not end within" in finding.evidence
    assert report.client_calls == ()
