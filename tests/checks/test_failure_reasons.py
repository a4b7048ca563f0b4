"""Tell who answered and who has to act: reasons of failures by words, status and gateway."""

import http.server
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from probe.checks.failure import Failure
from probe.checks.failure_reasons import reason_of, when_to_retry
from probe.model.check_report import Attempt, Severity
from probe.model.outcome import Outcome
from probe.texts import Texts
from probe.texts.phrase import phrase
from tests.checks.front import Reply, Rules, front, served_by
from tests.checks.replies import error
from tests.checks.results import failure
from tests.checks.support import Checker
from tests.checks.web_pages import (
    ALIYUN,
    ATTENTION,
    CHALLENGE,
    DETECTIONS,
    ELB,
    HAPROXY,
    IIS,
    NGINX,
    POOR,
    PORTAL,
    TENCENT,
    TIMEOUT_524,
    TOO_LARGE,
)


def of(status: int, body: bytes, **headers: str) -> Reply:
    return Reply(body, status, [(name.replace("_", "-"), value) for name, value in headers.items()])


ANSWERS = [
    (of(503, HAPROXY), "bad_gateway", "HAProxy does not reach", "Start the backend of HAProxy"),
    (of(502, NGINX), "bad_gateway", "nginx does not reach", "correct its address there"),
    (of(503, ELB), "bad_gateway", "does not reach its backend", "Start the gateway's backend"),
    (of(503, b"no healthy upstream"), "bad_gateway", "Envoy does not reach", "Start the backend of Envoy"),
    (of(503, b"no available server\n"), "bad_gateway", "Traefik does not reach", "Start the backend of Traefik"),
    (of(503, IIS), "bad_gateway", "IIS does not reach", "Start the backend of IIS"),
    (of(503, DETECTIONS), "bad_gateway", "does not reach its backend", "Start the gateway's backend"),
    (of(503, ATTENTION), "guarded", "a bot check", "without the check"),
    (of(403, CHALLENGE), "guarded", "a bot check", "without the check"),
    (of(429, b"<html>wait</html>", cf_mitigated="challenge"), "guarded", "a bot check", "let API clients through"),
    (of(405, ALIYUN), "guarded", "a web firewall", "let API clients through"),
    (of(403, TENCENT), "guarded", "a web firewall", "let API clients through"),
    (of(403, NGINX.replace(b"502 Bad Gateway", b"403")), "forbidden", "a web page of nginx", "to this path through"),
    (of(524, TIMEOUT_524), "gateway_timeout", "waits for its backend", "Raise the time"),
    (
        error(408, "Timed out", type="timeout_error"),
        "gateway_timeout",
        "waits for its backend",
        "pings in the stream keep",
    ),
    (of(413, TOO_LARGE), "body_limit", "nginx does not accept requests", "client_max_body_size"),
    (error(413, "request entity too large"), "body_limit", "does not accept requests", "body-parser"),
    (error(400, "No connected db.", type="no_db_connection"), "auth", "probably refused", "LiteLLM without a database"),
    (error(400, "Invalid API key provided"), "auth", "probably refused", "has not expired"),
    (error(400, "无效的令牌"), "auth", "probably refused", "has not expired"),
    (
        Reply('{"success": false, "message": "令牌额度已用尽", "code": 1302}'.encode()),
        "billing",
        "money",
        "Top up",
    ),
    (of(500, POOR.encode()), "billing", "no money left", "Top up"),
    (error(500, "套餐已到期，请续费"), "billing", "no money left", "Top up"),
    (
        of(429, b'{"error":{"message":"You have reached your weekly usage limit"}}', retry_after="57600"),
        "usage_limit",
        "reset later",
        "in 16 h 00 m",
    ),
    (of(429, b'{"error":{"message":"slow down"}}', retry_after="57600"), "rate_limited", "too many", "in 16 h 00 m"),
    (
        error(429, "No deployments available, in cooldown"),
        "cooldown",
        "has stopped asking its own upstream",
        "relay's log",
    ),
    (error(403, "concurrency limit: 1"), "concurrency", "at once", "limit raised"),
    (error(400, "prompt is too long: 210000 tokens > 200000 maximum"), "context_window", "too short", "longer context"),
    (error(400, "max_tokens: 256 > 128, the maximum for this model"), "max_tokens_limit", "128 tokens", "TOKENS=128"),
]


