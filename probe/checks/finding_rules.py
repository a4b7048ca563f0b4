"""The form of all findings: a rule is a small function with a condition and the texts of one finding.

A rule takes what was observed of a subject, and returns a finding where its condition holds, else None. Each subject
has a file `…_findings.py` with its rules and one table of them, in the order of the report. To add a finding, write a
rule beside its neighbours, put it into that table, and, where it is the cause of others, its code into
`rank_findings.py`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from probe.model.check_report import CheckFinding

Subject = TypeVar("Subject")
Rule = Callable[[Subject], CheckFinding | None]


def apply_rules(rules: Iterable[Rule[Subject]], subject: Subject) -> Iterator[CheckFinding]:
    """Yield the findings of the rules whose conditions hold, in the order of the rules."""
    for rule in rules:
        finding = rule(subject)
        if finding is not None:
            yield finding


def first_of(*rules: Rule[Subject]) -> Rule[Subject]:
    """Return a rule that gives the finding of the first of these rules whose condition holds."""

    def first(subject: Subject) -> CheckFinding | None:
        return next(apply_rules(rules, subject), None)

    return first
