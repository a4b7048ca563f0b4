"""The result of a rule, and the evaluation of a list of rules: the first that applies decides."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from probe.model.outcome import Outcome
from probe.texts.phrase import Words

Subject = TypeVar("Subject")
Result = TypeVar("Result")


class Classification(NamedTuple):
    """An outcome, its cause where one is known, and the evidence for a person to read, in any language."""

    outcome: Outcome
    cause: str | None
    evidence: Words


def classify_by(rules: Iterable[Callable[[Subject], Classification | None]], subject: Subject) -> Classification:
    """Return the classification by the first rule that applies. Raise LookupError where none does.

    The last rule of such a list always applies.
    """
    classification = first_match(rules, subject)
    if classification is None:
        raise LookupError("no rule applies, and the last one of the list always should")
    return classification


def first_match(rules: Iterable[Callable[[Subject], Result | None]], subject: Subject) -> Result | None:
    """Return the result of the first rule that applies to the subject, or None where no rule does."""
    for rule in rules:
        result = rule(subject)
        if result is not None:
            return result
    return None
