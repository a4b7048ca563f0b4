"""A client that asked somebody else says nothing of the upstream under test."""

from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.model.client import ClientOutput, Retry
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.request_kind import RequestKind
from probe.model.scenario import Expect
from tests.builders import MODEL, START, result

WARMUP = Exchange(
    sequence=1,
    connection=1,
    kind=RequestKind.WARMUP,
    method="HEAD",
    path="/",
    status=200,
    end=ExchangeEnd.COMPLETE,
)


REFUSED = WARMUP.model_copy(update={"kind": RequestKind.MAIN, "method": "POST", "path": "/v1/messages", "status": 503})


def observed(words: ClientOutput, exchanges: tuple[Exchange, ...] | None = (), **changes: Any) -> Observation:
    return Observation(("claude",), START, START, 6000.0, 0, words=words, exchanges=exchanges, **changes)


def said(text: str, **fields: Any) -> ClientOutput:
    fields = {"subtype": "success", "is_error": False, "text": text, "num_turns": 1, **fields}
    return ClientOutput(initialised=True, result=result(**fields))


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (said("hi"), {}),
        (said("hi"), {"exchanges": (WARMUP,)}),
        (said("API Error: Connection refused", is_error=True), {}),
        (said("no such model", is_error=True, api_error_status=404), {}),
        (ClientOutput(initialised=True, retries=(Retry(attempt=1, error_status=529),)), {"timed_out": True}),
        (ClientOutput(initialised=True, attempts_started=1), {"timed_out": True}),
    ],
)
def test_what_did_not_pass_the_recorder_is_nothing_of_the_target(words: ClientOutput, changes: dict[str, Any]) -> None:
    found = diagnose(observed(words, **changes), Expect(), MODEL)
    assert found.outcome == "recorder_bypassed"
    assert found.outcome.party == "client"
    assert "came to the address that the client was given" in found.evidence
    assert "ANTHROPIC_BASE_URL" in found.evidence


def test_an_answer_where_every_request_was_refused_came_from_elsewhere() -> None:
    found = diagnose(observed(said("hi"), (REFUSED,)), Expect(), MODEL)
    assert found.outcome == "recorder_bypassed"
    assert "none came from the address that it was given (503 bad_gateway)" in found.evidence
    assert diagnose(observed(said("API Error", is_error=True), (REFUSED,)), Expect(), MODEL).outcome == "bad_gateway"


def test_an_upstream_that_points_elsewhere_sent_the_client_there_itself() -> None:
    moved = REFUSED.model_copy(update={"status": 308, "location": "https://elsewhere.example/v1/messages"})
    found = diagnose(observed(said("hi"), (moved,)), Expect(), MODEL)
    assert (found.outcome, found.flags) == ("ok", ("redirected",))
    assert found.evidence == "1 request: 308 redirected, which the client followed past the recorder"


def test_without_a_recorder_nobody_can_know() -> None:
    assert diagnose(observed(said("hi"), None), Expect(), MODEL).outcome == "ok"


@pytest.mark.parametrize(
    ("words", "changes", "outcome"),
    [
        (said("Not logged in", is_error=True, num_turns=0), {}, "not_logged_in"),
        (ClientOutput(), {"return_code": 1, "stderr": b"error: unknown option '--x'"}, "client_usage"),
        (ClientOutput(initialised=True), {"timed_out": True}, "timed_out"),
    ],
)
def test_a_client_that_asked_nobody_keeps_its_own_outcome(
    words: ClientOutput, changes: dict[str, Any], outcome: str
) -> None:
    observation = Observation(
        ("claude",), START, START, 6000.0, changes.pop("return_code", 0), words=words, exchanges=(), **changes
    )
    assert diagnose(observation, Expect(), MODEL).outcome == outcome
