"""The case limits: max_tokens and stop_sequences are kept."""

import pytest

from probe.model.deep_report import CaseResult
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["drop_field(name=max_tokens)"], "max_tokens is not kept"),
        (CaseResult.FAIL, ["drop_field(name=stop_sequences)"], "stop_sequences are not kept"),
        (
            CaseResult.FAIL,
            ["stop_reason(name=end_turn, chars=20)"],
            "that max_tokens ended has the stop_reason end_turn",
        ),
        (CaseResult.CANNOT_TELL, ["wrong_text(text=Hello)"], "does not answer with the text"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "limits", result, faults, said)
