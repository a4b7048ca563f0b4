"""Make single cases of `probe check --deep` as a user does, and read what is printed."""

from probe.model.deep_report import CaseReport, DeepReport
from tests.conftest import Probe


def made_case(probe: Probe, name: str, *words: str, code: int | None = None, **env: str) -> CaseReport:
    """Make one case by plain HTTP against the embedded upstream, or what `words` name; return what was found."""
    return case_with_client(probe, name, "--no-client", *words, code=code, **env)


def case_with_client(probe: Probe, name: str, *words: str, code: int | None = None, **env: str) -> CaseReport:
    """Make one case, with the client where it needs it; return what was found."""
    ran = probe.inside("check", "--deep", "--only", name, "--json", *words, code=code, **env)
    report = DeepReport.model_validate_json(ran.out)
    (target,) = report.targets
    (case,) = target.cases
    return case
