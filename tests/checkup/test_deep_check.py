"""Tests for deep checks whose requests or calls cannot be made: each case says why, and what to do."""

from tests.checkup.cases import untold
from tests.conftest import Probe


def test_a_proxy_that_cannot_be_used_is_named_with_a_remedy_that_the_command_has(probe: Probe) -> None:
    address = ("--base-url", "https://relay.invalid", "--model", "m", "--no-client")
    environment = {"ANTHROPIC_AUTH_TOKEN": "made-up-0123456789", "HTTPS_PROXY": "https://127.0.0.1:9"}
    for case in untold(probe, "--only", "errors,limits", *address, **environment):
        assert case.summary == "the recorder cannot go through an https:// proxy, as HTTPS_PROXY names one"
        assert str(case.remedy).startswith("Set HTTPS_PROXY to an http:// proxy")
        assert "probe run --no-recorder" in str(case.remedy), "check has no such option"
