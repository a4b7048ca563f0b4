"""The lists of rules are complete, and read in order."""

import pytest

from probe.diagnose.classification import classify_by, first_match


def test_the_first_rule_that_applies_decides() -> None:
    asked: list[str] = []

    def passes(subject: str) -> str | None:
        asked.append(f"passes {subject}")
        return None

    def applies(subject: str) -> str | None:
        asked.append(f"applies {subject}")
        return "result"

    assert first_match((passes, applies, passes), "call") == "result"
    assert asked == ["passes call", "applies call"]


def test_a_list_without_a_rule_that_applies_is_a_defect() -> None:
    with pytest.raises(LookupError):
        classify_by((lambda _: None,), "call")
