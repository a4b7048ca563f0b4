"""Send a captured request again, by plain HTTP and with the user's own token: the driver `replay`.

The upstream gets the request that the client made: method, path, headers and body. The order of the headers, the
connection and TLS are those of the sender: no client is imitated below HTTP. Other headers that the target needs
(ANTHROPIC_CUSTOM_HEADERS of its environment) replace captured ones.
"""

from collections.abc import Callable, Sequence

from probe.drivers.context import ArmContext, RunContext
from probe.drivers.plain_apis import Messages, SessionTurn
from probe.drivers.plain_driver import PlainDriver, custom_headers
from probe.drivers.plain_http import PlainRequest
from probe.model.captured_requests import Capture, FilledRequest
from probe.model.observation import Observation
from probe.model.run_manifest import ClientInfo
from probe.model.scenario import Step
from probe.ports import CallOrder

REPLAY = "replay"
"""The driver's name."""


class Replay(PlainDriver):
    """Sends the same request at every step. `fill` returns it with new ids each time."""

    def __init__(self, capture: Capture, fill: Callable[[], FilledRequest], run: RunContext, arm: ArmContext) -> None:
        super().__init__(Messages(), run, arm)
        self.name = REPLAY
        self.client = ClientInfo(
            program=f"capture-{capture.digest()}", version=capture.client_version, source="probe capture"
        )
        self.tokens_a_call = (capture.main.body_bytes if capture.main else 0) // 4
        self._fill = fill
        self._line = (capture.main.method, capture.main.path) if capture.main else ("", "")

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return the request line, and the prompt's place in the record."""
        return (*self._line, self._arm.redactor.text(step.prompt))

    def call(self, order: CallOrder, turns: Sequence[SessionTurn]) -> tuple[Observation, str]:
        """Send the request once more, whatever the earlier turns."""
        filled = self._fill()
        own = custom_headers(self._arm.environment())
        headers = {name: value for name, value in filled.headers.items() if name.lower() not in own} | own
        return self._send(order, PlainRequest(filled.method, filled.path, headers, filled.body))
