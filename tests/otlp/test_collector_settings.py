"""The collector that options or the environment name, and what cannot be one."""

import pytest

from probe.errors import UsageError
from probe.otlp.collector_settings import collector_settings


@pytest.mark.parametrize(
    ("endpoint", "environment", "url"),
    [
        ("http://h:4318", {}, "http://h:4318/v1/traces"),
        ("http://h:4318/", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://other"}, "http://h:4318/v1/traces"),
        ("https://h/otlp/v1/traces", {}, "https://h/otlp/v1/traces"),
        ("https://h/otlp?key=k", {}, "https://h/otlp/v1/traces?key=k"),
        (None, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h:4318"}, "http://h:4318/v1/traces"),
        (None, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://h/spans"}, "http://h/spans"),
    ],
)
def test_the_address_follows_from_option_or_environment(
    endpoint: str | None, environment: dict[str, str], url: str
) -> None:
    found = collector_settings(endpoint, [], environment)
    assert found
    assert found.url == url
    assert "key" not in found.place
    assert "key" not in repr(found)


def test_headers_are_of_the_environment_and_then_of_options() -> None:
    listed = {"OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b%3D, x-team=1,", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://h"}
    found = collector_settings(None, ["x-team=2"], listed)
    assert found
    assert found.headers == {"api-key": "a b=", "x-team": "2"}
    assert "a b" not in repr(found)


@pytest.mark.parametrize(
    ("endpoint", "headers", "environment", "words"),
    [
        ("http://[::1", [], {}, "--endpoint is no address"),
        ("ftp://h", [], {}, "--endpoint must be http or https"),
        ("http://me:secret-1@h", [], {}, "holds a user or a password"),
        ("http://h", ["Authorization: secret-1"], {}, "not NAME=VALUE"),
        ("http://h", ["x=secret-1\r\ny: z"], {}, "not NAME=VALUE"),
        (None, ["x=secret-1"], {}, "no collector to send it to"),
        ("http://h", [], {"OTEL_EXPORTER_OTLP_HEADERS": "secret-1"}, "OTEL_EXPORTER_OTLP_HEADERS: a header is not"),
        ("http://h", [], {"OTEL_EXPORTER_OTLP_COMPRESSION": "zstd"}, "'zstd' is not one of"),
        (
            None,
            [],
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "is an address for gRPC",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_told_without_secrets(
    endpoint: str | None, headers: list[str], environment: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        collector_settings(endpoint, headers, environment)
    assert words in str(caught.value)
    assert "secret-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "place"),
    [
        ("https://h/otlp?key=k", "https://h/otlp/v1/traces"),
        ("http://[::1]:4318", "http://[::1]:4318/v1/traces"),
        ("http://h/v1/traces/", "http://h/v1/traces/"),
    ],
)
def test_the_address_that_is_shown_has_no_query(endpoint: str, place: str) -> None:
    found = collector_settings(endpoint, [], {})
    assert found
    assert found.place == place


def test_without_any_address_there_is_no_collector() -> None:
    assert collector_settings(None, [], {}) is None
    assert collector_settings(None, [], {"OTEL_EXPORTER_OTLP_ENDPOINT": "  "}) is None


def test_variables_of_traces_count_before_those_of_all_signals() -> None:
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://all",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://traces/x",
        "OTEL_EXPORTER_OTLP_HEADERS": "of=all",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "of=traces",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "none",
        "OTEL_EXPORTER_OTLP_CERTIFICATE": "/ca.pem",
    }
    found = collector_settings(None, [], environment)
    assert found
    assert (found.host, dict(found.headers), found.compresses) == ("traces", {"of": "traces"}, False)
    assert found.certificate == "/ca.pem"


def test_an_address_of_the_option_is_http_whatever_protocol_the_environment_has() -> None:
    found = collector_settings("http://h:4318", [], {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    assert found
    assert found.compresses
