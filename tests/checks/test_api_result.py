"""Results of small requests: their class, and what their headers say."""

import pytest

from probe.checks.api_result import ApiRequest, ApiResult
from probe.model.check_report import Category
from probe.model.outcome import Outcome
from tests.checks.results import said, stream


@pytest.mark.parametrize(
    ("outcome", "status", "cause", "category"),
    [
        (Outcome.OK, 200, None, Category.OK),
        (Outcome.DNS, None, None, Category.DNS),
        (Outcome.CONNECTION_REFUSED, None, None, Category.REFUSED),
        (Outcome.CONNECT_TIMEOUT, None, None, Category.TIMEOUT),
        (Outcome.TIMED_OUT, 200, None, Category.TIMEOUT),
        (Outcome.TLS, None, None, Category.SSL),
        (Outcome.CONNECTION_RESET, None, None, Category.RESET),
        (Outcome.STREAM_ERROR, 200, None, Category.BROKEN),
        (Outcome.MALFORMED_RESPONSE, 502, None, Category.BROKEN),
        (Outcome.BAD_GATEWAY, 502, None, Category.HTTP_5XX),
        (Outcome.MODEL_NOT_FOUND, 503, None, Category.HTTP_5XX),
        (Outcome.AUTH, 401, None, Category.HTTP_4XX),
        (Outcome.REDIRECTED, 307, None, Category.HTTP_3XX),
        (Outcome.CONNECTION_FAILED, None, "proxy: refused", Category.PROXY),
        (Outcome.CONNECTION_FAILED, None, "no route", Category.OTHER),
        (Outcome.CONNECTION_FAILED, None, None, Category.OTHER),
    ],
)
def test_an_outcome_has_a_class_in_the_words_that_logs_use(
    outcome: Outcome, status: int | None, cause: str | None, category: Category
) -> None:
    result = ApiResult(None, status, b"", 5.0, outcome, cause)
    assert (result.category, result.ok) == (category, outcome is Outcome.OK)


def test_a_request_that_reached_nobody_has_no_headers_and_no_stream() -> None:
    result = ApiResult(None, None, b"", 5.0, Outcome.DNS)
    assert (result.location, result.retry_in_s, result.content_type, result.streamed) == (None, None, "", False)
    answered = stream(said(307, b""), location="/x", retry_in_s=3.0, content_type="text/plain", streamed=None)
    assert (answered.location, answered.retry_in_s, answered.content_type) == ("/x", 3.0, "text/plain")
    assert not answered.streamed


def test_a_request_that_is_shown_shows_no_header() -> None:
    request = ApiRequest("http://h", "POST", "/v1/messages", {"authorization": "Bearer t0ken"}, b"{}")
    assert "t0ken" not in repr(request)
