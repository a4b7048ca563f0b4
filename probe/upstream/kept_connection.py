"""A client's connection, which may be kept for several requests."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(slots=True)
class KeptConnection:
    """A connection with the number of its requests, and when the last response ended (monotonic seconds)."""

    transport: asyncio.Transport
    requests: int = 0
    ended_s: float | None = None

    def begin(self) -> float:
        """Count a request, and return for how long the connection had been idle: 0 for its first."""
        self.requests += 1
        return 0.0 if self.ended_s is None else time.monotonic() - self.ended_s

    def end(self) -> None:
        """Note that the response has ended."""
        self.ended_s = time.monotonic()

    def close_when_idle(self, after_s: float) -> None:
        """Close the connection in order after this time, unless another request comes before."""
        asyncio.get_running_loop().call_later(after_s, self._close_unless_used, self.requests)

    def _close_unless_used(self, requests: int) -> None:
        if self.requests == requests:
            self.transport.close()
