"""The case usage: tokens of a stream, of a whole answer and of count_tokens are compared."""

import pytest

from probe.checks.deep.usage_counts import TokenCounts, judge_counts
from probe.model.deep_report import CaseResult
from probe.texts import Texts
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


def told(*counts: TokenCounts) -> tuple[CaseResult, str]:
    finding = judge_counts(counts)
    return finding.result, Texts().words(finding.summary)


def plain(stream: int = 400, whole: int = 400, counted: int | None = 400, chars: int | None = 1500) -> TokenCounts:
    return TokenCounts("plain", stream, whole, counted, chars)


def test_figures_that_agree_pass() -> None:
    assert told(plain(), TokenCounts("tools", 900, 900, 900))[0] is CaseResult.PASS
    finding = judge_counts([plain()])
    assert "400" in Texts().words(finding.evidence)


@pytest.mark.parametrize(("tokens", "result"), [(360, CaseResult.PASS), (359, CaseResult.FAIL)])
def test_a_difference_of_a_tenth_is_none(tokens: int, result: CaseResult) -> None:
    assert told(plain(whole=tokens))[0] is result
    assert told(plain(counted=tokens))[0] is result


def test_tokens_that_were_not_counted_apart_pass_in_other_words() -> None:
    result, words = told(plain(counted=None))
    assert result is CaseResult.PASS
    assert words != told(plain())[1]
    assert told(plain(counted=None), plain())[1] == told(plain())[1]


@pytest.mark.parametrize(
    ("count", "number"),
    [
        (plain(stream=0), "stream"),
        (plain(whole=0), "stream"),
        (plain(stream=0, whole=0), ""),
        (plain(whole=800), "800"),
        (plain(counted=200), "200"),
        (plain(stream=5000, whole=5000, counted=5000), "5000"),
    ],
)
def test_figures_that_cannot_be_true_fail(count: TokenCounts, number: str) -> None:
    result, words = told(count)
    assert result is CaseResult.FAIL
    assert number in words.replace(",", "")


def test_all_that_is_wrong_is_told_at_once() -> None:
    _, single = told(plain(whole=800))
    _, both = told(plain(whole=800), TokenCounts("tools", 0, 0, None))
    assert single in both
    assert len(both) > len(single)


def test_a_prompt_with_tools_may_have_any_number_of_tokens() -> None:
    assert told(TokenCounts("tools", 90_000, 90_000, 90_000))[0] is CaseResult.PASS


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["no_usage"], "without tools: answers do not say their input tokens"),
        (CaseResult.FAIL, ["no_usage(form=zero)"], "with tools: answers do not say"),
        (CaseResult.FAIL, ["usage_factor(factor=0, in=stream)"], "streams do not say"),
        (CaseResult.FAIL, ["usage_factor(factor=0, in=whole)"], "answers that are not streamed do not say"),
        (CaseResult.FAIL, ["usage_factor(factor=1.2, in=stream)"], "input tokens, the same without a stream"),
        (CaseResult.FAIL, ["count_factor(factor=0.8)"], "count_tokens"),
        (CaseResult.FAIL, ["hidden_prompt(tokens=1500)"], "somebody adds a prompt of their own"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "usage", result, faults, said)
