"""The steps to one connection as they were done, with their times."""

from dataclasses import dataclass, field

from probe.connection.connect_error import ConnectError, ConnectStage
from probe.connection.stamped_socket import StampedSocket


@dataclass
class ConnectStep:
    """One step, which was allowed `timeout_s`.

    `where` is the host that was resolved, or host:port. `detail` holds the addresses that were found, the proxy's
    status line, or the version of TLS.
    """

    stage: ConnectStage
    where: str
    timeout_s: float
    ms: float = 0.0
    detail: str = ""
    error: ConnectError | None = None


@dataclass
class ConnectTrace:
    """The course of one attempt to connect. `begun` and `connected` are monotonic seconds.

    `connection` is the socket, once there is one, which knows when bytes arrive. `looked_up` is False where the host
    is an address already, so that no resolver was asked.
    """

    begun: float | None = None
    connected: float | None = None
    connection: StampedSocket | None = None
    looked_up: bool = False
    steps: list[ConnectStep] = field(default_factory=list)

    @property
    def dns_ms(self) -> float | None:
        """The time that a resolver took to answer."""
        return self._ms(ConnectStage.DNS) if self.looked_up else None

    @property
    def tcp_ms(self) -> float | None:
        """The time until an address took the connection."""
        return self._ms(ConnectStage.TCP)

    @property
    def tls_ms(self) -> float | None:
        """The time of the handshake."""
        return self._ms(ConnectStage.TLS)

    def _ms(self, stage: ConnectStage) -> float | None:
        return next((step.ms for step in self.steps if step.stage is stage and step.error is None), None)
