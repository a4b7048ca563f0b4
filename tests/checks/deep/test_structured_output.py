"""The case structured: an answer follows a schema, or its refusal does no harm."""

import pytest

from probe.model.deep_report import CaseResult
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["drop_field(name=output_config, requests=all)"], "what comes is no JSON"),
        (CaseResult.FAIL, ["wrong_text(text='{\"name\": 1}', requests=all)"], "does not follow the schema"),
        (CaseResult.FAIL, ["refuse_field(name=output_config, code=503, requests=all)"], "HTTP 503, and a usual"),
        (
            CaseResult.FAIL,
            ["refuse_field(name=output_config, requests=all)", "status(code=403, after_calls=1)"],
            "and the usual request after it too: HTTP 403",
        ),
        (
            CaseResult.PASS,
            ["refuse_field(name=output_config, requests=all)"],
            "it is refused, and usual requests are served after it",
        ),
        (
            CaseResult.CANNOT_TELL,
            ["refuse_field(name=output_config, requests=all)", "status(code=529, after_calls=1)"],
            "the upstream did not answer: HTTP 529",
        ),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "structured", result, faults, said)
