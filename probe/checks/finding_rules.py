"""The form of all findings: a rule is a small function with a condition and the phrases of one finding.

A rule takes what was observed of a subject, and returns a finding where its condition holds, else None. Each subject
has a file `…_findings.py` with its rules and one table of them, in the order of the report. To add a finding, write a
rule beside its neighbours, put it into that table, and, where it is the cause of others, its code into
`rank_findings.py`. Phrases stand in `probe/texts/check_…_texts.py`, in both languages.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from probe.model.check_report import Area, CheckFinding, Severity
from probe.texts import Texts
from probe.texts.phrase import Words

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """A finding before it is put into words."""

    area: Area
    severity: Severity
    code: str
    title: Words
    evidence: Words = ""
    remedy: Words | None = None

    def in_words(self, texts: Texts) -> CheckFinding:
        """Return the finding in the language of these texts."""
        return CheckFinding(
            area=self.area,
            severity=self.severity,
            code=self.code,
            title=texts.words(self.title),
            evidence=texts.words(self.evidence),
            remedy=None if self.remedy is None else texts.words(self.remedy),
        )


Rule = Callable[[Subject], FindingDraft | None]


def apply_rules(rules: Iterable[Rule[Subject]], subject: Subject) -> Iterator[FindingDraft]:
    """Yield the findings of the rules whose conditions hold, in the order of the rules."""
    for rule in rules:
        finding = rule(subject)
        if finding is not None:
            yield finding


def first_of(*rules: Rule[Subject]) -> Rule[Subject]:
    """Return a rule that gives the finding of the first of these rules whose condition holds."""

    def first(subject: Subject) -> FindingDraft | None:
        return next(apply_rules(rules, subject), None)

    return first
