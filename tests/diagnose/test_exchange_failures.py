"""Tell of what an exchange failed, and which attempt explains a failed call."""

import pytest

from probe.diagnose.classify import diagnose
from probe.diagnose.exchange_failures import decisive_attempt, failure_of, is_redirect, leads_away, redirect_address
from probe.diagnose.wire_summary import wire_summary
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.scenario import Expect
from tests.builders import MODEL
from tests.diagnose.exchanges import answered, cut, exchange, failed, good, observed, short, status


@pytest.mark.parametrize(
    ("attempts", "outcome"),
    [
        ((401, 429), "auth"),
        ((401, 429, 503, 529), "auth"),
        ((403, 503), "forbidden"),
        ((402, 529), "billing"),
        ((401, 500), "server_error"),
        ((429, 529, 401, 404), "model_not_found"),
        ((529, 429), "rate_limited"),
        ((429, 404), "model_not_found"),
    ],
)
def test_the_first_failure_that_explains_the_later_ones_decides(attempts: tuple[int, ...], outcome: str) -> None:
    found = diagnose(failed(*(status(code, 300 + 900 * n) for n, code in enumerate(attempts))), Expect(), MODEL)
    assert found.outcome == outcome
    told = ", then ".join(f"{code} some_error" for code in attempts)
    assert found.evidence.startswith(f"{len(attempts)} requests: {told}; HTTP ")


def test_a_body_that_ends_before_its_length_is_truncated_though_its_message_came() -> None:
    assert wire_summary([short(), short(900), good(1500)]).endings == ("truncated_stream", "truncated_stream", "good")
    assert diagnose(failed(short()), Expect(), MODEL).outcome == "truncated_stream"
    assert diagnose(observed(short(), timed_out=True), Expect(), MODEL).outcome == "truncated_stream"
    assert diagnose(answered(short()), Expect(equals="hi"), MODEL).evidence == "1 request: truncated_stream"


@pytest.mark.parametrize(
    ("last", "outcome", "cause"),
    [
        (status(401), "auth", "401"),
        (status(404), "model_not_found", "404"),
        (status(503), "bad_gateway", "503"),
        (status(503, error_message=f"No available channel for model {MODEL} under group x"), "model_not_found", "503"),
        (status(400, error_message="Unknown model"), "model_not_found", "400"),
        (status(500, error_message="model not found"), "server_error", "500"),
        (status(503, error_message="No model loaded", unreadable="html"), "bad_gateway", "503"),
        (status(500, error_message="错误: 用户额度不足, 剩余额度: ¥0.00", unreadable="html"), "billing", "500"),
        (exchange(status=200, error_message="New API: 充值", unreadable="html"), "malformed_response", "html"),
        (exchange(status=307, location="http://elsewhere"), "redirected", "307"),
        (exchange(end=ExchangeEnd.RESET), "connection_reset", None),
        (exchange(end=ExchangeEnd.TRUNCATED), "connection_reset", None),
        (exchange(status=200, end=ExchangeEnd.RESET), "connection_reset", None),
        (exchange(status=200, streamed=True, end=ExchangeEnd.TRUNCATED), "truncated_stream", None),
        (exchange(status=200, streamed=True, events=3), "truncated_stream", None),
        (exchange(status=200, error_type="overloaded_error"), "stream_error", "overloaded_error"),
        (exchange(status=200, unreadable="html"), "malformed_response", "html"),
        (exchange(unreadable="not http", end=ExchangeEnd.RESET), "malformed_response", "not http"),
        *(
            (exchange(end=ExchangeEnd.NOT_CONNECTED, failure=failure, failure_detail="why"), outcome, "why")
            for failure, outcome in (
                (ConnectFailure.DNS, "dns"),
                (ConnectFailure.REFUSED, "connection_refused"),
                (ConnectFailure.TIMEOUT, "connect_timeout"),
                (ConnectFailure.TLS, "tls"),
                (ConnectFailure.PROXY, "connection_failed"),
            )
        ),
    ],
)
def test_the_wire_names_what_the_client_reports_as_an_error(last: Exchange, outcome: str, cause: str | None) -> None:
    found = diagnose(failed(last), Expect(), MODEL)
    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize("open_at_the_end", [cut(), cut(status=200, streamed=True), good()])
def test_what_is_good_or_was_left_open_has_not_failed(open_at_the_end: Exchange) -> None:
    assert failure_of(open_at_the_end) is None


@pytest.mark.parametrize(
    ("location", "address", "away"),
    [
        ("/other/v1/messages?beta=true", "/other/v1/messages", False),
        ("/login?next=https://elsewhere", "/login", False),
        ("https://elsewhere/v1?a=b", "https://elsewhere/v1", True),
        ("//elsewhere/v1", "//elsewhere/v1", True),
        ("", "", False),
        (None, "", False),
    ],
)
def test_a_redirect_leads_away_where_its_address_names_a_host(location: str | None, address: str, away: bool) -> None:
    for code in (300, 308, 399):
        moved = status(code, location=location)
        assert (is_redirect(moved), redirect_address(moved), leads_away(moved)) == (True, address, away)
    for other in (status(200, location=location), status(400, location=location), exchange(location=location)):
        assert (is_redirect(other), redirect_address(other), leads_away(other)) == (False, "", False)


def test_the_last_failed_stream_decides_though_a_fallback_without_one_failed_otherwise() -> None:
    stream, fallback = status(529), status(400, 900, stream_requested=False)
    assert decisive_attempt([stream, fallback]) is stream
    assert decisive_attempt([fallback]) is fallback
    assert decisive_attempt([good(), fallback]) is fallback


def test_a_limit_of_the_account_is_told_by_its_header_alone() -> None:
    limited = exchange(status=429, account_limit="five_hour")
    assert failure_of(limited) == (Outcome.RATE_LIMITED, "usage_limit")
    assert failure_of(exchange(status=429)) == (Outcome.RATE_LIMITED, "429")
