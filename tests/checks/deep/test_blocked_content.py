"""The case firewall: no content is blocked on the way, and no body is too large for it."""

import pytest

from probe.model.deep_report import CaseResult
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["firewall"], "a script in HTML is blocked: HTTP 403"),
        (CaseResult.FAIL, ["firewall(text='union select')"], "SQL is blocked"),
        (CaseResult.FAIL, ["firewall(text='/etc/passwd')"], "shell commands are blocked"),
        (CaseResult.FAIL, ["body_limit"], "a body of 4 MB is refused: HTTP 413"),
        (CaseResult.FAIL, ["body_limit(body=json)"], "a body of 4 MB is refused: HTTP 413"),
        (CaseResult.CANNOT_TELL, ["status(code=529, after_calls=1)"], "the upstream did not answer: HTTP 529"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "firewall", result, faults, said)
