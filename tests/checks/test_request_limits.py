"""Limits on what a request may hold are recognised: its size, its context, the length of its answer."""

import pytest

from probe.checks.failure import Failure
from probe.checks.request_limits import body_limit, context_too_long, output_limit
from probe.model.check_report import Attempt
from probe.model.outcome import Outcome
from probe.texts import Texts
from tests.checks.results import failure


@pytest.mark.parametrize(
    ("words", "status", "outcome", "limited"),
    [
        ("", 413, Outcome.BAD_REQUEST, True),
        ("anything", 413, Outcome.API_ERROR, True),
        ("Request Entity Too Large", 400, Outcome.BAD_REQUEST, True),
        ("payload is too large", 500, Outcome.SERVER_ERROR, False),
        ("请求体过大", 400, Outcome.BAD_REQUEST, True),
        ("your plan is too large", 400, Outcome.BAD_REQUEST, False),
        ("Request Entity Too Large", 429, Outcome.BAD_REQUEST, False),
    ],
)
def test_a_body_is_too_large_by_its_status_or_by_words_of_a_refusal(
    words: str, status: int, outcome: Outcome, limited: bool
) -> None:
    assert (body_limit(failure(words, status, outcome)) is not None) is limited


@pytest.mark.parametrize(
    ("server", "words", "setting"),
    [
        ("nginx/1.22.1", "", "client_max_body_size"),
        (None, "<center>nginx</center>", "client_max_body_size"),
        (None, "PayloadTooLargeError: request entity too large", "body-parser"),
        ("nginx", "request entity too large", "client_max_body_size"),
    ],
)
def test_the_setting_is_that_of_who_refused_the_body(server: str | None, words: str, setting: str) -> None:
    found = body_limit(failure(words, 413, server=server))
    assert found is not None
    assert setting in Texts().words(found.remedy)


def test_the_evidence_says_what_was_refused_and_what_passed() -> None:
    found = body_limit(failure("", 413, request_bytes=1_500_000, passed_bytes=90_000, server="nginx"))
    assert found is not None
    evidence = Texts().words(found.evidence)
    assert "1,500,000" in evidence
    assert "90,000" in evidence
    assert "server: nginx" in evidence
    bare = body_limit(failure("", 413))
    assert bare is not None
    assert Texts().words(bare.evidence) == ""
    assert "body-parser" not in Texts().words(bare.remedy)


def test_the_size_that_was_refused_is_the_smallest_of_those_and_of_no_request_that_passed() -> None:
    sizes = [(False, 900_000), (False, 700_000), (True, 1000)]
    attempts = [Attempt(good=good, status=413, request_bytes=size) for good, size in sizes]
    found = body_limit(Failure(Outcome.BAD_REQUEST, None, "", "TOKEN", attempts))
    assert found is not None
    assert "700,000" in Texts().words(found.evidence)


@pytest.mark.parametrize(
    ("words", "status", "cause", "limited"),
    [
        ("prompt is too long: 210000 tokens > 200000 maximum", 400, None, True),
        ("This model's maximum context length is 8192 tokens", 400, None, True),
        ("输入超出上下文限制", 400, None, True),
        ("", None, "model_context_window_exceeded", True),
        ("prompt is too long", 429, None, False),
        ("the context of this is unclear", 400, None, False),
    ],
)
def test_a_context_is_too_short_by_words_or_by_the_stop_reason(
    words: str, status: int | None, cause: str | None, limited: bool
) -> None:
    assert (context_too_long(failure(words, status, cause=cause)) is not None) is limited


def test_a_context_that_max_tokens_fills_up_is_told_so() -> None:
    both = context_too_long(failure("prompt is too long: 9000 + max_tokens 32000 > 40000"))
    prompt = context_too_long(failure("prompt is too long"))
    assert both is not None
    assert prompt is not None
    assert len(Texts().words(both.remedy)) > len(Texts().words(prompt.remedy))


@pytest.mark.parametrize(
    ("words", "cause", "code", "most"),
    [
        ("max_tokens: 32000 > 8192, which is the maximum allowed", None, "max_tokens_limit", "8192"),
        ("max_tokens must be at most 4096", None, "max_tokens_limit", "4096"),
        ("Range of max_tokens should be [1, 16384]", None, "max_tokens_limit", "16384"),
        ("max_tokens 不能大于 8192", None, "max_tokens_limit", "8192"),
        ("max_completion_tokens is too large", None, "max_tokens_limit", None),
        ("HTTP 400, max_tokens is too large", None, "max_tokens_limit", None),
        ("Claude's response exceeded the 32000 output token maximum", None, "max_tokens_spent", None),
        ("", "max_tokens", "max_tokens_spent", None),
        ("max_tokens is required", None, None, None),
    ],
)
def test_a_limit_of_the_answer_is_told_with_its_number(
    words: str, cause: str | None, code: str | None, most: str | None
) -> None:
    found = output_limit(failure(words, cause=cause))
    assert (found and found.code) == code
    if most is not None:
        assert found is not None
        assert most in Texts().words(found.title) + Texts().words(found.remedy)


def test_other_failures_are_no_limits() -> None:
    for words, status in (("it broke", 500), ("", None), ("rate limit: max_tokens exceeded", 429)):
        other = failure(words, status, Outcome.SERVER_ERROR)
        assert [rule(other) for rule in (body_limit, context_too_long, output_limit)] == [None] * 3
