"""The real client of a deep check: started when the first case needs it, in one sandbox for all cases of a target."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial

from probe.checks.api_client import SHORT_PROMPT
from probe.checks.deep.case_ends import ClientUnusable
from probe.checks.deep.client_reply import ClientAnswer, ClientReply
from probe.checks.deep.message_content import MessageContent, read_content
from probe.checks.deep.request_parts import OwnRequest
from probe.checkup.check_subject import CheckSubject
from probe.checkup.own_requests import capture_own_request
from probe.diagnose.exchange_failures import failure_of, main_exchanges
from probe.diagnose.exchange_text import evidence_of
from probe.drivers.claude_print import open_client
from probe.drivers.claude_with_echo import ClaudeWithEcho, EchoRound
from probe.drivers.context import ArmContext, RunContext, sealed
from probe.drivers.process import Cancel
from probe.errors import ClientNotFoundError
from probe.model.choices import Session
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.run_manifest import ClientInfo
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario, Step
from probe.redact import Redactor
from probe.session.calls import make_call, order_call
from probe.session.prepare import call_url
from probe.strict_json import loads
from probe.texts.stored_phrase import evidence_words
from probe.upstream import EmbeddedUpstream
from probe.wire import Recorder

_LABEL = "call1"
_SCENARIO = Scenario(
    name="deep",
    steps=(
        Step(label=_LABEL, prompt=SHORT_PROMPT),
        Step(label="call2", prompt=SHORT_PROMPT, session=Session.RESUME),
    ),
)
"""The kinds of calls that the client makes: in a session of its own, and in an earlier one."""


class SandboxedClient:
    """The client for one target. Whatever it starts lives as long as `stack`."""

    def __init__(self, stack: ExitStack, subject: CheckSubject, redactor: Redactor, cancel: Cancel) -> None:
        self.info: ClientInfo | None = None
        self._stack = stack
        self._subject = subject
        self._redactor = redactor
        self._cancel = cancel
        self._round: EchoRound | None = None
        self._mark = ""
        self._unusable: ClientUnusable | None = None

    def call(self, prompt: str, timeout_s: float, earlier_id: str | None) -> ClientReply:
        """Make a call; `earlier_id` is the session that it goes on with. Raises ClientUnusable."""
        driver = self._started()
        before = len(driver.received())
        session = Session.NEW if earlier_id is None else Session.RESUME
        step = Step(label=_LABEL, prompt=prompt, timeout_s=timeout_s, session=session)
        made_call = make_call(driver, order_call(1, step, earlier_id), self._subject.target.model)
        observation = made_call.observation
        return ClientReply(
            requests=_requests(observation),
            evidence=evidence_words(made_call.finding.diagnosis),
            received=driver.received()[before:],
            mark=self._mark,
            session_id=made_call.session_id,
            timed_out=observation.timed_out,
        )

    def own_request(self, variables: Mapping[str, str]) -> OwnRequest:
        """Return the request that the client makes with these variables set. Raises ClientUnusable."""
        return capture_own_request(self._subject, variables)

    def _started(self) -> EchoRound:
        """Return the sandbox of the client, which is started once. Raises ClientUnusable, each time."""
        if self._unusable is not None:
            raise self._unusable
        if self._round is None:
            try:
                self._round = self._start()
            except ClientUnusable as unusable:
                self._unusable = unusable
                raise
        return self._round

    def _start(self) -> EchoRound:
        subject, stack = self._subject, self._stack
        arm = ArmSpec(target=subject.target)
        spec = RunSpec(scenario=_SCENARIO, arms=(arm,), options=subject.options)
        surroundings = {**subject.environment, **subject.target.env}
        recorder = stack.enter_context(Recorder(redactor=self._redactor, environment=surroundings, keep_bodies=True))
        prime_url = stack.enter_context(EmbeddedUpstream()).base_url
        run = RunContext(spec, subject.environment, self._cancel, prime_url)
        variables = sealed(subject.target.env)
        context = ArmContext(arm, partial(call_url, arm), subject.token, variables, self._redactor, recorder.open_call)
        try:
            driver = stack.enter_context(open_client(run, ClaudeWithEcho)).build(context)
        except ClientNotFoundError as error:
            raise ClientUnusable(error.message, error.remedy) from error
        self.info = driver.client
        assert isinstance(driver, ClaudeWithEcho)  # noqa: S101 - for the type checker
        self._mark = driver.tool.mark
        client_round = stack.enter_context(driver.open_round(1))
        if client_round.priming.problem:
            raise ClientUnusable(client_round.priming.problem, None)
        return client_round


def _requests(observation: Observation) -> Sequence[ClientAnswer]:
    """Return the client's requests for an answer, in order, each with what was sent and what came."""
    bodies = {sequence: (sent, came) for sequence, sent, came in observation.bodies}
    found = []
    for exchange in main_exchanges(observation.exchanges or ()):
        sent, came = bodies.get(exchange.sequence, (b"", b""))
        failure = failure_of(exchange)
        outcome = failure[0] if failure else Outcome.OK if exchange.good else Outcome.TIMED_OUT
        content = read_content(came) or MessageContent()
        found.append(ClientAnswer(exchange, _json(sent), content, outcome, evidence_of(exchange)))
    return found


def _json(data: bytes) -> dict[str, object]:
    try:
        value = loads(data.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
