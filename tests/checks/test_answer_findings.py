"""Findings on answers that came, but not as they were asked for."""

import pytest

from probe.model.check_report import Severity
from tests.checks.front import Reply, Rules, front
from tests.checks.replies import CHUNK, COUNT, TOOL, events, message
from tests.checks.support import Checker

BY_STREAM = {
    "nameless_events": (events(*message(), named=False), "`event:`", "paid for twice"),
    "tool_use": (events(*TOOL), "with a stream", "refused"),
    "wrong_answer": (events(*message("This relay is for members only")), "members only", "another model"),
    "empty_answer": (events(message()[0], *message()[-2:]), "with a stream", "changes prompts"),
    "truncated_stream": (events(*message()[:3]), "no message_stop", "input is paid for twice"),
    "stream_error": (
        events({"error": {"type": "upstream_error", "message": "upstream 503"}}),
        "upstream_error, upstream 503",
        "later",
    ),
    "chat_at_messages": (events(CHUNK) + b"data: [DONE]\n\n", "HTTP 200", "translated to the Messages API"),
}


@pytest.mark.parametrize(("code", "case"), BY_STREAM.items())
def test_the_streamed_answer_is_judged(checker: Checker, code: str, case: tuple[bytes, str, str]) -> None:
    body, evidence, remedy = case
    with front(Rules(says={"stream": Reply(body)})) as upstream:
        checked = checker(upstream.url)
    first = checked.report.findings[0]
    assert (checked.code, first.code, first.severity) == (3, code, Severity.WRONG)
    assert (evidence in first.evidence, remedy in str(first.remedy)) == (True, True), first
    assert checked.complaints == {code}, "one trouble, one finding"
    assert "streams" not in checked.codes(Severity.GOOD) or code in {"tool_use", "wrong_answer", "empty_answer"}


@pytest.mark.parametrize("text", [COUNT, f"Sure: {COUNT.replace(' ', ', ')}.", COUNT[:50], COUNT.replace(" ", "\n")])
def test_an_answer_that_nearly_follows_is_an_answer(checker: Checker, text: str) -> None:
    with front(Rules(says={"stream": Reply(events(*message(text)))})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, set())


def test_a_stream_where_none_was_asked_for(checker: Checker) -> None:
    with front(Rules(says={"whole": Reply(events(*message("PROBE_OK")))})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, {"streamed_unasked"})
    assert "one JSON message" in str(checked.finding("streamed_unasked").remedy)


def test_answers_that_do_not_say_their_tokens_or_their_model(checker: Checker) -> None:
    plain = message()
    del plain[0]["message"]["usage"], plain[0]["message"]["model"], plain[-2]["usage"]
    with front(Rules(says={"stream": Reply(events(*plain))})) as upstream:
        checked = checker(upstream.url)
    assert checked.complaints == {"no_usage", "model_not_said"}
    assert checked.finding("no_usage").evidence == "no `usage` with a stream"
    assert "models" not in checked.codes(Severity.GOOD), "nobody knows which one served"
