"""The list of cases: each is documented, with its cost, and has its sentences."""

import re
from pathlib import Path

import pytest

from probe.checks.deep.all_cases import CASES, choose_cases
from probe.errors import UsageError
from probe.texts import ALL

DOCUMENT = Path(__file__).parents[3] / "docs" / "check-deep.md"
ROW = re.compile(r"^\| `(\w+)` \| ([\d,]+) \|", re.MULTILINE)


def test_the_document_has_a_row_for_each_case_with_its_cost() -> None:
    rows = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert rows == [(case.name, f"{case.tokens:,}") for case in CASES]


def test_each_case_has_its_sentences() -> None:
    for case in CASES:
        assert {f"deep.{case.name}.{part}" for part in ("title", "breaks", "do")} <= ALL.keys()


def test_opt_in_cases_are_made_where_they_are_named() -> None:
    usual = [case.name for case in choose_cases((), (), with_client=True)]
    assert "too_long" not in usual
    assert [case.name for case in choose_cases((), ("too_long",), with_client=True)] == [*usual, "too_long"]
    assert [case.name for case in choose_cases(("too_long",), (), with_client=True)] == ["too_long"]


def test_without_the_client_its_cases_are_left_out() -> None:
    assert [case.name for case in choose_cases(("tools", "errors"), (), with_client=False)] == ["errors"]
    with pytest.raises(UsageError, match="tools cannot be made without the client"):
        choose_cases(("tools",), (), with_client=False)
