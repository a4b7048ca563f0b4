"""The report of `probe check` in a terminal."""

from typing import Any

import pytest

from probe.model.check_report import Area, Category, CheckFinding, CheckReport, EndpointProbe, Severity
from probe.model.outcome import Outcome
from probe.render.check_listing import check_lines, check_summary, finding_lines, render_check
from probe.render.text_layout import width
from probe.texts import Texts
from tests.render.spoken import BOTH, EN


def finding(severity: Severity = Severity.WARNING, **changes: Any) -> CheckFinding:
    fields = {
        "severity": severity,
        "area": Area.CLIENT,
        "code": "some_code",
        "title": "Something is so.",
        "evidence": "it was seen",
        "remedy": "do this",
    }
    return CheckFinding.model_validate(fields | changes)


def endpoint(**changes: Any) -> EndpointProbe:
    fields = {
        "name": "messages",
        "method": "POST",
        "url": "https://relay.example/api/v1/messages?beta=true",
        "auth": "bearer",
        "status": 200,
        "category": next(iter(Category)),
        "outcome": Outcome.OK,
        "ms": 1200.0,
        "body": '{"a": 1}',
    }
    return EndpointProbe.model_validate(fields | changes)


def checked(*findings: CheckFinding, **changes: Any) -> CheckReport:
    fields = {
        "probe_version": "0.1.0",
        "target": "relay",
        "base_url": "https://relay.example",
        "model": "glm-4.7",
        "step_timeout_s": 10.0,
        "total_timeout_s": 60.0,
        "took_ms": 3400.0,
        "findings": findings,
    }
    return CheckReport.model_validate(fields | changes)


def test_a_finding_has_its_evidence_and_its_remedy_below_it() -> None:
    lines = list(finding_lines([finding()], EN, 100))
    assert lines[0].endswith("Something is so. [some_code]")
    assert lines[1].strip() == f"{EN('finding.seen')}it was seen".strip()
    assert lines[2].strip() == f"{EN('finding.do')}do this".strip()
    assert len(list(finding_lines([finding(evidence="", remedy=None)], EN, 100))) == 1


def test_what_is_good_needs_no_remedy() -> None:
    assert len(list(finding_lines([finding(Severity.GOOD)], EN, 100))) == 2


def test_an_endpoint_is_told_by_its_path_and_one_that_did_not_answer_has_a_dash() -> None:
    text = "\n".join(check_lines(checked(endpoints=(endpoint(), endpoint(status=None))), EN, 120))
    assert "POST /api/v1/messages" in text
    assert "beta=true" not in text
    first, second = (line for line in text.splitlines() if "POST" in line)
    assert " 200 " in first
    assert " - " in second


def test_a_stream_is_said_to_be_one_instead_of_its_bytes() -> None:
    text = render_check(checked(endpoints=(endpoint(streamed=True, body="data: x"),)), EN)
    assert EN("check.cell.is_stream") in text
    assert "data: x" not in text


def test_a_table_without_rows_is_left_out() -> None:
    assert list(check_lines(checked(), EN, 100)) == [""]


@BOTH
def test_no_line_is_wider_than_the_terminal_and_no_stranger_drives_it(texts: Texts) -> None:
    said = "\x1b[2J" + "word " * 60
    report = checked(finding(title=said, evidence=said, remedy=said), endpoints=(endpoint(body=said),))
    for line in check_lines(report, texts, 80):
        assert width(line) <= 80
        assert "\x1b" not in line


@pytest.mark.parametrize(
    ("severities", "key"),
    [
        ([], "check.works.no_problem"),
        ([Severity.GOOD], "check.works.no_problem"),
        ([Severity.NOTE, Severity.WARNING, Severity.WARNING], "check.works"),
        ([Severity.WRONG, Severity.NOTE], "check.is_wrong"),
    ],
)
def test_the_last_line_says_whether_it_works(severities: list[Severity], key: str) -> None:
    summary = check_summary(checked(*map(finding, severities)), EN)
    counts = {severity: severities.count(severity) for severity in (Severity.WRONG, Severity.WARNING, Severity.NOTE)}
    assert summary.startswith(EN(key, counts="|", time="|").partition("|")[0])
    assert all(str(n) in summary for n in counts.values() if n)
    assert "3.40 s" in summary
