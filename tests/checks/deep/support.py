"""Make single cases of `probe check --deep` as a user does, and read what is printed."""

from collections.abc import Sequence

from probe.model.deep_report import CaseReport, CaseResult, DeepReport
from tests.conftest import Probe


def made_case(probe: Probe, name: str, *words: str, code: int | None = None, **env: str) -> CaseReport:
    """Make one case by plain HTTP against the embedded upstream, or what `words` name; return what was found."""
    return case_with_client(probe, name, "--no-client", *words, code=code, **env)


def case_with_client(probe: Probe, name: str, *words: str, code: int | None = None, **env: str) -> CaseReport:
    """Make one case, with the client where it needs it; return what was found."""
    ran = probe("check", "--deep", "--only", name, "--json", *words, code=code, **env)
    report = DeepReport.model_validate_json(ran.out)
    (target,) = report.targets
    (case,) = target.cases
    return case


def assert_found(probe: Probe, name: str, result: CaseResult, faults: Sequence[str], said: str) -> None:
    """Make a case by plain HTTP against an embedded upstream with these faults, and see what it says of them."""
    words = [word for fault in faults for word in ("--fault", fault)]
    code = {CaseResult.PASS: 0, CaseResult.CANNOT_TELL: 3}.get(result)
    case = made_case(probe, name, *words, code=code)
    assert case.result is result, case.summary
    assert said in case.summary
    assert bool(case.breaks) is (result is CaseResult.FAIL)
    assert result is CaseResult.PASS or case.remedy
