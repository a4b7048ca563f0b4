"""Endings and evidence of exchanges, in words."""

import pytest

from probe.diagnose.exchange_text import attempts_words, ending_of, endings_of, evidence_of, retry_words_of
from probe.diagnose.wire_summary import wire_summary
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.texts import Texts
from tests.builders import START
from tests.diagnose.exchanges import cut, exchange, good, not_connected, status

said = Texts().words


def test_an_answer_after_which_the_client_asked_again_was_thrown_away() -> None:
    found = wire_summary([good(), good(900), cut(1500)])
    assert found.endings == ("good, thrown away", "good, thrown away", "left open")
    found = wire_summary([good(stop_reason="max_tokens"), good(900, stop_reason="max_tokens")])
    assert found.endings == ("stop_reason max_tokens, thrown away", "stop_reason max_tokens")


def test_runs_of_the_same_ending_are_counted() -> None:
    assert said(attempts_words([good()])) == "1 request: good"
    attempts = [status(529), status(529, 900), exchange(1500, end=ExchangeEnd.RESET), good(2000)]
    assert said(attempts_words(attempts)) == "4 requests: 2 x 529 some_error, then connection_reset, then good"
    assert endings_of([]) == []


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (good(), "good"),
        (good(stop_reason="end_turn"), "good"),
        (good(stop_reason="refusal"), "stop_reason refusal"),
        (cut(), "left open"),
        (exchange(status=502), "502 bad_gateway"),
        (exchange(status=200, unreadable="html"), "malformed_response (html)"),
        (exchange(status=200, error_type="overloaded_error"), "stream_error (overloaded_error)"),
        (not_connected(ConnectFailure.DNS), "dns"),
    ],
)
def test_an_ending_takes_few_words(ended: Exchange, words: str) -> None:
    assert ending_of(ended) == words


def test_the_evidence_names_all_that_a_support_desk_asks_for() -> None:
    refused = status(
        429,
        error_message="slow down",
        account_limit="five_hour",
        correlation={"request-id": "req_7"},
        retry_at=START,
        retry_in_s=5400.0,
    )
    assert said(evidence_of(refused)) == (
        "HTTP 429, some_error, limit five_hour, slow down, "
        "try again at 2026-11-21 07:30:00 UTC, 1 h 30 m later, request id req_7"
    )


@pytest.mark.parametrize(
    ("ended", "evidence"),
    [
        (exchange(status=307, location="http://elsewhere"), "HTTP 307, to http://elsewhere"),
        (exchange(status=200, end=ExchangeEnd.RESET), "HTTP 200, reset"),
        (not_connected(ConnectFailure.DNS), "not connected, x"),
        (exchange(unreadable="not http", end=ExchangeEnd.RESET), "unreadable: not http"),
        (exchange(), ""),
    ],
)
def test_the_evidence_leaves_out_what_is_not_known(ended: Exchange, evidence: str) -> None:
    assert said(evidence_of(ended)) == evidence


def test_when_to_try_again_is_told_where_both_the_moment_and_the_wait_are_known() -> None:
    assert not retry_words_of(status(429))
    assert not retry_words_of(status(429, retry_at=START))
    assert not retry_words_of(status(429, retry_in_s=3.0))
