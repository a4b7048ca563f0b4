"""Classify whether a client outlasted a wait, for how long it did not, and what it did then."""

from typing import Any

import pytest

from probe.diagnose.patience import trial_of
from probe.model.choices import Wait
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.request_kind import RequestKind
from probe.model.tolerance_report import Reaction
from tests.builders import GOOD_LINE, lines, main_exchange, observation


def exchange(**changes: Any) -> Exchange:
    fields = {
        "stream_requested": True,
        "request_begun_at_ms": 400,
        "request_sent_at_ms": 500,
        "status": 200,
        "message_complete": True,
    }
    return main_exchange(**(fields | changes))


GIVEN_UP = {"status": None, "message_complete": False, "end": ExchangeEnd.CLIENT_CLOSED, "ended_at_ms": 6500}


def observed(*exchanges: Exchange, said: object = GOOD_LINE, **changes: Any) -> Observation:
    return observation(lines(said) if said else b"", exchanges=exchanges, **changes)


def test_one_request_with_its_answer_stood() -> None:
    background = exchange(kind=RequestKind.BACKGROUND)
    trial = trial_of(observed(background, exchange()), Wait.FIRST_BYTE, 12)
    assert (trial.broke_at_s, trial.reaction, trial.requests, trial.outcome) == (None, None, 1, "ok")


@pytest.mark.parametrize(("stream", "reaction"), [(True, Reaction.ASKED_AGAIN), (False, Reaction.FELL_BACK)])
def test_a_second_request_is_no_standing(stream: bool, reaction: Reaction) -> None:
    second = exchange(request_begun_at_ms=7100, stream_requested=stream)
    trial = trial_of(observed(exchange(**GIVEN_UP), second), Wait.FIRST_BYTE, 12)
    assert (trial.broke_at_s, trial.reaction, trial.requests, trial.outcome) == (6.0, reaction, 2, "ok")


def test_a_gap_counts_from_the_last_byte() -> None:
    first = exchange(**GIVEN_UP | {"status": 200, "last_byte_at_ms": 1500})
    trial = trial_of(observed(first, exchange(request_begun_at_ms=7100)), Wait.GAP, 12)
    assert trial.broke_at_s == 5.0


def test_a_client_that_asks_again_beside_the_first_has_given_up_then() -> None:
    first = exchange(ended_at_ms=9000)
    trial = trial_of(observed(first, exchange(request_begun_at_ms=3500)), Wait.WHOLE_ANSWER, 12)
    assert trial.broke_at_s == 3.0


def test_no_answer_at_all_is_an_error_or_no_end() -> None:
    error = {"type": "result", "subtype": "success", "is_error": True, "result": "API Error: Request timed out."}
    trial = trial_of(observed(exchange(**GIVEN_UP), said=error, rc=1), Wait.FIRST_BYTE, 12)
    assert (trial.broke_at_s, trial.reaction, trial.requests) == (6.0, Reaction.ERROR, 1)
    hung = observed(exchange(**GIVEN_UP), said=None, rc=None, timed_out=True, wall_ms=99_000)
    assert trial_of(hung, Wait.FIRST_BYTE, 12).reaction is Reaction.NEVER_ENDED
    nothing = trial_of(observed(said=error, rc=1), Wait.FIRST_BYTE, 12)
    assert (nothing.broke_at_s, nothing.reaction, nothing.requests) == (0.0, Reaction.ERROR, 0)
