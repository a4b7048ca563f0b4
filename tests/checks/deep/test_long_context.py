"""The case long_context: what stands in a long prompt is found."""

import pytest

from probe.model.deep_report import CaseResult
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["short_context(tokens=20000)"], "in a prompt of about 32,000 tokens it is not found"),
        (CaseResult.FAIL, ["short_context(tokens=80000)"], "in a prompt of about 100,000 tokens it is not found"),
        (CaseResult.FAIL, ["body_limit(bytes=200000)"], "a prompt of about 100,000 tokens is refused: HTTP 413"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "long_context", result, faults, said)
