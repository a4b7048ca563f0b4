"""The case parallel_tools: two calls in one answer, whole and each with an id."""

import pytest

from probe.checks.deep.parallel_tools import judge_parallel
from probe.model.deep_report import CaseResult
from tests.checks.deep.tool_replies import said, tool_answers

TWO = ("first a1b2c3d4", "second a1b2c3d4")


@pytest.mark.parametrize(
    ("fault", "result", "words"),
    [
        ("tool_calls(how=same_id)", CaseResult.FAIL, "the same id"),
        ("tool_calls(how=twice)", CaseResult.FAIL, "the same call came twice"),
        ("tool_pieces(as=same_index)", CaseResult.FAIL, "the same index"),
        ("tool_arguments(as=cut)", CaseResult.FAIL, "the end is cut off"),
        ("tool_calls(how=dropped)", CaseResult.CANNOT_TELL, "only one of two calls"),
    ],
)
def test_two_calls_in_one_answer(fault: str, result: CaseResult, words: str) -> None:
    finding = judge_parallel(tool_answers(TWO, fault))
    assert said(finding)[0] is result
    assert words in said(finding)[1]


def test_two_whole_calls_pass() -> None:
    assert judge_parallel(tool_answers(TWO)).result is CaseResult.PASS


def test_a_call_that_fell_out_of_the_middle_is_seen_by_its_index() -> None:
    answers = tool_answers(TWO, "tool_calls(how=dropped)")
    answers.first.content.blocks[0].index = 1
    assert "missing between" in said(judge_parallel(answers))[1]


def test_calls_without_an_id_cannot_be_told_apart() -> None:
    answers = tool_answers(TWO)
    answers.first.content.tools[1].id = ""
    result, words = said(judge_parallel(answers))
    assert result is CaseResult.FAIL
    assert "the same id" in words
