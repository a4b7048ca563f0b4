"""Stop reasons by which a model says that it has not answered."""

import pytest

from probe.diagnose.classify import diagnose
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.model.scenario import Expect
from tests.builders import MODEL
from tests.diagnose.exchanges import answered, failed, good


@pytest.mark.parametrize("reason", ["refusal", "pause_turn", "model_context_window_exceeded", "content_filter"])
def test_some_stop_reasons_mean_no_answer_whatever_text_came(reason: str) -> None:
    for seen in (answered(good(stop_reason=reason)), failed(good(stop_reason=reason), good(900, stop_reason=reason))):
        found = diagnose(seen, Expect(), MODEL)
        assert (found.outcome, found.cause) == (Outcome.STOPPED_EARLY, reason)
        assert f"stop_reason {reason}" in found.evidence
        assert "CLAUDE_CODE_MAX_OUTPUT_TOKENS" not in found.evidence


def test_thinking_alone_is_told_with_the_number_of_requests() -> None:
    thought = [good(300 + 900 * n, stop_reason="max_tokens", content_events=3, thinking_events=3) for n in range(4)]
    found = diagnose(failed(*thought), Expect(), MODEL)
    assert (found.outcome, found.cause) == (Outcome.STOPPED_EARLY, "max_tokens")
    assert "nothing but thinking came, 4 requests" in found.evidence
    nothing = good(stop_reason="max_tokens", content_events=0, streamed=False)
    assert "thinking" not in diagnose(failed(nothing), Expect(), MODEL).evidence
    some_text = good(stop_reason="max_tokens", content_events=3, thinking_events=2)
    assert "thinking" not in diagnose(failed(some_text), Expect(), MODEL).evidence


@pytest.mark.parametrize("reason", ["end_turn", "stop_sequence", None, "stop", "tool_use"])
def test_an_answer_that_is_done_is_none_of_these(reason: str | None) -> None:
    assert diagnose(answered(good(stop_reason=reason)), Expect(), MODEL).outcome is Outcome.OK


def test_a_stop_reason_of_an_answer_that_is_no_good_decides_nothing() -> None:
    broken = Exchange(
        sequence=1, connection=1, kind=RequestKind.MAIN, method="POST", path="/v1/messages", status=200,
        stream_requested=True, stop_reason="refusal", unreadable="json", end=ExchangeEnd.COMPLETE,
    )  # fmt: skip
    assert diagnose(failed(broken), Expect(), MODEL).cause == "json"
    assert diagnose(answered(broken), Expect(equals="hi"), MODEL).outcome is Outcome.OK
