"""Misconfigurations, produced for real: each has the right finding, and a remedy that works when followed."""

import re
from contextlib import ExitStack

import pytest

from probe.checks.base_urls import base_of_location, other_bases
from probe.model.check_report import Severity
from tests.checks.front import MODEL, Rules, front
from tests.checks.support import SLACK_MS, TOKEN, Checker, named_url


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


def test_a_redirect_says_where_to_go(checker: Checker) -> None:
    with front() as there, front(Rules(moved_to=there.url)) as here:
        checked = checker(here.url)
        assert not [path for method, path in there.requests], "the token goes to nobody whom the user did not name"
        again = checker(named_url(checked.finding("redirected").remedy))
    assert (again.code, again.complaints) == (0, set())


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


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("claude-opus-4.6", "claude-opus-4-6-20260205"),
        ("glm-4.7", "glm-4-7"),
        ("GLM-4.7", "glm-4.7"),
        ("kimi-k2", "moonshotai/kimi-k2"),
    ],
)
def test_a_model_that_is_spelled_otherwise(checker: Checker, asked: str, there: str) -> None:
    with front(Rules(models=("gpt-5", there, "deepseek-v3"))) as upstream:
        checked = checker(upstream.url, model=asked)
        finding = checked.finding("model_unknown")
        named = re.search(r"Set model to (\S+)", finding.remedy or "")
        assert named, finding.remedy
        assert (checked.code, named[1]) == (3, there)
        again = checker(upstream.url, model=named[1])
    assert (again.code, again.complaints) == (0, set())


def test_a_model_that_is_served_but_not_listed_is_a_note(checker: Checker) -> None:
    with front(Rules(models=("gpt-5",), unlisted=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("model_not_listed").severity is Severity.NOTE
    assert (checked.code, checked.complaints) == (0, set())


def test_an_alias_that_is_not_served(checker: Checker) -> None:
    with front(Rules(models=(MODEL, "glm-4-5-air"))) as upstream:
        config = checker.folder / "probe.toml"
        table = f'[targets.relay]\nbase_url = "{upstream.url}"\nmodel = "{MODEL}"\n'
        config.write_text(table + 'aliases = { haiku = "glm-4.5-air", opus = "claude-haiku-4" }\n')
        checked = checker(target="relay")
        haiku = [finding for finding in checked.findings("alias_unknown") if "haiku," in finding.title]
        assert haiku
        assert "glm-4-5-air" in str(haiku[0].remedy)
        assert checked.finding("alias_kind").severity is Severity.WARNING
        asked = [each.requested for each in checked.report.models]
        assert asked == [MODEL, "claude-haiku-4", "glm-4.5-air"], "one call for each name"
        config.write_text(table + 'aliases = { haiku = "glm-4-5-air" }\n')
        again = checker(target="relay")
    assert (again.code, again.complaints) == (0, set())
    assert {use for each in again.report.models for use in each.uses} == {
        "model", "opus", "sonnet", "haiku", "small-fast",
    }  # fmt: skip


def test_chat_completions_only(checker: Checker) -> None:
    with front(Rules(ends=("/v1/models", "/chat/completions"))) as upstream:
        checked = checker(upstream.url)
    assert checked.code == 3
    assert checked.report.findings[0].code == "chat_only"
    assert "gateway" in str(checked.report.findings[0].remedy)


def test_messages_only_is_fine(checker: Checker) -> None:
    with front(Rules(ends=("/v1/messages",))) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, set())
    assert {"chat_absent", "models_absent", "count_tokens_absent"} == checked.codes(Severity.NOTE)


def test_the_order_of_events_is_looked_at(checker: Checker) -> None:
    with front(Rules(rewrite={b"content_block_start": b"content_block_begin"})) as upstream:
        checked = checker(upstream.url)
    finding = checked.finding("malformed_response")
    assert "without content_block_start" in finding.title + finding.evidence
    assert "event_order" not in checked.complaints, "one trouble, one finding"


def test_what_the_client_takes_though_it_is_out_of_order_is_remarked(checker: Checker) -> None:
    with front(Rules(rewrite={b"event: message_stop": b"event: message_over"})) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("event_order").evidence == "no message_stop"


def test_a_chat_stream_without_its_end(checker: Checker) -> None:
    with front(Rules(rewrite={b"data: [DONE]": b": nothing"})) as upstream:
        checked = checker(upstream.url)
    said = [each for each in checked.report.findings if each.code in {"chat_events", "chat_fails"}]
    assert said or any("chat" in each.code for each in checked.report.findings if each.severity is Severity.NOTE)
    assert checked.code == 0, "Claude Code needs no chat completions"


def test_no_token_comes_out_that_an_upstream_says_back(checker: Checker) -> None:
    with front(Rules(spills=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("auth")
    assert "[redacted]" in checked.out
    assert TOKEN[-8:] not in checked.out + checked.err


def test_the_whole_check_ends_at_its_limit(checker: Checker) -> None:
    with ExitStack() as stack:
        upstream = stack.enter_context(front(faults=["hang"]))
        checker.folder.joinpath("probe.toml").write_text(
            f'[targets.slow]\nbase_url = "{upstream.url}"\nmodel = "a"\n'
            'aliases = { opus = "b-opus", sonnet = "c", haiku = "d" }\n'
        )
        checked = checker(target="slow", timeout_s=0.2)
    assert checked.report.took_ms < 0.2 * 3 * 1000 + SLACK_MS


def test_where_else_the_api_may_be() -> None:
    assert other_bases("https://a.example/v1")[0] == "https://a.example"
    assert "https://a.example/x/anthropic" in other_bases("https://a.example/x/v1")
    assert "https://a.example/v1" in other_bases("https://a.example")
    assert base_of_location("http://a.example", "https://a.example/v1/messages") == "https://a.example"
    assert base_of_location("http://a.example", "/login") is None
