"""Cases of a deep check, read as they are printed."""

from probe.model.deep_report import CaseReport, CaseResult, DeepReport
from tests.conftest import Probe


def untold(probe: Probe, *words: str, **env: str) -> tuple[CaseReport, ...]:
    """Return the cases of a deep check, none of which can be told."""
    ran = probe("check", "--deep", "--json", *words, code=3, **env)
    (target,) = DeepReport.model_validate_json(ran.out).targets
    assert {case.result for case in target.cases} == {CaseResult.CANNOT_TELL}
    return target.cases
