"""The case too_long: a prompt that is too long is refused in words that the client knows."""

import pytest

from probe.model.deep_report import CaseResult
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["error_shape(as=words)"], "do not tell Claude Code that the prompt is too long"),
        (CaseResult.FAIL, ["error_shape(as=500)"], "HTTP 500 and not 400"),
        (CaseResult.FAIL, ["short_context(tokens=1000)"], "tokens only: the rest was cut off"),
        (CaseResult.CANNOT_TELL, ["status(code=400)"], "the upstream did not answer: HTTP 400"),
        (CaseResult.CANNOT_TELL, ["short_context(tokens=190000)"], "tokens is served"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "too_long", result, faults, said)
