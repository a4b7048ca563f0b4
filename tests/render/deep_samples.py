"""Reports of deep checks, built by hand: each result, several targets, and strangers' texts in every place."""

from probe.model.check_report import Severity
from probe.model.client import ModelUsage
from probe.model.deep_report import CaseReport, CaseRequest, CaseResult, DeepReport, DeepTarget, PlannedCase
from probe.model.outcome import Outcome
from probe.model.run_manifest import ClientInfo
from tests.render.samples import HOSTILE

CLIENT = ClientInfo(program="claude", version="2.1.329", source="PATH")
PLANNED = tuple(
    PlannedCase(name=name, title=f"title of {name}", by="plain HTTP", tokens=1000, severity=severity)
    for name, severity in (("tools", Severity.WRONG), ("cache", Severity.WARNING), ("image", Severity.NOTE))
)


def case(planned: PlannedCase, result: CaseResult, words: str = "said") -> CaseReport:
    """Build a case with this result, with one request."""
    request = CaseRequest(
        name="a request",
        by=planned.by,
        path="/v1/messages",
        status=200,
        outcome=Outcome.OK,
        ms=1234.5,
        usage=ModelUsage(input_tokens=100, output_tokens=5),
        request_id=words,
        quote=words,
    )
    return CaseReport(
        name=planned.name,
        title=planned.title,
        result=result,
        severity=planned.severity,
        summary=words,
        evidence=words,
        breaks=words if result is CaseResult.FAIL else None,
        remedy=None if result is CaseResult.PASS else words,
        took_ms=1500.0,
        tokens=105,
        requests=(request,),
    )


def deep_target(name: str, *results: CaseResult, words: str = "said") -> DeepTarget:
    """Build a target with these results, in the order of PLANNED."""
    cases = tuple(case(planned, result, words) for planned, result in zip(PLANNED, results, strict=False))
    return DeepTarget(name=name, base_url=f"https://{name}.example", model="glm-4.7", client=CLIENT, cases=cases)


def deep_report(*targets: DeepTarget, interrupted: bool = False) -> DeepReport:
    """Build the report of these targets."""
    return DeepReport(
        probe_version="0.1.0", planned=PLANNED, targets=targets, interrupted=interrupted, took_ms=65_000.0
    )


def two_targets() -> DeepReport:
    """Build a report of two targets: one passes, of the other two cases were made, and a stranger speaks in both."""
    fine = deep_target("fine", *[CaseResult.PASS] * 3)
    bad = deep_target("bad", CaseResult.FAIL, CaseResult.CANNOT_TELL, words=HOSTILE)
    return deep_report(fine, bad, interrupted=True)