@pytest.mark.parametrize(("reply", "code", "title", "remedy"), ANSWERS)
def test_who_answered_and_who_has_to_act(checker: Checker, reply: Reply, code: str, title: str, remedy: str) -> None:
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    first = checked.report.findings[0]
    assert (checked.code, first.code, checked.codes(Severity.WRONG)) == (3, code, {code})
    assert (title in first.title, remedy in str(first.remedy)) == (True, True), first


def test_a_login_page_is_not_a_refused_token(checker: Checker) -> None:
    reply = of(401, PORTAL)
    paths = ("stream", "whole", "/v1/messages/count_tokens", "/v1/models", "/v1/chat/completions", "/chat/completions")
    with front(Rules(says=dict.fromkeys(paths, reply))) as upstream:
        finding = checker(upstream.url).finding("auth")
    assert "by a web page" in finding.title
    assert "base_url is the address of the API itself" in str(finding.remedy)


class _Late(http.server.BaseHTTPRequestHandler):
    """Waits for `waits_s`, then says 504 as a gateway does that waited in vain."""

    waits_s = 0.6
    server_version, sys_version = "nginx/1.22.1", ""

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_error(404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        time.sleep(self.waits_s)
        self.send_response(504)
        self.send_header("content-length", "0")
        self.end_headers()


def test_a_gateway_that_gives_up_is_named_with_its_time_and_its_server(checker: Checker) -> None:
    with served_by(_Late) as url:
        found = checker(url).finding("gateway_timeout")
    assert found.title.startswith("nginx waits for its backend and gives up after ")
    assert "proxy_read_timeout" in str(found.remedy)
    assert "server: nginx/1.22.1" in found.evidence


def reason(words: str = "", status: int | None = 400, outcome: Outcome = Outcome.BAD_REQUEST, **changes: Any) -> str:
    """Return the code of the advice; empty where nothing is known beside the outcome."""
    found = reason_of(failure(words, status, outcome, **changes))
    return found.code if found else ""


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("teapot", 418, ""),
        ("", None, ""),
        ("用户额度不足", 429, "billing"),
        ("You have reached your weekly usage limit", 429, "usage_limit"),
        ("model glm-5 is in cooldown", 429, "cooldown"),
        ("too many concurrent requests", 429, "concurrency"),
        ("too many concurrent requests", 500, ""),
        ("the limit of concurrent requests is reached", 403, "concurrency"),
        ("API key expired", 400, "auth"),
        ("密钥无效", 400, "auth"),
        ("it broke", 504, "gateway_timeout"),
        ("it broke", 522, "gateway_timeout"),
        ("it broke", 502, ""),
        ("it broke; nginx/1.22", 502, ""),
    ],
)
def test_a_reason_is_known_by_words_or_status(words: str, status: int | None, code: str) -> None:
    assert reason(words, status) == code


def test_what_an_answer_says_in_words_goes_before_what_its_status_means() -> None:
    assert reason("余额不足", 504) == "billing"
    assert reason("prompt is too long, too many concurrent requests", 400) == "context_window"
    assert reason("余额不足", 403, challenged=True) == "guarded"


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.BAD_REQUEST, "auth"),
        (Outcome.SERVER_ERROR, "auth"),
        (Outcome.MALFORMED_RESPONSE, "auth"),
        (Outcome.RATE_LIMITED, ""),
        (Outcome.AUTH, ""),
    ],
)
def test_a_token_that_is_refused_in_words_is_told_where_the_outcome_says_something_else(
    outcome: Outcome, code: str
) -> None:
    assert reason("authentication_error", 500, outcome) == code


