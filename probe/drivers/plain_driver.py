"""Drive an upstream by plain HTTP, without client, process or sandbox: what remains is the upstream's own share.

An API keeps no sessions. So a step that continues a session sends its answered turns again. Errors of the client, such
as a session id in use or an unknown session, cannot happen here.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from probe import __version__
from probe.drivers.context import ArmContext, RunContext
from probe.drivers.plain_apis import ChatCompletions, Messages, PlainApi, SessionTurn, answer_text
from probe.drivers.plain_http import PlainHttp, PlainRequest
from probe.drivers.split_secrets import redact_split
from probe.drivers.synthesised_output import synthesise_output
from probe.model.choices import Session
from probe.model.observation import Observation
from probe.model.run_manifest import ClientInfo
from probe.model.scenario import Step
from probe.ports import CallOrder, DriverDescription, Priming
from probe.redact import Redactor

_MAX_TEXT_CHARS = 20_000
_TOKENS_A_CALL = 50


class PlainFactory:
    """Builds the drivers of arms that run no client."""

    client_version: str | None = None

    def __init__(self, api: PlainApi, run: RunContext) -> None:
        self._api = api
        self._run = run

    def build(self, arm: ArmContext) -> "PlainDriver":
        """Build an arm's driver."""
        return PlainDriver(self._api, self._run, arm)


@contextmanager
def open_messages(run: RunContext) -> Iterator[PlainFactory]:
    """Open the driver of `POST /v1/messages`."""
    yield PlainFactory(Messages(), run)


@contextmanager
def open_chat_completions(run: RunContext) -> Iterator[PlainFactory]:
    """Open the driver of `POST /v1/chat/completions`."""
    yield PlainFactory(ChatCompletions(), run)


class PlainDriver:
    """The drivers `messages` and `chat-completions`.

    Of the variables for the client, plain HTTP understands ANTHROPIC_CUSTOM_HEADERS. The arm needs
    a recorder, which is what sees the exchanges.
    """

    runs_client = False

    def __init__(self, api: PlainApi, run: RunContext, arm: ArmContext) -> None:
        if arm.open_call is None:
            raise RuntimeError("a plain driver without a recorder")  # which options are checked for
        self.name = api.name
        self.client = ClientInfo(program="probe", version=__version__, source="built in")
        self.tokens_a_call = _TOKENS_A_CALL
        self._api = api
        self._output_format = run.spec.options.output_format
        self._arm = arm
        self._http = PlainHttp(arm.open_call, arm.redactor, run.cancel)

    @contextmanager
    def open_round(self, number: int) -> Iterator["PlainRound"]:
        """Open the memory of one round's sessions."""
        yield PlainRound(self)

    def describe(self, step: Step) -> DriverDescription:
        """Describe the calls: the request line, and no variable."""
        argv = self.argv(step, "<uuid>", None)
        return DriverDescription(
            argv_template=(self.client.program, *argv[:-1], "<prompt>"),
            environment_names=(),
            output_format=self._output_format,
            tokens_a_call=self.tokens_a_call,
        )

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return what stands where a client's command line would: the request line and the prompt."""
        return ("POST", self._api.path, self._arm.redactor.text(step.prompt))

    def call(self, order: CallOrder, turns: Sequence[SessionTurn]) -> tuple[Observation, str]:
        """Make one call that continues after `turns`. Return the observation, and the text of a good answer."""
        step = order.step
        request = PlainRequest("POST", self._api.path, self._headers(), self._body(step, turns))
        return self._send(order, request)

    def _send(self, order: CallOrder, request: PlainRequest) -> tuple[Observation, str]:
        argv = self.argv(order.step, order.session_id, order.earlier_id)
        base_url = self._arm.base_url(order.round, order.step.label)
        return observe(self._http, self._api, base_url, request, argv, order.step.timeout_s, self._arm.redactor)

    def _headers(self) -> dict[str, str]:
        headers = {"content-type": "application/json", "accept": "text/event-stream, application/json"}
        token = self._arm.token_value
        if token is not None:
            headers |= [self._arm.target.auth.header(token)]
        return {**headers, **self._api.headers, **custom_headers(self._arm.environment())}

    def _body(self, step: Step, turns: Sequence[SessionTurn]) -> bytes:
        return json.dumps(self._api.body(self._arm.target.model, turns, step.prompt)).encode()


class PlainRound:
    """The calls of one round, and the turns of its sessions."""

    priming = Priming(primed=False)
    config_dir: str | None = None

    def __init__(self, driver: PlainDriver) -> None:
        self._driver = driver
        self._turns: dict[str, tuple[SessionTurn, ...]] = {}

    def call(self, order: CallOrder) -> Observation:
        """Make the call. Every session mode except `new` continues the session before."""
        new = order.step.session is Session.NEW
        turns = () if new else self._turns.get(order.earlier_id or order.session_id, ())
        observation, text = self._driver.call(order, turns)
        # An API refuses an empty turn.
        self._turns[order.session_id] = (*turns, SessionTurn(order.step.prompt, text)) if text else turns
        return observation


def custom_headers(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the headers in the `Name: value` lines of ANTHROPIC_CUSTOM_HEADERS, with names in lower case."""
    lines = environment.get("ANTHROPIC_CUSTOM_HEADERS", "").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def observe(
    http: PlainHttp,
    api: PlainApi,
    base_url: str,
    request: PlainRequest,
    argv: tuple[str, ...],
    timeout_s: float,
    redactor: Redactor,
) -> tuple[Observation, str]:
    """Send a request. Return its observation, for whose record `argv` describes it, and the text of a good answer."""
    load = os.getloadavg()[0]
    started = datetime.now(UTC)
    answer = http.send(base_url, request, timeout_s)
    good = answer.exchange is not None and answer.exchange.good
    text = redactor.text(answer_text(api, answer.body))[:_MAX_TEXT_CHARS] if good else ""
    observation = Observation(
        argv=argv,
        started_at=started,
        ended_at=started + timedelta(milliseconds=answer.wall_ms),
        wall_ms=answer.wall_ms,
        return_code=None,
        timed_out=answer.timed_out,
        deadline_ms=timeout_s * 1000,
        cancelled=answer.cancelled,
        words=synthesise_output(answer, text),
        stdout=text.encode() if good else redact_split(answer.body, redactor),
        stderr=(answer.error or "").encode(),
        exchanges=() if answer.exchange is None else (answer.exchange,),
        bodies=tuple((number, sent, redact_split(received, redactor)) for number, sent, received in answer.bodies),
        load=load,
    )
    return observation, text
