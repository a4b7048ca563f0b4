"""Fields of an exchange: who asked, who answered, when to try again, and nothing secret."""

import json

import httpx
import pytest

from probe.diagnose.exchange_failures import failure_of
from probe.model.client import ModelUsage
from probe.model.request_kind import RequestKind
from probe.redact import Redactor
from tests.wire.answers import CLOSE, OPEN, PIECE, START, STOP, STREAM, head
from tests.wire.support import answering, event, exchange_of, ok, post, recorder, seen, talk


def test_a_refusal_keeps_when_it_may_be_tried_again() -> None:
    body = b'{"error": {"message": "x", "type": "insufficient_quota"}, "resetAt": "2026-01-01T00:00:00Z"}'
    for extra, wait_s in ((b"Retry-After: 57600\r\n", 57_600), (b"X-RateLimit-Reset: 90\r\n", 90), (b"", None)):
        raw = b"HTTP/1.1 429 X\r\n" + extra + f"content-length: {len(body)}\r\n\r\n".encode() + body
        exchange = exchange_of(raw, post({"model": "m", "stream": True, "messages": []}))
        assert exchange.retry_in_s == wait_s
        assert (exchange.retry_at is None) == (wait_s is None)
    assert exchange_of(ok(b"{}", extra=b"Retry-After: 9\r\n")).retry_at is None


@pytest.mark.parametrize(("status", "limit"), [("rejected", "five_hour"), ("allowed", None)])
def test_the_limit_of_an_account_is_kept_where_it_is_reached(status: str, limit: str | None) -> None:
    name = "anthropic-ratelimit-unified"
    lines = (f"{name}-status: {status}", f"{name}-representative-claim: five_hour", "content-length: 0")
    exchange = exchange_of(head("429 X", *lines), post({"model": "m", "stream": True, "messages": []}))
    assert exchange.account_limit == limit
    assert failure_of(exchange) == (("rate_limited", "usage_limit") if limit else ("rate_limited", "429"))


def test_a_stream_fills_every_field() -> None:  # complexity: one assertion a field
    stream = (
        START
        + event("ping")
        + event("content_block_start", index=1, content_block={"type": "tool_use", "name": "Bash"})
        + event("content_block_stop", index=1)
        + OPEN
        + PIECE * 3
        + CLOSE
        + event("message_delta", delta={"stop_reason": "tool_use"}, usage={"output_tokens": 9})
        + STOP
    )
    extra = (
        b"Request-Id: req_1\r\nX-My-Trace-Id: t\r\nCF-Ray: r\r\nServer: s\x1b[1m\r\nX-Other: o\r\n"
        b"Retry-After: 3\r\nLocation: /there\r\nX-Cache: Hit from cloudfront\r\n"
    )
    request = {"model": "asked", "stream": True, "tools": [{"name": "a"}, {"name": "b"}]}
    exchange = exchange_of(ok(stream, STREAM, extra), post(request, extra=b"X-Stainless-Retry-Count: 2\r\n"))
    assert exchange.kind is RequestKind.MAIN
    assert (exchange.method, exchange.path) == ("POST", "/v1/messages")
    assert (exchange.model_requested, exchange.stream_requested, exchange.tools) == ("asked", True, 2)
    assert (exchange.retry_count, exchange.request_bytes) == (2, len(json.dumps(request)))
    assert (exchange.status, exchange.content_type, exchange.retry_after) == (200, STREAM, "3")
    assert exchange.location == "/there"
    assert exchange.correlation == {"request-id": "req_1", "x-my-trace-id": "t", "cf-ray": "r", "server": "s\ufffd[1m"}
    assert list(exchange.correlation) == ["request-id", "x-my-trace-id", "cf-ray", "server"]
    assert (exchange.model_served, exchange.stop_reason) == ("real-one", "tool_use")
    assert (exchange.message_id, exchange.cache) == ("msg_7", "x-cache: Hit from cloudfront")
    assert exchange.usage == ModelUsage(input_tokens=7, output_tokens=9)
    assert exchange.tools_requested == ("Bash",)
    assert (exchange.streamed, exchange.message_complete, exchange.good) == (True, True, True)
    assert (exchange.events, exchange.pings, exchange.content_events) == (11, 1, 3)
    assert (exchange.content_reads, exchange.content_span_ms) == (1, 0)
    assert exchange.response_bytes == len(stream)
    assert exchange.unreadable is None
    assert not exchange.capped


def test_secrets_are_in_no_field_and_no_body() -> None:
    secret = "canary-0123456789"
    error = json.dumps({"error": {"type": secret, "message": f"key {secret} is bad"}}).encode()
    extra = f"request-id: {secret}\r\nlocation: /{secret}\r\nserver: {secret}\r\n".encode()
    with (
        answering(ok(error, secret, extra)) as server,
        recorder(Redactor([secret]), keep_bodies=True) as running,
        running.open_call(server.base_url) as tap,
    ):
        talk(tap, post({"model": secret, "stream": True}, f"/{secret}/v1/messages"))
        (exchange,) = seen(tap)
    assert secret not in exchange.model_dump_json()
    ((sequence, request, response),) = tap.bodies
    assert (sequence, secret.encode() in request + response) == (1, False)
    assert b"[redacted] is bad" in response


def test_ids_are_redacted_and_cut() -> None:
    secret = "sk-secret-of-a-relay-123456"
    extra = f"x-log-id: {secret}\r\nx-call-id: {'7' * 900}\r\n".encode()
    exchange = exchange_of(ok(b"{}", extra=extra), redactor=Redactor([secret]))
    assert exchange.correlation["x-log-id"] == "[redacted]"
    assert len(exchange.correlation["x-call-id"]) == 200


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (
            "x-litellm-response-duration-ms: 512.3456789\r\nx-litellm-overhead-duration-ms: 4.5\r\n",
            (512.346, 4.5, None),
        ),
        ("x-litellm-attempted-retries: 2\r\n", (None, None, 2)),
        ("x-litellm-response-duration-ms: None\r\nx-litellm-attempted-retries: -1\r\n", (None, None, None)),
        ("x-litellm-response-duration-ms: 1e400\r\nx-litellm-overhead-duration-ms: nan\r\n", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_what_a_gateway_says_of_its_own_times(extra: str, told: tuple[float | None, ...]) -> None:
    exchange = exchange_of(ok(b"{}", extra=extra.encode()))
    assert (exchange.gateway_took_ms, exchange.gateway_overhead_ms, exchange.gateway_retries) == told


def test_paths_are_told_below_the_base_url() -> None:
    with answering(ok(b"{}")) as server, recorder() as running, running.open_call(f"{server.base_url}/v1/x") as tap:
        for path in ("", "/", "/api/hello", "2/api/hello"):
            httpx.head(f"{tap.base_url}{path}")
        exchanges = seen(tap)
    assert [(each.path, each.kind) for each in exchanges] == [
        ("/", RequestKind.WARMUP),
        ("/", RequestKind.WARMUP),
        ("/api/hello", RequestKind.WARMUP),
        ("/v1/x2/api/hello", RequestKind.OTHER),
    ]
