"""The cases that plain HTTP makes: the embedded upstream passes each, and one that serves nobody cannot be told."""

import pytest

from probe.checks.deep.all_cases import CASES
from probe.model.deep_report import CaseResult
from tests.checks.deep.support import made_case
from tests.conftest import Probe

PLAIN = [case.name for case in CASES if not case.needs_client]


@pytest.mark.parametrize("name", [name for name in PLAIN if name != "cache"])
def test_the_embedded_upstream_passes(probe: Probe, name: str) -> None:
    case = made_case(probe, name, code=0)
    assert case.result is CaseResult.PASS, case.summary
    assert (case.breaks, case.remedy) == (None, None)
    assert case.requests


@pytest.mark.parametrize("name", PLAIN)
def test_an_overloaded_upstream_cannot_be_told(probe: Probe, name: str) -> None:
    case = made_case(probe, name, "--fault", "status(code=529, requests=all)", code=3)
    assert case.result is CaseResult.CANNOT_TELL
    assert "HTTP 529" in case.summary
    assert case.remedy


@pytest.mark.parametrize("name", PLAIN)
def test_a_token_that_is_refused_cannot_be_told(probe: Probe, name: str) -> None:
    case = made_case(probe, name, "--fault", "status(code=403, body=html, requests=all)", code=3)
    assert case.result is CaseResult.CANNOT_TELL
