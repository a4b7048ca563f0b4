"""Ask the targets of a run before its first round: the connection, and one tiny call; where that is refused, why.

What is surely wrong would fail every call of the run, so it ends the run before anything is stored. What may pass by
itself (a rate limit, 5xx, silence) does not.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from pydantic import SecretStr

from probe.checks.all_findings import Observations, judge
from probe.checks.api_client import ApiClient
from probe.checks.endpoints import Endpoints
from probe.checks.target_models import main_model
from probe.checks.time_budget import TimeBudget
from probe.checkup.asked_target import (
    LONGEST_S,
    REFUSED,
    AskedTarget,
    arms_to_ask,
    by_target,
    refuse_failed,
    with_record,
)
from probe.checkup.client_calls import make_client_call
from probe.checkup.http_sender import sender
from probe.checkup.run_check import observe_endpoints, observe_way, token_source
from probe.connection.route import Router, UpstreamRoute
from probe.drivers.context import RunContext
from probe.drivers.plain_driver import custom_headers
from probe.drivers.plain_http import PlainHttp
from probe.model.check_report import Area, CheckFinding, Severity
from probe.model.outcome import Outcome
from probe.model.preflight import Preflight
from probe.model.refusal import USAGE_LIMIT
from probe.model.spending import tokens_of
from probe.session.prepare import PreparedArm, PreparedRun
from probe.session.secrets import without_secrets
from probe.texts import Texts
from probe.wire import Recorder

CHAT = "chat-completions"
"""The driver that does not ask the Messages API."""
_MAY_PASS = frozenset(
    {
        Outcome.RATE_LIMITED,
        Outcome.OVERLOADED,
        Outcome.SERVER_ERROR,
        Outcome.BAD_GATEWAY,
        Outcome.TIMED_OUT,
        Outcome.STREAM_ERROR,
        Outcome.TRUNCATED_STREAM,
    }
)
"""Outcomes of a call that need no closer look: the next one may be answered."""


def run_preflight(
    run: PreparedRun, environment: Mapping[str, str], texts: Texts
) -> tuple[PreparedRun, tuple[AskedTarget, ...]]:
    """Ask each target. Return the run with what was found, for its manifests and its budget, and the targets.

    Raises PreflightFailed for what would fail every call, unless the run is to keep going.
    """
    groups = by_target(arms_to_ask(run))
    asked = [_ask(run, arms, environment, texts) for arms in groups]
    if run.cancel.cancelled:
        return run, ()
    refuse_failed(run, asked)
    of_arm = {arm.name: target for arms, target in zip(groups, asked, strict=True) for arm in arms}
    return replace(run, arms=tuple(with_record(arm, of_arm.get(arm.name)) for arm in run.arms)), tuple(asked)


def _ask(run: PreparedRun, arms: Sequence[PreparedArm], environment: Mapping[str, str], texts: Texts) -> AskedTarget:
    """Ask the target of these arms."""
    begun_s = time.monotonic()
    with ExitStack() as stack:
        questions = _Questions(run, arms, environment, texts, stack)
        findings = tuple(without_secrets(finding, run.redactor) for finding in questions.ask())
    ended_s = time.monotonic()
    way = questions.observations.way
    reached = way is not None and way.failed is None
    record = Preflight(
        asked_at=datetime.now(UTC) if reached else None,
        took_ms=round((ended_s - begun_s) * 1000, 3),
        calls=questions.calls,
        tokens=questions.tokens,
        codes=tuple(finding.code for finding in findings),
    )
    return AskedTarget(arms[0].name, record, findings, ended_s if reached else None)


class _Questions:
    """The questions to one target. Whatever they start lives as long as `stack`."""

    def __init__(
        self,
        run: PreparedRun,
        arms: Sequence[PreparedArm],
        environment: Mapping[str, str],
        texts: Texts,
        stack: ExitStack,
    ) -> None:
        self._run = run
        self._environment = environment
        self._texts = texts
        self._stack = stack
        self._arm = next((arm for arm in arms if arm.driver.runs_client), arms[0])
        self._has_messages = any(arm.spec.driver != CHAT for arm in arms)
        context = self._arm.context
        self._surroundings = {**environment, **context.environment()}
        self._budget = TimeBudget(LONGEST_S, LONGEST_S, run.cancel)
        recorder = stack.enter_context(Recorder(redactor=run.redactor))
        self._open_call = partial(recorder.open_call, router=Router(self._surroundings, run.rules))
        plain = PlainHttp(self._open_call, run.redactor, run.cancel)
        headers = custom_headers(context.environment())
        self._api = ApiClient(sender(plain), self._budget, context.token, headers, run.redactor.text)
        target = self._arm.target
        token = context.token or SecretStr("")
        self.observations = Observations(
            target, self._arm.spec.embedded, token_source(target), environment, token.get_secret_value()
        )

    @property
    def calls(self) -> int:
        """The calls that a model had to answer."""
        return self._api.calls + len(self.observations.client_calls)

    @property
    def tokens(self) -> int:
        """The tokens of all answers, as far as they say; about those of the client's own call."""
        usages = [result.answer.exchange.usage for result in self._api.results if result.answer.exchange]
        served = sum(call.outcome is Outcome.OK for call in self.observations.client_calls)
        of_client = self._arm.driver.describe(self._run.spec.scenario.steps[0]).tokens_a_call if served else 0
        return sum(tokens_of(usage) or 0 for usage in usages if usage) + of_client

    def ask(self) -> tuple[CheckFinding, ...]:
        """Return what is wrong, causes first."""
        route = observe_way(self.observations, self._surroundings, self._budget, self._texts, self._run.rules)
        if route is not None and self._has_messages:
            self._ask_messages(route)
        findings = self._judged()
        if not self._needs_client(findings):
            return findings
        self._ask_by_client()
        return self._judged()

    def _ask_messages(self, route: UpstreamRoute) -> None:
        """Make the tiny call, and look closer where it is refused."""
        target = self._arm.target
        whole = self._api.messages("messages", target.base_url, target.auth, main_model(target), stream=False)
        self.observations.endpoints = Endpoints(whole=whole)
        if whole is None or whole.ok:
            return
        answer = whole.answer
        if answer.outcome in _MAY_PASS and answer.cause != USAGE_LIMIT:
            return
        observe_endpoints(self.observations, self._api, route)

    def _judged(self) -> tuple[CheckFinding, ...]:
        findings = judge(self.observations, datetime.now(UTC), self._texts)
        return tuple(finding for finding in findings if finding.severity is Severity.WRONG)

    def _needs_client(self, findings: Sequence[CheckFinding]) -> bool:
        """Return True where Claude Code may be served, though plain HTTP is refused."""
        refused = any(finding.area is Area.ENDPOINTS and finding.code in REFUSED for finding in findings)
        return refused and self._arm.driver.runs_client and not self._run.cancel.cancelled

    def _ask_by_client(self) -> None:
        """Make one call of the client, which is not to retry."""
        options = self._run.spec.options.model_copy(update={"client_retries": 0})
        spec = self._run.spec.model_copy(update={"options": options})
        run = RunContext(spec, self._environment, self._run.cancel)
        context = replace(self._arm.context, open_call=self._open_call)
        call = make_client_call(self._stack, run, context, LONGEST_S)
        if call is not None:
            self.observations.client_calls = [call]
