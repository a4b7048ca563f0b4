"""Tests for deep checks whose requests or calls cannot be made: each case says why, and what to do."""

import sys

from probe.model.deep_report import CaseReport, CaseResult, DeepReport
from tests.conftest import Probe


def untold(probe: Probe, *words: str, **env: str) -> tuple[CaseReport, ...]:
    """Return the cases of a deep check, none of which can be told."""
    ran = probe.inside("check", "--deep", "--json", *words, code=3, **env)
    (target,) = DeepReport.model_validate_json(ran.out).targets
    assert {case.result for case in target.cases} == {CaseResult.CANNOT_TELL}
    return target.cases


def test_without_a_client_each_case_that_needs_one_says_so(probe: Probe) -> None:
    for case in untold(probe, "--only", "tools,parallel_tools", "--client", "no-such-program"):
        assert case.summary == "Claude Code cannot be used here: --client: 'no-such-program' is no program"
        assert case.remedy == "Give a path, or a name on PATH."
        assert case.requests == ()


def test_a_client_that_is_none_is_not_called(probe: Probe) -> None:
    (case,) = untold(probe, "--only", "tools", "--client", f"{sys.executable} -c pass")
    assert case.summary.startswith("Claude Code cannot be used here: ")
    assert case.remedy


def test_a_proxy_that_cannot_be_used_is_named_with_a_remedy_that_the_command_has(probe: Probe) -> None:
    address = ("--base-url", "https://relay.invalid", "--model", "m", "--no-client")
    environment = {"ANTHROPIC_AUTH_TOKEN": "made-up-0123456789", "HTTPS_PROXY": "https://127.0.0.1:9"}
    for case in untold(probe, "--only", "errors,limits", *address, **environment):
        assert case.summary == "the recorder cannot go through an https:// proxy, as HTTPS_PROXY names one"
        assert str(case.remedy).startswith("Set HTTPS_PROXY to an http:// proxy")
        assert "probe run --no-recorder" in str(case.remedy), "check has no such option"
