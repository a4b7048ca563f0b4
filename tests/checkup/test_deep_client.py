"""The client of a deep check: where it cannot be used, each case that needs it says why, and what to do."""

import sys

from tests.checkup.cases import untold
from tests.conftest import Probe


def test_without_a_client_each_case_that_needs_one_says_so(probe: Probe) -> None:
    for case in untold(probe, "--only", "tools,parallel_tools", "--client", "no-such-program"):
        assert case.summary == "Claude Code cannot be used here: --client: 'no-such-program' is no program"
        assert case.remedy == "Give a path, or a name on PATH."
        assert case.requests == ()


def test_a_client_that_is_none_is_not_called(probe: Probe) -> None:
    (case,) = untold(probe, "--only", "tools", "--client", f"{sys.executable} -c pass")
    assert case.summary.startswith("Claude Code cannot be used here: ")
    assert case.remedy


def test_a_client_that_lacks_what_its_calls_need_is_named_with_its_version_in_each_case(probe: Probe) -> None:
    cases = untold(probe, "--only", "tools,parallel_tools")
    assert len(cases) == 2
    for case in cases:
        assert "Claude Code 9.9.9" in case.summary
        assert "lacks --mcp-config" in case.summary
        assert case.remedy == "Use a newer client, or name another one with --client."
