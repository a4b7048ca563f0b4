"""Parts of the requests of Claude Code that an upstream does not take are recognised by its words."""

import pytest

from probe.checks.failure import Failure
from probe.checks.refused_parts import beta_refused, field_refused
from probe.model.check_report import Attempt
from probe.model.outcome import Outcome
from probe.texts import Texts
from probe.texts.phrase import phrase
from tests.checks.results import failure

SWITCH = "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1"


@pytest.mark.parametrize(
    ("words", "status", "names"),
    [
        ("Unexpected value(s) `effort-2025-11-24` for the `anthropic-beta` header", 400, "effort-2025-11-24"),
        ("invalid beta flag", 422, ""),
        ("unsupported beta header: context-1m-2025-08-07, x-20250807", 500, "context-1m-2025-08-07, x-20250807"),
        ("invalid beta flag", 429, None),
        ("invalid beta flag", 404, None),
        ("this is a beta version", 400, None),
        ("", 400, None),
    ],
)
def test_a_beta_is_refused_by_words_about_its_header(words: str, status: int, names: str | None) -> None:
    found = beta_refused(failure(words, status))
    assert (found is None) == (names is None)
    if found is not None:
        assert names is not None
        assert names in Texts().words(found.title)
        assert (found.title == phrase("check.betas_refused")) is (names == "")
        assert SWITCH in Texts().words(found.remedy)


@pytest.mark.parametrize(
    ("words", "names", "remedy"),
    [
        ("context_management: Extra inputs are not permitted", "context_management", SWITCH),
        ("tools.0.custom.defer_loading: Extra inputs are not permitted", "tools.0.custom.defer_loading", SWITCH),
        ("Unknown parameter: 'thinking'", "thinking", "MAX_THINKING_TOKENS=0"),
        ("Unrecognized request argument supplied: metadata", "metadata", ""),
        ("unsupported field `output_config`", "output_config", ""),
        ("不支持的参数：thinking", "thinking", "MAX_THINKING_TOKENS=0"),
    ],
)
def test_a_field_is_refused_by_its_name(words: str, names: str, remedy: str) -> None:
    for status in (400, 422, 500):
        found = field_refused(failure(words, status))
        assert found is not None
        assert names in Texts().words(found.title)
        assert remedy in Texts().words(found.remedy)
        assert (found.remedy == phrase("check.field_refused.do")) is (remedy == "")
    assert field_refused(failure(words, 429)) is None


def test_no_field_is_refused_where_none_is_named() -> None:
    assert field_refused(failure("invalid value")) is None
    assert field_refused(failure("")) is None


def test_what_different_requests_were_refused_for_is_named_together_and_each_once() -> None:
    refusals = ["thinking: Extra inputs are not permitted", "tools: Extra inputs are not permitted"]
    attempts = [Attempt(good=False, status=400, error_message=words) for words in [*refusals, refusals[0]]]
    good = Attempt(good=True, status=200, error_message="metadata: Extra inputs are not permitted")
    found = field_refused(Failure(Outcome.BAD_REQUEST, None, "", "TOKEN", [*attempts, good, attempts[0]]))
    assert found is not None
    assert "thinking, tools" in Texts().words(found.title)
    assert "metadata" not in Texts().words(found.title)
    assert f"MAX_THINKING_TOKENS=0, {SWITCH}" in Texts().words(found.remedy)


def test_where_no_request_is_known_all_words_are_read() -> None:
    unknown = Failure(Outcome.BAD_REQUEST, None, "thinking: Extra inputs are not permitted", "TOKEN")
    assert field_refused(unknown) is not None