def told(**changes: Any) -> tuple[str, str, str]:
    """Return the title, the remedy and the evidence of the advice, in English."""
    found = reason_of(failure(**changes))
    assert found is not None
    say = Texts().words
    return say(found.title), say(found.remedy), say(found.evidence)


def test_a_cooldown_that_refuses_the_token_is_about_the_relays_own_token() -> None:
    title, _, _ = told(words="No deployments available, cooling down", status=401, outcome=Outcome.AUTH)
    assert title == Texts().words(phrase("check.relay_token"))


def test_the_gateway_that_gave_up_is_named_with_its_setting() -> None:
    title, remedy, evidence = told(
        words="", status=504, outcome=Outcome.BAD_GATEWAY, server="nginx/1.22", wait_ms=60_000
    )
    assert title == "nginx waits for its backend and gives up after 60.0 s"
    assert "proxy_read_timeout" in remedy
    assert evidence == "server: nginx/1.22"
    title, remedy, evidence = told(words="", status=504, outcome=Outcome.BAD_GATEWAY, wait_ms=499)
    assert ("after" in title, "proxy_read_timeout" in remedy, evidence) == (False, False, "")


@pytest.mark.parametrize(
    ("waits", "ending"),
    [
        ([60_000, 60_400], "after 60.4 s at each attempt"),
        ([60_000, 30_000], "after 60.0 s"),
        ([60_000, None], "after 60.0 s"),
        ([None], "gives up"),
    ],
)
def test_a_time_that_is_the_same_each_time_is_a_limit(waits: list[float | None], ending: str) -> None:
    attempts = [Attempt(good=False, status=504, wait_ms=wait) for wait in waits]
    other = Attempt(good=False, status=429, wait_ms=90_000)
    found = reason_of(Failure(Outcome.BAD_GATEWAY, None, "", "TOKEN", [other, *attempts]))
    assert found is not None
    assert Texts().words(found.title).endswith(ending)


@pytest.mark.parametrize(
    ("server", "status", "limits"),
    [("nginx", 503, True), ("nginx", 502, False), ("envoy", 503, False)],
)
def test_nginx_alone_says_503_by_a_limit_of_its_own(server: str, status: int, limits: bool) -> None:
    title, remedy, _ = told(status=status, outcome=Outcome.BAD_GATEWAY, server=server)
    assert "does not reach its backend" in title
    assert (Texts().words(phrase("check.bad_gateway.nginx")) in remedy) is limits


def test_an_overload_is_no_gateway_that_reaches_nobody() -> None:
    assert reason("", 503, Outcome.OVERLOADED, server="nginx") == ""
    assert reason("", 503, Outcome.BAD_GATEWAY) == ""


@pytest.mark.parametrize(("status", "code"), [(401, "auth"), (403, "forbidden"), (404, "")])
def test_a_web_page_that_refuses_is_no_answer_of_the_api(status: int, code: str) -> None:
    assert reason("Sign in", status, Outcome.AUTH, unreadable="html") == code
    assert reason("Sign in", status, Outcome.AUTH) == ""


@pytest.mark.parametrize(("in_s", "waits"), [(None, False), (29.9, False), (30.0, True), (57_600.0, True)])
def test_to_wait_is_the_remedy_where_the_wait_is_long_enough_to_be_read_of(in_s: float | None, waits: bool) -> None:
    at = datetime(2026, 11, 29, 2, tzinfo=UTC)
    remedy = Texts().words(when_to_retry("Do it", at, in_s))
    assert (remedy != "Do it") is waits
    assert ("2026-11-29 02:00:00" in remedy) is waits
    assert when_to_retry("Do it", None, 60.0) == "Do it"
