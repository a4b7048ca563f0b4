"""Every fault that shows without the client gets its finding, and what is healthy gets none."""

import pytest

from probe.model.check_report import Category, Severity
from tests.checks.front import Reply, Rules, front
from tests.checks.support import SLACK_MS, Checker

LASTING = {
    "status(code=400)": "bad_request",
    "status(code=401)": "auth",
    "status(code=402)": "billing",
    "status(code=403)": "forbidden",
    "status(code=404)": "model_unknown",
    "status(code=404, body=html)": "no_messages",
    "status(code=429)": "rate_limited",
    "status(code=500)": "server_error",
    "status(code=502, body=html)": "bad_gateway",
    "status(code=503)": "bad_gateway",
    "status(code=504)": "gateway_timeout",
    "status(code=529)": "overloaded",
    "reset(when=before)": "connection_reset",
    "reset(when=headers)": "connection_reset",
    "reset(when=mid)": "connection_reset",
    "truncate": "truncated_stream",
    "truncate(clean=false)": "truncated_stream",
    "error_event": "stream_error",
    "bad_json": "malformed_response",
    "bad_sse": "malformed_response",
    "bad_gzip": "malformed_response",
    "html_200": "no_messages",
    "refusal_200": "billing",
    "status(code=403, message='用户额度不足, 剩余额度: ＄-0.000002')": "billing",
    "empty_200": "malformed_response",
    "redirect(to='http://127.0.0.1:9/')": "redirected",
    "wrong_text(text=nope)": "wrong_answer",
    "empty_text": "empty_answer",
    "tool_use(name=Bash)": "tool_use",
    "stop_reason(name=refusal)": "stopped_early",
    "unlabelled_gzip": "malformed_response",
    "status(code=524)": "gateway_timeout",
}
ODD = {
    "fake_stream(delay=600ms, times=1)": "fake_stream",
    "not_streamed": "not_streamed",
    "wrong_model(name=other-model)": "model_mismatch",
}
SILENT = {
    "hang(times=2)": "no_first_byte",
    "stall(after=1, times=2)": "stalled_stream",
    "ping_only(times=2)": "ping_only",
    "body_never_ends(times=2)": "body_never_ends",
}


@pytest.mark.parametrize(("fault", "code"), LASTING.items())
def test_a_fault_that_lasts(checker: Checker, fault: str, code: str) -> None:
    checked = checker(faults=[fault])
    finding = checked.finding(code)
    assert (checked.code, finding.severity, bool(finding.evidence), bool(finding.remedy)) == (3, "wrong", True, True)
    assert checked.report.findings[0].severity is Severity.WRONG, "worst first"
    assert checked.codes(Severity.WRONG) <= {code, "malformed_response"}, "one trouble, one finding"


@pytest.mark.parametrize(("fault", "code"), ODD.items())
def test_what_works_but_is_not_as_it_should_be(checker: Checker, fault: str, code: str) -> None:
    checked = checker(faults=[fault])
    assert checked.finding(code).remedy
    assert (checked.code, checked.complaints) == (0, {code})


def test_a_cold_start_is_told_from_a_fake_stream(checker: Checker) -> None:
    """Ask for a stream that takes a while: of a very short one a busy machine may read all at once."""
    checked = checker(faults=["cold_start(delay=1500ms, times=1)", "slow_drip(gap=30ms, times=1)"])
    assert checked.finding("cold_start").remedy
    assert (checked.code, checked.complaints) == (0, {"cold_start"})


@pytest.mark.parametrize(("fault", "code"), SILENT.items())
def test_silence_ends_at_the_limit(checker: Checker, fault: str, code: str) -> None:
    checked = checker(faults=[fault], timeout_s=1)
    assert checked.code == 3
    assert checked.finding(code).severity is Severity.WRONG
    assert checked.report.took_ms < 1 * 3 * 1000 + SLACK_MS
    assert Category.TIMEOUT in {each.category for each in checked.report.endpoints}


def test_a_slow_stream_is_no_stalled_one(checker: Checker) -> None:
    checked = checker(faults=["slow_drip(gap=250ms, times=1)"], timeout_s=2)
    assert checked.complaints == {"slow_stream"}
    assert checked.code == 0


def test_a_slow_stream_that_ends_in_time_tells_its_longest_gap(checker: Checker) -> None:
    checked = checker(faults=["slow_drip(gap=30ms, times=1)"])
    assert checked.complaints == set()
    (stream, _) = checked.report.streams
    assert stream.longest_gap_ms is not None
    assert 29 < stream.longest_gap_ms < SLACK_MS


def test_a_first_byte_later_than_the_client_waits_and_the_remedy(checker: Checker) -> None:
    fault = ["cold_start(delay=150ms, times=1)"]
    checked = checker(faults=fault, env=["API_TIMEOUT_MS=50"])
    assert (checked.code, "first_byte_too_late" in checked.complaints) == (3, True)
    again = checker(faults=fault, env=["API_TIMEOUT_MS=60000"])
    assert (again.code, again.complaints) == (0, set())


def test_no_gap_is_too_long_that_the_client_stands(checker: Checker) -> None:
    checked = checker(faults=["slow_drip(gap=30ms, times=1)"], env=["CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS=25"])
    assert (checked.code, checked.complaints) == (0, set()), "it never waits less than 10 s"


def test_an_answer_without_end_does_not_work(checker: Checker) -> None:
    with front(Rules(says={"whole": Reply(b"{}", 500)}), ["slow_drip(gap=250ms)"]) as upstream:
        checked = checker(upstream.url, timeout_s=1)
    finding = checked.finding("slow_stream")
    assert (checked.code, finding.severity) == (3, Severity.WRONG)
    assert "--timeout" in str(finding.remedy)


def test_a_lone_overload_is_asked_again_and_is_no_more_than_a_warning(checker: Checker) -> None:
    checked = checker(faults=["status(code=529, times=1)"])
    finding = checked.finding("overloaded")
    assert (checked.code, finding.severity) == (0, Severity.WARNING)
    assert "only with a stream; the second attempt was answered" in finding.title
    assert "529" in finding.evidence


def test_an_overload_that_lasts_is_wrong(checker: Checker) -> None:
    checked = checker(faults=["status(code=529)"])
    assert (checked.code, checked.finding("overloaded").severity) == (3, Severity.WRONG)


def test_the_remedy_is_to_wait_where_the_upstream_says_until_when(checker: Checker) -> None:
    finding = checker(faults=["status(code=429, retry_after=57600s)"]).finding("rate_limited")
    assert "Try again at 2" in str(finding.remedy)
    assert "UTC, in 16 h 00 m" in str(finding.remedy)
    soon = checker(faults=["status(code=429, retry_after=2s)"]).finding("rate_limited")
    assert "Try again at" not in str(soon.remedy)
