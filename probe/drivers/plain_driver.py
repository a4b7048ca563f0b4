"""Drives an upstream by plain HTTP: no client, no process, no sandbox. What is left is the upstream's own share.

An API remembers nothing. So a step that goes on with a session sends the turns of that session again, as far as they
were answered; what a client refuses (an id that is in use, an unknown session) cannot happen here.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from probe import __version__
from probe.drivers.plain_apis import PlainApi, Turn, answer_text
from probe.drivers.plain_http import PlainHttp, PlainRequest
from probe.drivers.split_secrets import redact_split
from probe.drivers.synthesised_output import synthesise_output
from probe.model.choices import Session, TokenHeader
from probe.model.observation import Observation
from probe.model.run import ClientInfo
from probe.model.scenario import Step
from probe.ports import CallOrder, Priming, Stop, Tap
from probe.redact import Redactor

_MOST_TEXT_CHARS = 20_000
_TOKENS_A_CALL = 50


@dataclass(frozen=True, slots=True)
class PlainSettings:
    """How calls are made. `route` gives the base URL of a call (round, step label), `tap` the recorder before it.

    `environment` is the client's; of it, plain HTTP understands ANTHROPIC_CUSTOM_HEADERS.
    """

    route: Callable[[int, str], str]
    tap: Callable[[str], AbstractContextManager[Tap]]
    model: str
    token: str | None = field(repr=False)
    token_header: TokenHeader = TokenHeader.BEARER
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    redactor: Redactor = field(default_factory=Redactor, repr=False)


class PlainDriver:
    """The drivers `messages` and `chat-completions`; `stop` ends the call in flight."""

    def __init__(self, api: PlainApi, settings: PlainSettings, stop: Stop) -> None:
        self.name = api.name
        self.tokens_a_call = _TOKENS_A_CALL
        self.client = ClientInfo(program="probe", version=__version__, source="built in")
        self._api = api
        self._settings = settings
        self._http = PlainHttp(settings.tap, settings.redactor, stop)

    @contextmanager
    def open_round(self, number: int) -> Iterator["_Round"]:
        """The memory of one round's sessions."""
        yield _Round(self)

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """What stands where a client's command line would: the request line and the prompt."""
        return ("POST", self._api.path, self._settings.redactor.text(step.prompt))

    def call(self, order: CallOrder, turns: Sequence[Turn]) -> tuple[Observation, str]:
        """Make one call that goes on after `turns`: what was seen, and the text of a good answer."""
        settings, step = self._settings, order.step
        request = PlainRequest("POST", self._api.path, self._headers(), self._body(step, turns))
        argv = self.argv(step, order.session_id, order.earlier_id)
        base_url = settings.route(order.round, step.label)
        return observe(self._http, self._api, base_url, request, argv, step.timeout_s, settings.redactor)

    def _headers(self) -> dict[str, str]:
        settings = self._settings
        headers = {"content-type": "application/json", "accept": "text/event-stream, application/json"}
        if settings.token is not None:
            headers |= [settings.token_header.header(settings.token)]
        return {**headers, **self._api.headers, **custom_headers(settings.environment)}

    def _body(self, step: Step, turns: Sequence[Turn]) -> bytes:
        return json.dumps(self._api.body(self._settings.model, turns, step.prompt)).encode()


class _Round:
    """The calls of one round, and what was said in its sessions."""

    priming = Priming(primed=False)
    config_dir: str | None = None

    def __init__(self, driver: PlainDriver) -> None:
        self._driver = driver
        self._turns: dict[str, tuple[Turn, ...]] = {}

    def call(self, order: CallOrder) -> Observation:
        """Make the call; every session mode but `new` goes on with the session before."""
        new = order.step.session is Session.NEW
        turns = () if new else self._turns.get(order.earlier_id or order.session_id, ())
        seen, text = self._driver.call(order, turns)
        # An API refuses an empty turn.
        self._turns[order.session_id] = (*turns, Turn(order.step.prompt, text)) if text else turns
        return seen


def custom_headers(environment: Mapping[str, str]) -> dict[str, str]:
    """What the client would add: the `Name: value` lines of ANTHROPIC_CUSTOM_HEADERS, names in lower case."""
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
    """Send a request: what was seen of it, and the text of a good answer. `argv` says in the record what was sent."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    started = datetime.now(UTC)
    answer = http.send(base_url, request, timeout_s)
    good = answer.exchange is not None and answer.exchange.good
    text = redactor.text(answer_text(api, answer.body))[:_MOST_TEXT_CHARS] if good else ""
    seen = Observation(
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
        bodies=tuple((number, sent, redact_split(said, redactor)) for number, sent, said in answer.bodies),
        load=load,
    )
    return seen, text
