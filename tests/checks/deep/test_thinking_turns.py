"""The case thinking: thinking is taken back on the second turn, with its signature."""

import pytest

from probe.model.deep_report import CaseResult
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["thinking_signature(is=lost)"], "refuses its own thinking"),
        (CaseResult.FAIL, ["thinking_signature(is=changed)"], "Invalid `signature`"),
        (CaseResult.FAIL, ["refuse_field(name=thinking)"], "a request with thinking is refused"),
        (CaseResult.CANNOT_TELL, ["drop_field(name=thinking)"], "holds no thinking"),
        (CaseResult.CANNOT_TELL, ["drop_thinking"], "with a cut signature as well"),
        (
            CaseResult.CANNOT_TELL,
            ["thinking_signature(is=lost)", "drop_thinking"],
            "comes without a signature, and is taken back",
        ),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "thinking", result, faults, said)
