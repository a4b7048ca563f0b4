"""The client of a check is started once, and makes its calls where they can tell anything."""

import os
import sys
from pathlib import Path

import pytest

from probe.checkup import client_calls
from probe.checkup.run_check import CheckRequest, run_check
from probe.drivers.process import Cancel
from tests.checks.front import Rules, front
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


STUB = f"{sys.executable} {STUB_CLIENT}"


def test_the_client_makes_two_calls_of_its_own_and_each_stands_in_the_report(checker: Checker) -> None:
    checked = checker(client=STUB)
    assert [(call.label, call.outcome) for call in checked.report.client_calls] == [("call1", "ok"), ("call2", "ok")]
    for call in checked.report.client_calls:
        assert (call.attempts, [each.good for each in call.tries], call.cut_short) == (1, [True], False)
    assert checked.report.client is not None
    assert checked.report.client.version == "9.9.9"


def test_a_refusal_that_the_client_meets_stands_with_its_attempts(checker: Checker) -> None:
    checked = checker(client=STUB, faults=["status(code=529)"])
    first = checked.report.client_calls[0]
    assert first.attempts == len(first.tries) == 3
    assert {attempt.status for attempt in first.tries} == {529}


def test_a_client_that_is_not_there_is_a_finding_and_makes_no_call(checker: Checker) -> None:
    checked = checker(client="no-such-program")
    assert checked.report.client_calls == ()
    assert checked.report.client is None
    (finding,) = [each for each in checked.report.findings if "client" in each.code and each.severity == "wrong"]
    assert "no-such-program" in finding.title + finding.evidence
    assert finding.remedy


def test_no_call_is_made_of_an_address_where_no_api_is(checker: Checker) -> None:
    with front(Rules(base="/anthropic")) as upstream:
        checked = checker(upstream.url, client=STUB)
    assert "base_url" in checked.complaints
    assert checked.report.client_calls == ()
    assert checked.report.client is not None, "whether the client starts is told all the same"
