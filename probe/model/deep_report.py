"""The report of `probe check --deep`: whether an upstream does all that Claude Code needs, case by case."""

from enum import StrEnum

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Lenient
from probe.model.check_report import Severity
from probe.model.client import ModelUsage
from probe.model.outcome import Outcome
from probe.model.run_manifest import ClientInfo


class CaseResult(StrEnum):
    """The result of a case. `cannot_tell` stands for all that neither passes nor fails; there is no score."""

    PASS = "pass"  # noqa: S105 - a result
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"


class CaseRequest(Lenient):
    """A request that a case made, as evidence. `by` is `plain HTTP` or `Claude Code`."""

    name: str = Field(description="what the request is for, in the language of the report")
    by: str
    method: str = "POST"
    path: str
    status: int | None = None
    outcome: Outcome
    ms: float
    usage: ModelUsage | None = None
    request_id: str | None = Field(None, description="by which the upstream's operator finds it")
    quote: str = Field("", description="the beginning of the answer, without secrets")


class CaseReport(Lenient):
    """One case with its result.

    `severity` says how bad a failure is for Claude Code. `breaks` stands where it fails, `remedy` also where nothing
    can be told.
    """

    name: str
    title: str
    result: CaseResult
    severity: Severity
    summary: str = Field(description="what was found, in one sentence")
    evidence: str = Field("", description="of it, beside the requests")
    breaks: str | None = Field(None, description="what goes wrong for people")
    remedy: str | None = None
    took_ms: float
    tokens: int = Field(0, description="of all requests, as far as the upstream says")
    requests: tuple[CaseRequest, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """True where a case fails that Claude Code cannot do without."""
        return self.result is CaseResult.FAIL and self.severity is Severity.WRONG


class DeepTarget(Lenient):
    """The cases of one target, in the order in which they were made."""

    name: str
    base_url: str
    model: str
    embedded: bool = False
    client: ClientInfo | None = None
    cases: tuple[CaseReport, ...] = ()

    def case(self, name: str) -> CaseReport | None:
        """Return the case of this name, where it was made."""
        return next((case for case in self.cases if case.name == name), None)

    @property
    def told(self) -> bool:
        """True where at least one case passed or failed."""
        return any(case.result is not CaseResult.CANNOT_TELL for case in self.cases)


class PlannedCase(Lenient):
    """A case before it is made. `tokens` is about what it costs for one target, in and out."""

    name: str
    title: str
    by: str = Field(description="`plain HTTP` or `Claude Code`")
    tokens: int
    severity: Severity
    opt_in: bool = False


class DeepReport(Lenient):
    """Everything that `probe check --deep` found. `planned` are all cases that were to be made, in their order."""

    schema_version: int = SCHEMA_VERSION
    probe_version: str
    faults: tuple[str, ...] = ()
    planned: tuple[PlannedCase, ...]
    targets: tuple[DeepTarget, ...] = ()
    interrupted: bool = Field(False, description="ended before all cases were made")
    took_ms: float

    @property
    def wrong(self) -> bool:
        """True where a case fails that Claude Code cannot do without, or where nothing could be told of a target."""
        return any(not target.told or any(case.is_wrong for case in target.cases) for target in self.targets)
