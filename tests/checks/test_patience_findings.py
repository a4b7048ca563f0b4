"""Findings on how long the client waits and how often it tries again."""

import pytest

from probe.checks.patience_findings import judge_patience
from probe.model.check_report import Severity
from tests.checks.results import in_english


def codes(**environment: str) -> dict[str, Severity]:
    """Return the findings of these variables, with their severity."""
    return {finding.code: finding.severity for finding in in_english(*judge_patience(environment))}


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, {}),
        ({"OTHER": "1"}, {}),
        ({"API_TIMEOUT_MS": "60000"}, {"outlasts_deadline": Severity.NOTE}),
        ({"API_TIMEOUT_MS": "9999", "CLAUDE_CODE_MAX_RETRIES": "1"}, {"timeout_short": Severity.WARNING}),
        ({"API_TIMEOUT_MS": "10000", "CLAUDE_CODE_MAX_RETRIES": "1"}, {}),
        ({"CLAUDE_CODE_MAX_RETRIES": "0"}, {"no_retries": Severity.NOTE}),
        (
            {"API_TIMEOUT_MS": "500", "CLAUDE_CODE_MAX_RETRIES": "0"},
            {"timeout_short": Severity.WARNING, "no_retries": Severity.WARNING},
        ),
        ({"API_TIMEOUT_MS": "10000", "CLAUDE_CODE_MAX_RETRIES": "15"}, {}),
        (
            {"API_TIMEOUT_MS": "10000", "CLAUDE_CODE_MAX_RETRIES": "16"},
            {"retries_capped": Severity.NOTE},
        ),
        ({"API_TIMEOUT_MS": " 21818 "}, {}),
        ({"API_TIMEOUT_MS": "21819"}, {"outlasts_deadline": Severity.NOTE}),
    ],
)
def test_what_is_found_of_the_two_variables(environment: dict[str, str], found: dict[str, Severity]) -> None:
    assert codes(**environment) == found


@pytest.mark.parametrize("value", ["", "10m", "-1", "1.5", "\u0661\u0662", "0x10"])
def test_a_value_that_is_no_number_is_named_and_nothing_else_is_concluded(value: str) -> None:
    assert codes(API_TIMEOUT_MS=value, CLAUDE_CODE_MAX_RETRIES="0") == {"setting_unreadable": Severity.WRONG}
    (finding,) = in_english(*judge_patience({"API_TIMEOUT_MS": value}))
    assert "API_TIMEOUT_MS" in finding.title
    assert len(in_english(*judge_patience({"API_TIMEOUT_MS": value, "CLAUDE_CODE_MAX_RETRIES": value}))) == 2


def test_what_is_set_is_the_evidence() -> None:
    environment = {"CLAUDE_CODE_MAX_RETRIES": "0", "API_TIMEOUT_MS": "500"}
    for finding in in_english(*judge_patience(environment)):
        assert finding.evidence == "API_TIMEOUT_MS=500, CLAUDE_CODE_MAX_RETRIES=0"
    (endless,) = in_english(*judge_patience({"API_TIMEOUT_MS": "9" * 5000}))
    assert len(endless.evidence) < 200
