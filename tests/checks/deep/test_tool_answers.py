"""The cases `tools` and `parallel_tools`: each fault of the embedded upstream, and what a model may do."""

from dataclasses import replace

import pytest

from probe.checks.deep.case_ends import NotServed
from probe.checks.deep.tool_answers import ToolAnswers, ask_for_tools
from probe.checks.deep.tool_round_trip import awkward_text, judge_round_trip
from probe.model.deep_report import CaseResult
from probe.texts import Texts
from tests.checks.deep.tool_replies import TOOL, Client, access_with, refused, said, tool_answers

TEXT = awkward_text("a1b2c3d4")


def test_a_tool_round_trip_passes() -> None:
    finding = judge_round_trip(tool_answers([TEXT]))
    assert finding.result is CaseResult.PASS
    assert len(TEXT.encode()) > 900


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("tool_arguments(as=mojibake)", "UTF-8 read in another encoding"),
        ("tool_arguments(as=lost_letters)", "letters beyond ASCII are lost"),
        ("tool_arguments(as=html)", "HTML entities"),
        ("tool_arguments(as=escaped)", "escaped once too often"),
        ("tool_arguments(as=no_quotes)", "quotes or backslashes"),
        ("tool_arguments(as=no_pipes)", "pipes are missing"),
        ("tool_arguments(as=cut)", "the end is cut off"),
        ("tool_calls(how=lost)", "no call came"),
        ("tool_calls(how=as_text)", "came as text"),
        ("tool_calls(how=end_turn)", "stop_reason is end_turn, not tool_use"),
        ("tool_pieces(as=object)", "are no text"),
        ("tool_pieces(as=none)", "came empty"),
        ("tool_pieces(as=unfinished)", "no JSON object"),
    ],
)
def test_a_relay_that_breaks_tool_calls_fails(fault: str, words: str) -> None:
    result, sentence = said(judge_round_trip(tool_answers([TEXT], fault)))
    assert result is CaseResult.FAIL
    assert words in sentence


def test_arguments_in_one_piece_are_fine() -> None:
    answers = tool_answers([TEXT], "tool_pieces(as=whole)")
    assert answers.calls[0].pieces == 1
    assert judge_round_trip(answers).result is CaseResult.PASS


def test_a_model_that_does_not_call_the_tool_proves_nothing() -> None:
    finding = judge_round_trip(tool_answers([TEXT], "wrong_text"))
    assert said(finding) == (CaseResult.CANNOT_TELL, "the model did not call the tool")


def test_a_client_that_did_not_offer_the_tool_proves_nothing() -> None:
    assert "did not offer the tool" in said(judge_round_trip(tool_answers([TEXT], tools=())))[1]


@pytest.mark.parametrize(("first_tools", "calls"), [((), 2), ((TOOL,), 1)])
def test_a_tool_that_came_too_late_is_asked_for_once_more(first_tools: tuple[object, ...], calls: int) -> None:
    replies = [tool_answers([TEXT], tools=first_tools).reply, tool_answers([TEXT]).reply]
    client = Client(replies)
    answers = ask_for_tools(access_with(client), "a call", [TEXT])
    assert client.made == calls
    assert judge_round_trip(answers).result is CaseResult.PASS


def test_a_text_that_a_model_may_have_changed_proves_nothing() -> None:
    answers = tool_answers([TEXT])
    other = replace(answers, texts=[TEXT.replace("backticks", "marks")])
    result, sentence = said(judge_round_trip(other))
    assert result is CaseResult.CANNOT_TELL
    assert "a model may" in sentence


def test_a_result_that_is_refused_fails() -> None:
    answers = tool_answers([TEXT])
    finding = judge_round_trip(ToolAnswers(refused(answers.reply, 400), [TEXT]))
    assert said(finding) == (CaseResult.FAIL, "the request with the tool's result is refused")
    assert "HTTP 400" in Texts().words(finding.evidence)


def test_a_call_that_the_client_could_not_make_fails() -> None:
    answers = tool_answers([TEXT])
    finding = judge_round_trip(ToolAnswers(replace(answers.reply, received=[]), [TEXT]))
    assert said(finding) == (CaseResult.FAIL, "the client could not make the call")


def test_an_answer_without_the_mark_proves_nothing() -> None:
    answers = tool_answers([TEXT])
    finding = judge_round_trip(ToolAnswers(replace(answers.reply, mark="another"), [TEXT]))
    assert finding.result is CaseResult.CANNOT_TELL


def test_no_answer_at_all_is_not_served() -> None:
    answers = tool_answers([TEXT])
    with pytest.raises(NotServed, match="gave up"):
        judge_round_trip(ToolAnswers(replace(answers.reply, requests=[], evidence="the client gave up"), [TEXT]))
