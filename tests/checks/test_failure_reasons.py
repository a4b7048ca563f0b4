"""Tell who answered and who has to act: reasons of failures by words, status and gateway."""

import http.server
import time

import pytest

from probe.model.check_report import Severity
from tests.checks.front import Reply, Rules, front, served_by
from tests.checks.replies import error
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
