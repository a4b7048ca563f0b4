"""Misconfigured targets, produced for real: each has the right finding, and a remedy that works when followed."""

import re

import pytest

from probe.model.check_report import Severity
from tests.checks.front import MODEL, Rules, front
from tests.checks.support import Checker, named_url


@pytest.mark.parametrize(
    ("served", "set_to"),
    [
        ("", "/v1"),
        ("", "/v1/messages"),
        ("", "/v1/chat/completions"),
        ("/v1", ""),
        ("/anthropic", ""),
        ("/anthropic", "/v1"),
        ("/api/anthropic", "/api/anthropic/v1"),
        ("", "/nowhere"),
    ],
)
def test_a_base_url_with_too_much_or_too_little(checker: Checker, served: str, set_to: str) -> None:
    with front(Rules(base=served)) as upstream:
        checked = checker(upstream.url + set_to)
        finding = checked.finding("base_url")
        assert (checked.code, finding.severity) == (3, Severity.WRONG)
        assert named_url(finding.remedy) == upstream.url + served
        again = checker(named_url(finding.remedy))
    assert (again.code, again.complaints) == (0, set())


def test_the_right_base_url_is_named_with_a_bad_token_too(checker: Checker) -> None:
    with front(Rules(auth=())) as upstream:
        checked = checker(upstream.url + "/v1")
    assert named_url(checked.finding("base_url").remedy) == upstream.url


def test_plain_http_that_is_refused_is_a_fault_where_the_client_was_not_asked(checker: Checker) -> None:
    with front(Rules(claude_only=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.codes(Severity.WRONG) == {"forbidden"}
    assert "Claude Code only" in str(checked.finding("forbidden").remedy)


def test_a_page_that_is_no_api(checker: Checker) -> None:
    with front(Rules(ends=())) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("no_messages").severity is Severity.WRONG


@pytest.mark.parametrize(("taken", "configured"), [("x-api-key", "bearer"), ("bearer", "x-api-key")])
def test_the_token_in_the_other_header(checker: Checker, taken: str, configured: str) -> None:
    with front(Rules(auth=(taken,))) as upstream:
        table = f'[targets.relay]\nbase_url = "{upstream.url}"\nmodel = "{MODEL}"\n'
        (checker.folder / "probe.toml").write_text(f'{table}auth = "{configured}"\n')
        checked = checker(target="relay")
        finding = checked.finding("auth_header")
        assert (checked.code, finding.severity) == (3, Severity.WRONG)
        named = re.search(r'Set (auth = "\S+")', finding.remedy or "")
        assert named, finding.remedy
        (checker.folder / "probe.toml").write_text(f"{table}{named[1]}\n")
        again = checker(target="relay")
    assert (again.code, again.complaints) == (0, set())


def test_chat_completions_only(checker: Checker) -> None:
    with front(Rules(ends=("/v1/models", "/chat/completions"))) as upstream:
        checked = checker(upstream.url)
    assert checked.code == 3
    assert checked.report.findings[0].code == "chat_only"
    assert "gateway" in str(checked.report.findings[0].remedy)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_the_other_header_is_found_whatever_the_refusal_says(checker: Checker, status: int) -> None:
    with front(Rules(auth=("x-api-key",), refusal=status)) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.codes(Severity.WRONG)) == (3, {"auth_header"})
    assert 'auth = "x-api-key"' in str(checked.finding("auth_header").remedy)


@pytest.mark.parametrize(("base", "driver"), [("/v1", True), ("", True), ("/api/paas/v4", False)])
def test_the_driver_is_named_where_it_would_work(checker: Checker, base: str, driver: bool) -> None:
    ends = ("/chat/completions",) if base else ("/v1/chat/completions", "/chat/completions")
    with front(Rules(base=base, ends=ends, exact=True)) as upstream:
        checked = checker(upstream.url + base)
    remedy = str(checked.finding("chat_only").remedy)
    assert (f"--base-url {upstream.url} --driver chat-completions" in remedy) is driver
