"""The case `cache`: the embedded upstream passes, each of its faults fails, and what is not said cannot be told."""

import pytest

from probe.checks.deep.prompt_cache import judge_cache
from probe.model.client import ModelUsage
from probe.model.deep_report import CaseResult
from probe.texts import Texts
from tests.checks.deep.support import made_case
from tests.conftest import Probe


def test_a_prompt_is_read_from_the_cache(probe: Probe) -> None:
    case = made_case(probe, "cache", code=0)
    assert case.result is CaseResult.PASS
    assert case.breaks is None
    first, again, other_end = (request.usage for request in case.requests if request.usage)
    assert not first.cache_read_tokens
    assert (first.cache_creation_tokens or 0) > 4096
    assert again.cache_read_tokens == other_end.cache_read_tokens == first.cache_creation_tokens


@pytest.mark.parametrize(("how", "words"), [("unused", "never written"), ("write_only", "never read")])
def test_a_cache_that_does_not_help_fails(probe: Probe, how: str, words: str) -> None:
    case = made_case(probe, "cache", "--fault", f"no_cache(how={how})")
    assert case.result is CaseResult.FAIL
    assert words in case.summary
    assert "pays for the whole conversation" in str(case.breaks)
    assert case.remedy


def test_what_the_upstream_does_not_say_cannot_be_told(probe: Probe) -> None:
    case = made_case(probe, "cache", "--fault", "no_cache(how=unsaid)", code=3)
    assert case.result is CaseResult.CANNOT_TELL
    assert case.breaks is None
    assert "usage" in str(case.remedy)


def test_an_upstream_that_refuses_cannot_be_told(probe: Probe) -> None:
    case = made_case(probe, "cache", "--fault", "status(code=529)", code=3)
    assert case.result is CaseResult.CANNOT_TELL
    assert "HTTP 529" in case.summary
    assert [request.status for request in case.requests] == [529]


def test_a_cache_that_helps_only_a_request_that_is_alike_fails() -> None:
    """Judge a relay that keeps whole requests and not their beginnings: no conversation can use that."""
    usages = [ModelUsage(cache_read_tokens=read) for read in (0, 5000, 0)]
    finding = judge_cache(usages, "")
    assert finding.result is CaseResult.FAIL
    assert "the very same request only" in Texts().words(finding.summary)
