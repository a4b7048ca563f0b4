"""The one error of a connection that did not come about, in the words of ConnectFailure."""

import ssl
from enum import StrEnum

from probe.model.exchange import HTTP2_ONLY, ConnectFailure


class ConnectStage(StrEnum):
    """The steps to a connection, in their order. Not every route has all of them."""

    DNS = "dns"
    TCP = "tcp"
    PROXY = "proxy"
    TLS = "tls"


_FAILURE_OF_STAGE = {ConnectStage.DNS: ConnectFailure.DNS, ConnectStage.PROXY: ConnectFailure.PROXY}
"""Stages at which every error means the same."""


class ConnectError(Exception):
    """A step to a connection failed.

    `step_failure` is the failure of this step by itself, `reason` what the system or the proxy says of it (not yet
    redacted). `failure` and `detail` speak of the connection as a whole: where a route leads through a proxy,
    everything before TLS is the proxy's failure.
    """

    def __init__(
        self,
        stage: ConnectStage,
        step_failure: ConnectFailure,
        reason: str,
        *,
        host: str = "",
        through_proxy: bool = False,
        timed_out: bool = False,
    ) -> None:
        super().__init__(reason)
        self.stage = stage
        self.step_failure = step_failure
        self.reason = reason
        self.timed_out = timed_out
        is_proxy = through_proxy and stage is not ConnectStage.TLS
        self.failure = ConnectFailure.PROXY if is_proxy else step_failure
        subject = host if stage is ConnectStage.DNS and not timed_out else stage.value
        prefix = "proxy: " if is_proxy and stage is not ConnectStage.PROXY else ""
        self.detail = f"{prefix}{subject}: {reason}"


class TunnelRefusedError(Exception):
    """A proxy did not open a tunnel. `status_line` is empty where it closed the connection without an answer."""

    def __init__(self, status_line: str) -> None:
        super().__init__(f"CONNECT refused: {status_line}" if status_line else "no answer to CONNECT")
        self.status_line = status_line


def connect_error(
    stage: ConnectStage, error: Exception, *, host: str = "", through_proxy: bool = False
) -> ConnectError:
    """Translate an error of the system that came at a stage on the way to `host`."""
    return ConnectError(
        stage,
        _FAILURE_OF_STAGE.get(stage) or _failure(stage, error),
        _reason(error),
        host=host,
        through_proxy=through_proxy,
        timed_out=isinstance(error, TimeoutError),
    )


def refuses_http1(error: ssl.SSLError) -> bool:
    """Return True where a handshake failed because the server takes no protocol that was offered, which is HTTP/1.1."""
    return "no application protocol" in f"{error.reason} {error}".lower().replace("_", " ")


def _failure(stage: ConnectStage, error: Exception) -> ConnectFailure:
    match error:
        case ssl.SSLError():
            return ConnectFailure.TLS
        case ConnectionRefusedError():
            return ConnectFailure.REFUSED
        case TimeoutError():
            return ConnectFailure.TIMEOUT
        case ConnectionError():
            return ConnectFailure.TLS if _is_end_of_handshake(error) else ConnectFailure.RESET
        case ValueError() if stage is ConnectStage.TLS:
            return ConnectFailure.TLS
        case _:
            return ConnectFailure.OTHER


def _reason(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return error.verify_message
        case ssl.SSLError() if refuses_http1(error):
            return f"{HTTP2_ONLY} (no application protocol)"
        case ssl.SSLError():
            return error.reason or str(error)
        case TimeoutError():
            return "no answer in time"
        case ConnectionError() if _is_end_of_handshake(error):
            return "closed during the handshake"
        case _:
            return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _is_end_of_handshake(error: ConnectionError) -> bool:
    """Return True for the error by which asyncio says that the server closed in the middle of a handshake."""
    return isinstance(error, ConnectionResetError) and error.errno is None
