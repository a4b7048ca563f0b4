"""Errors of connecting have one vocabulary."""

import ssl

import pytest

from probe.connection.connect_error import ConnectError, ConnectStage, TunnelRefusedError, connect_error, refuses_http1
from probe.model.exchange import ConnectFailure


def test_errors_of_the_system_have_their_words() -> None:
    for error, failure in (
        (ConnectionResetError(104, "x"), ConnectFailure.RESET),
        (ConnectionResetError(), ConnectFailure.TLS),
        (TimeoutError(), ConnectFailure.TIMEOUT),
        (OSError(113, "No route to host"), ConnectFailure.OTHER),
        (ValueError("server_hostname cannot be an empty string or start with a leading dot."), ConnectFailure.TLS),
    ):
        told = connect_error(ConnectStage.TLS, error)
        assert isinstance(told, ConnectError)
        assert told.failure is failure


@pytest.mark.parametrize(
    ("stage", "error", "failure", "detail"),
    [
        (ConnectStage.DNS, OSError(-2, "Name or service not known"), "dns", "relay.example: Name or service not known"),
        (ConnectStage.DNS, TimeoutError(), "dns", "dns: no answer in time"),
        (ConnectStage.TCP, ConnectionRefusedError(111, "refused"), "connection_refused", "tcp: refused"),
        (ConnectStage.TCP, TimeoutError(), "connect_timeout", "tcp: no answer in time"),
        (ConnectStage.TCP, OSError(113, "No route to host"), "connection_failed", "tcp: No route to host"),
        (ConnectStage.TCP, LookupError(), "connection_failed", "tcp: LookupError"),
        (ConnectStage.TCP, ValueError("odd"), "connection_failed", "tcp: odd"),
        (ConnectStage.TLS, ConnectionResetError(), "tls", "tls: closed during the handshake"),
        (ConnectStage.TLS, ConnectionResetError(104, "reset"), "connection_reset", "tls: reset"),
        (ConnectStage.TLS, BrokenPipeError(32, "Broken pipe"), "connection_reset", "tls: Broken pipe"),
        (ConnectStage.PROXY, TunnelRefusedError("HTTP/1.1 407 X"), "proxy", "proxy: CONNECT refused: HTTP/1.1 407 X"),
        (ConnectStage.PROXY, TunnelRefusedError(""), "proxy", "proxy: no answer to CONNECT"),
    ],
)
def test_an_error_says_at_which_step_and_why(stage: ConnectStage, error: Exception, failure: str, detail: str) -> None:
    told = connect_error(stage, error, host="relay.example")
    assert (told.stage, told.failure, told.step_failure, told.detail) == (stage, failure, failure, detail)
    assert told.timed_out is isinstance(error, TimeoutError)


@pytest.mark.parametrize(
    ("stage", "failure", "detail"),
    [
        (ConnectStage.DNS, "proxy", "proxy: relay.example: refused"),
        (ConnectStage.TCP, "proxy", "proxy: tcp: refused"),
        (ConnectStage.PROXY, "proxy", "proxy: refused"),
        (ConnectStage.TLS, "connection_refused", "tls: refused"),
    ],
)
def test_what_fails_before_tls_on_a_way_through_a_proxy_is_the_proxys(
    stage: ConnectStage, failure: str, detail: str
) -> None:
    told = connect_error(stage, ConnectionRefusedError(111, "refused"), host="relay.example", through_proxy=True)
    assert (told.failure, told.detail) == (failure, detail)


def of_tls(reason: str) -> ssl.SSLError:
    """Return an error as OpenSSL makes it."""
    error = ssl.SSLError(1, f"[SSL: {reason}] in other words")
    error.reason = reason
    return error


def test_a_server_that_takes_no_http1_is_told_from_other_errors_of_tls() -> None:
    alert, no_tls = of_tls("TLSV1_ALERT_NO_APPLICATION_PROTOCOL"), of_tls("WRONG_VERSION_NUMBER")
    assert (refuses_http1(alert), refuses_http1(no_tls)) == (True, False)
    assert "http/2 only" in connect_error(ConnectStage.TLS, alert).reason
    assert connect_error(ConnectStage.TLS, no_tls).reason == "WRONG_VERSION_NUMBER"
    for error in (alert, no_tls):
        assert connect_error(ConnectStage.TLS, error).failure is ConnectFailure.TLS
