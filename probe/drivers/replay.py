"""The driver `replay`: sends a captured request again, by plain HTTP and with the user's own token.

The upstream gets the request that the client made: method, path, headers and body. The order of the headers, the
connection and TLS are those of the sender: no client is imitated below HTTP. Headers that the target needs beside the
token (ANTHROPIC_CUSTOM_HEADERS of its environment) take the place of captured ones.
"""

from collections.abc import Callable, Sequence

from probe.drivers.plain_apis import Messages, Turn
from probe.drivers.plain_driver import PlainDriver, PlainSettings, custom_headers, observe
from probe.drivers.plain_http import PlainRequest
from probe.model.capture import Capture, FilledRequest
from probe.model.observation import Observation
from probe.model.run import ClientInfo
from probe.model.scenario import Step
from probe.ports import CallOrder, Stop


class Replay(PlainDriver):
    """Every step sends the same request; `fill` gives it with ids that are new each time."""

    def __init__(
        self, capture: Capture, fill: Callable[[], FilledRequest], settings: PlainSettings, stop: Stop
    ) -> None:
        super().__init__(Messages(), settings, stop)
        self.name = "replay"
        self.client = ClientInfo(
            program=f"capture-{capture.digest()}", version=capture.client_version, source="probe capture"
        )
        self.tokens_a_call = (capture.main.body_bytes if capture.main else 0) // 4
        self._fill = fill
        self._line = (capture.main.method, capture.main.path) if capture.main else ("", "")

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """The request line, and the prompt's place in the record."""
        return (*self._line, self._settings.redactor.text(step.prompt))

    def call(self, order: CallOrder, turns: Sequence[Turn]) -> tuple[Observation, str]:
        """Send the request once more, whatever was said before: what was seen, and the text of a good answer."""
        settings, filled = self._settings, self._fill()
        own = custom_headers(settings.environment)
        headers = {name: value for name, value in filled.headers.items() if name.lower() not in own} | own
        request = PlainRequest(filled.method, filled.path, headers, filled.body)
        argv = self.argv(order.step, order.session_id, order.earlier_id)
        base_url = settings.route(order.round, order.step.label)
        return observe(self._http, self._api, base_url, request, argv, order.step.timeout_s, settings.redactor)
