"""Small requests to an upstream: within their limits, and without secrets."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import SecretStr

from probe.checks.api_client import ApiClient, beginning
from probe.checks.api_result import ApiRequest, ApiResult, EndpointResult
from probe.checks.time_budget import TimeBudget
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from probe.texts import Texts
from tests.checks.front import Reply, Rules, front
from tests.checks.results import said, stream
from tests.checks.support import TOKEN, Checker


def test_no_token_comes_out_that_an_upstream_says_back(checker: Checker) -> None:
    with front(Rules(spills=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("auth")
    assert "[redacted]" in checked.out
    assert TOKEN[-8:] not in checked.out + checked.err


@pytest.mark.parametrize("form", ["\\u%04x", "&#%d;", "&#x%x;"])
def test_no_escaped_token_comes_out_of_a_body(checker: Checker, form: str) -> None:
    text = "".join(form % ord(letter) for letter in TOKEN).encode()
    body = b"<html><title>key %s</title></html>" if form.startswith("&") else b'{"error":{"type":"t","message":"%s"}}'
    reply = Reply(body % text, 403)
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert "[redacted]" in checked.report.endpoints[0].body
    assert text.decode() not in checked.out


@dataclass
class Sender:
    """Answers each request with the next outcome, the last again and again, and keeps what was asked."""

    outcomes: list[Outcome]
    retry_in_s: float | None = None
    requests: list[ApiRequest] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)

    def __call__(self, request: ApiRequest, seconds: float) -> ApiResult:
        self.requests.append(request)
        self.limits.append(seconds)
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        status = {Outcome.OK: 200, Outcome.RATE_LIMITED: 429}.get(outcome)
        sent = said(status or 500, b"body", outcome)
        return stream(replace(sent, status=status), streamed=False, retry_in_s=self.retry_in_s)


def client_of(sender: Sender, total_s: float = 90.0, **options: Any) -> tuple[ApiClient, list[float]]:
    """Return a client with this sender, and the pauses that it makes."""
    pauses: list[float] = []
    budget = TimeBudget(30.0, total_s)
    return ApiClient(sender, budget, SecretStr("t0ken"), {"x-extra": "1"}, sleep=pauses.append, **options), pauses


def call(api: ApiClient) -> EndpointResult | None:
    return api.messages("messages", "http://h", TokenHeader.BEARER, "glm-5", stream=False)


def test_a_call_is_tiny_and_carries_the_token_in_its_header() -> None:
    sender = Sender([Outcome.OK])
    api, _ = client_of(sender)
    call(api)
    api.ask("models", "http://h/b", TokenHeader.X_API_KEY, "GET", "/v1/models")
    asked, listed = sender.requests
    assert (asked.method, asked.path, asked.headers["authorization"]) == ("POST", "/v1/messages", "Bearer t0ken")
    assert json.loads(asked.body or b"")["max_tokens"] == 256
    assert (listed.body, listed.headers["x-api-key"], "content-type" in listed.headers) == (None, "t0ken", False)
    assert asked.headers["x-extra"] == listed.headers["x-extra"] == "1"
    assert (api.calls, len(api.results)) == (1, 2), "a list of models asks no model"


def test_nothing_is_asked_once_the_time_is_over_and_what_was_not_is_named() -> None:
    sender = Sender([Outcome.OK])
    api, _ = client_of(sender, total_s=0.0)
    assert call(api) is None
    assert (sender.requests, api.unasked, api.calls) == ([], ["messages"], 0)


def test_an_upstream_that_hangs_twice_is_asked_no_more() -> None:
    sender = Sender([Outcome.TIMED_OUT])
    api, _ = client_of(sender)
    results = [call(api) for _ in range(3)]
    assert [result is None for result in results] == [False, False, True]
    assert (len(sender.requests), api.unasked) == (2, ["messages"])


def test_a_call_that_the_end_of_the_check_cut_tells_nothing_of_the_upstream() -> None:
    sender = Sender([Outcome.TIMED_OUT])
    api, _ = client_of(sender, total_s=5.0)
    assert call(api) is None
    assert [result.probe.cut_short for result in api.results] == [True]
    assert "5" in Texts().words(api.unasked[0])


def test_one_call_too_many_is_made_again_after_a_pause_and_kept_as_a_burst() -> None:
    sender = Sender([Outcome.OK, Outcome.RATE_LIMITED, Outcome.OK])
    api, pauses = client_of(sender)
    assert call(api) is not None
    again = call(api)
    assert again is not None
    assert (again.ok, pauses, len(api.bursts), api.calls) == (True, [2.0], 1, 3)


def test_a_refusal_that_stays_is_no_burst() -> None:
    sender = Sender([Outcome.OK, Outcome.RATE_LIMITED])
    api, pauses = client_of(sender)
    call(api)
    limited = [call(api) for _ in range(3)]
    assert all(result is not None and not result.ok for result in limited)
    assert (pauses, api.bursts) == ([2.0, 2.0], []), "it pauses twice at most"


def test_the_first_call_that_is_refused_is_not_made_again() -> None:
    sender = Sender([Outcome.RATE_LIMITED])
    api, pauses = client_of(sender)
    call(api)
    assert (len(sender.requests), pauses) == (1, [])


@pytest.mark.parametrize(("retry_in_s", "pauses"), [(0.5, [0.5]), (10.0, [10.0]), (10.1, []), (None, [2.0])])
def test_a_pause_is_as_long_as_the_upstream_says_where_that_is_short(
    retry_in_s: float | None, pauses: list[float]
) -> None:
    sender = Sender([Outcome.OK, Outcome.RATE_LIMITED, Outcome.OK], retry_in_s)
    api, slept = client_of(sender)
    call(api)
    call(api)
    assert slept == pauses


def test_there_is_no_pause_where_it_would_take_most_of_what_is_left() -> None:
    api, slept = client_of(Sender([Outcome.OK]), total_s=3.0)
    assert not api.pause(2.0)
    assert api.pause(1.0)
    assert slept == [1.0]


@pytest.mark.parametrize(
    "body",
    [b'{"m": "s3cret"}', b'{"m": "\\u0073\\u0033cret"}', b"<p>&#115;3cret</p>", b"\xffs3cret"],
)
def test_a_secret_in_a_body_is_redacted_however_it_is_written(body: bytes) -> None:
    shown = beginning(body, lambda text: text.replace("s3cret", "[redacted]"), 160)
    assert "[redacted]" in shown
    assert "cret" not in shown


def test_the_beginning_of_a_body_is_short_and_printable() -> None:
    assert beginning(b"", str, 160) == ""
    assert len(beginning(b"x" * 10_000, str, 160)) == 160
    assert "\x1b" not in beginning(b"\x1b[2J", str, 160)
