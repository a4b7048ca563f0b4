"""Errors of connecting have one vocabulary."""

from probe.connection.connect_error import ConnectError, ConnectStage, connect_error
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
