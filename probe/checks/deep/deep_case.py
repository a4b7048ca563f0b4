"""The form of all cases of `probe check --deep`, and of what they find."""

from collections.abc import Callable
from dataclasses import dataclass

from probe.checks.deep.target_access import CLIENT, PLAIN, TargetAccess
from probe.model.check_report import Severity
from probe.model.deep_report import CaseResult
from probe.texts.phrase import Words


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """The result of a case, in a sentence; `evidence` stands beside its requests.

    `remedy` takes the place of the case's own, `deep.NAME.do`.
    """

    result: CaseResult
    summary: Words
    evidence: Words = ""
    remedy: Words | None = None


@dataclass(frozen=True, slots=True)
class DeepCase:
    """A case. Its texts are `deep.NAME.title`, and `deep.NAME.breaks` and `deep.NAME.do` for a failure.

    `tokens` is about what it costs, in and out; `severity` how bad a failure is for Claude Code: `wrong` where it does
    not work, `warning` where it works badly, `note` where hardly anybody minds. `examine` may end by NotServed, raised
    by a reply that is needed and did not come: then the case cannot tell. An `opt_in` case is made only where it is
    named. `by` are the ways in which it asks.
    """

    name: str
    tokens: int
    severity: Severity
    examine: Callable[[TargetAccess], CaseFinding]
    by: tuple[str, ...] = (PLAIN,)
    opt_in: bool = False

    @property
    def needs_client(self) -> bool:
        """True where nothing can be told without the real client."""
        return self.by == (CLIENT,)


def passed(summary: Words, evidence: Words = "") -> CaseFinding:
    """Build the finding of a case that passes."""
    return CaseFinding(CaseResult.PASS, summary, evidence)


def failed(summary: Words, evidence: Words = "", remedy: Words | None = None) -> CaseFinding:
    """Build the finding of a case that fails."""
    return CaseFinding(CaseResult.FAIL, summary, evidence, remedy)


def cannot_tell(summary: Words, evidence: Words = "", remedy: Words | None = None) -> CaseFinding:
    """Build the finding of a case that says nothing of the upstream either way."""
    return CaseFinding(CaseResult.CANNOT_TELL, summary, evidence, remedy)
