"""The headers of a response that are kept to find a request in somebody's log, and the best of them."""

import pytest

from probe.model.correlation import MOST_KEPT, best_id, correlation_of

UUID = "0af76519-16cd-43dd-8448-eb211c80319c"
NAMES = (
    "request-id x-request-id x-amzn-requestid apim-request-id x-kong-request-id x-oneapi-request-id x-ms-request-id "
    "x-fc-request-id llm_provider-request-id x-trace-id x-amzn-trace-id x-tt-trace-id eagleeye-traceid traceparent "
    "x-b3-traceid uber-trace-id x-cloud-trace-context sentry-trace x-siliconcloud-trace-id x-correlation-id "
    "x-litellm-call-id x-litellm-model-id x-unique-id x-log-id x-tt-logid x-amz-cf-id x-amz-id-2 x-vercel-id "
    "x-azure-ref cf-ray x-transaction-id x-guploader-uploadid x-session-id server via x-served-by"
).split()


@pytest.mark.parametrize("name", NAMES)
def test_headers_that_are_kept_by_their_name(name: str) -> None:
    assert correlation_of([(name, "a")]) == {name: "a"}


@pytest.mark.parametrize(
    "value",
    [
        UUID,
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "req_011CSHoEeqs5C35K2UUqR7Fy",
        "2024101207115012345abc",
        "chatcmpl-AbC123xyz4567",
        "Zm9vYmFyMTIzNDU2Nzg5MA==",
    ],
)
def test_headers_that_are_kept_since_they_look_like_an_id(value: str) -> None:
    assert correlation_of([("x-relay-thing", value)]) == {"x-relay-thing": value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("set-cookie", f"__cf_bm={UUID}"),
        ("llm_provider-set-cookie", UUID),
        ("x-auth-token", UUID),
        ("x-api-key", UUID),
        ("authorization", UUID),
        ("x-csrf-token", UUID),
        ("anthropic-organization-id", UUID),
        ("x-user-id", UUID),
        ("date", "Sat, 28 Nov 2026 09:00:00 GMT"),
        ("x-started", "2026-11-28T09:00:00.123456Z"),
        ("content-length", "12345678901234567890"),
        ("content-digest", UUID),
        ("llm_provider-content-length", "12345678901234567890"),
        ("etag", UUID),
        ("cache-control", "max-age=31536000-immutable-0001"),
        ("x-ratelimit-reset-requests", UUID),
        ("anthropic-ratelimit-requests-remaining", "12345678901234567890"),
        ("x-envoy-upstream-service-time", "41"),
        ("x-litellm-model-group", "claude-3-5-sonnet-20241022"),
        ("x-litellm-response-cost", "1.2345678901e-05"),
        ("x-app-version", "a1b2c3d4e5f60718293a"),
        ("x-build-commit", "a1b2c3d4e5f60718293a"),
        ("x-cache-key", "a1b2c3d4e5f60718293a"),
        ("cf-cache-status", "DYNAMIC"),
        ("x-content-type-options", "nosniff"),
        ("strict-transport-security", "max-age=15552000"),
        ("x-relay-thing", "a plain sentence with 1234 in it"),
        ("request-id", ""),
    ],
)
def test_headers_that_find_nothing(name: str, value: str) -> None:
    assert correlation_of([(name, value)]) == {}


def test_the_best_comes_first_and_survives_a_flood() -> None:
    flood = [(f"x-thing-{number}", UUID) for number in range(100)]
    found = correlation_of([("server", "nginx"), ("cf-ray", "8f"), *flood, ("x-log-id", "l"), ("x-request-id", "r")])
    assert len(found) == MOST_KEPT
    assert list(found)[:3] == ["x-request-id", "x-log-id", "cf-ray"]


@pytest.mark.parametrize(
    ("headers", "best"),
    [
        ({"server": "nginx", "via": "1.1 squid"}, None),
        ({}, None),
        ({"cf-ray": "8f", "request-id": "req_1"}, "req_1"),
        ({"cf-ray": "8f", "x-amzn-requestid": "a"}, "a"),
        ({"cf-ray": "8f", "server": "cloudflare"}, "8f (cf-ray)"),
        ({"llm_provider-request-id": "req_1", "x-litellm-call-id": "c"}, "c (x-litellm-call-id)"),
        ({"llm_provider-request-id": "req_1", "server": "uvicorn"}, "req_1"),
        ({"x-thing": UUID, "traceparent": "00-1"}, "00-1 (traceparent)"),
        ({"x-thing": UUID}, f"{UUID} (x-thing)"),
    ],
)
def test_the_id_to_search_by(headers: dict[str, str], best: str | None) -> None:
    assert best_id(headers) == best
