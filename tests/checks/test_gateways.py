"""Answers of what stands before an upstream: who gave them, who has to act, and what is no bot check."""

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from probe.checks.gateways import gateway_of, gateway_words, is_challenge
from probe.model.check_report import Severity
from probe.texts import Texts
from tests.checks.front import Reply, Rules, front
from tests.checks.support import Checker
from tests.checks.test_odd_answers import COUNT, error, events, message

HAPROXY = (
    b"<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>"
)
NGINX = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<hr><center>nginx</center>\r\n</body></html>"
)
ELB = b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body></body></html>"
IIS = b"<HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD><p>HTTP Error 503. The service is unavailable.</p></HTML>"
ATTENTION = b"<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>"
CHALLENGE = (
    b"<!DOCTYPE html><html><script>a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1'</script></html>"
)
ALIYUN = b"<!doctype html><html><head><title>405</title></head><img src='https://errors.aliyun.com/x.png'></html>"
TENCENT = b"<html><head></head><body><img src='https://waf.tencent-cloud.com/501.png'></body></html>"
DETECTIONS = b"<html><title>Down</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script></html>"
TIMEOUT_524 = b"<html><head><title>relay.example | 524: A timeout occurred</title></head></html>"
PORTAL = b"<html><head><title>Sign in</title></head><body><form action=/login></form></body></html>"
POOR = "<html><head><title>错误</title></head><body><p>用户额度不足, 剩余额度: ¥0.00</p></body></html>"
TOO_LARGE = b"<html><head><title>413 Request Entity Too Large</title></head><center>nginx/1.22.1</center></html>"


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


PAGES = [(HAPROXY, False), (NGINX, False), (ELB, False), (DETECTIONS, False), (TIMEOUT_524, False), (b"captcha", False)]
PAGES += [(ATTENTION, True), (CHALLENGE, True), (ALIYUN, True), (TENCENT, True)]


@pytest.mark.parametrize(("page", "is_one"), PAGES)
def test_a_bot_check_has_marks(page: bytes, is_one: bool) -> None:
    assert is_challenge({}, page) is is_one


def test_a_login_page_is_not_a_refused_token(checker: Checker) -> None:
    reply = of(401, PORTAL)
    paths = ("stream", "whole", "/v1/messages/count_tokens", "/v1/models", "/v1/chat/completions", "/chat/completions")
    with front(Rules(says=dict.fromkeys(paths, reply))) as upstream:
        finding = checker(upstream.url).finding("auth")
    assert "by a web page" in finding.title
    assert "base_url is the address of the API itself" in str(finding.remedy)


def test_who_answers_is_told_by_header_or_words() -> None:
    assert gateway_of("nginx/1.22.1", "") == "nginx"
    assert Texts().words(gateway_words(gateway_of("awselb/2.0", ""))) == "an AWS load balancer"
    assert gateway_of("cloudflare", HAPROXY.decode()) == "HAProxy"
    assert gateway_of("uvicorn", "it broke") is None


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


@contextmanager
def served_by(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_gateway_that_gives_up_is_named_with_its_time_and_its_server(checker: Checker) -> None:
    with served_by(_Late) as url:
        found = checker(url).finding("gateway_timeout")
    assert found.title.startswith("nginx waits for its backend and gives up after ")
    assert "proxy_read_timeout" in str(found.remedy)
    assert "server: nginx/1.22.1" in found.evidence


class _Hasty(http.server.BaseHTTPRequestHandler):
    """Serves one call of a model, refuses the next as one too many, then serves all."""

    calls = 0

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        type(self).calls += 1
        streams = b'"stream": true' in body
        refused = self.calls == 2
        stream = events(*message(COUNT if streams else "PROBE_OK"))
        whole = (
            b'{"type":"message","model":"m","content":[{"type":"text","text":"PROBE_OK"}],"stop_reason":"end_turn",'
            b'"usage":{"input_tokens":9,"output_tokens":3}}'
        )
        reply = (
            b'{"error":{"type":"rate_limit_error","message":"slow down"}}' if refused else stream if streams else whole
        )
        self.send_response(429 if refused else 200)
        self.send_header("content-type", "text/event-stream" if streams else "application/json")
        self.send_header("content-length", str(len(reply)))
        if refused:
            self.send_header("retry-after", "1")
        self.end_headers()
        self.wfile.write(reply)


def test_what_was_only_too_fast_is_asked_again_and_blamed_on_nobody(checker: Checker) -> None:
    class Hasty(_Hasty):
        pass

    with served_by(Hasty) as url:
        checked = checker(url, model="m")
    assert (checked.code, checked.codes(Severity.WRONG)) == (0, set())
    assert checked.finding("burst").severity is Severity.NOTE
    assert "rate_limited" not in checked.codes(*Severity)
    assert checked.report.plain_calls <= 8


def test_what_was_refused_from_the_first_call_on_is_no_burst(checker: Checker) -> None:
    reply = error(429, "slow down")
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert checked.codes(Severity.WRONG) == {"rate_limited"}
    assert "burst" not in checked.codes(*Severity)


def test_answers_that_do_not_say_their_tokens_or_their_model(checker: Checker) -> None:
    plain = message()
    del plain[0]["message"]["usage"], plain[0]["message"]["model"], plain[-2]["usage"]
    with front(Rules(says={"stream": Reply(events(*plain))})) as upstream:
        checked = checker(upstream.url)
    assert checked.complaints == {"no_usage", "model_not_said"}
    assert checked.finding("no_usage").evidence == "no `usage` with a stream"
    assert "models" not in checked.codes(Severity.GOOD), "nobody knows which one served"
