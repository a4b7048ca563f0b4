"""Capture the requests that the client makes: one round of calls, with the bodies recorded."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from probe.capture.read import SeenRequest, read_requests
from probe.diagnose.exchange_text import ending_of, evidence_of
from probe.errors import EnvironmentUnusableError
from probe.inputs.load_config import EMBEDDED
from probe.inputs.load_target import shown_environment
from probe.model.captured_requests import Capture
from probe.model.exchange import Exchange
from probe.model.run_spec import RunSpec
from probe.ports import RoundDriver
from probe.session.calls import MadeCall, make_call, order_call
from probe.session.prepare import PreparedArm, call_url, prepared
from probe.session.resolve_spec import NO_FAULT, plan_run, read_options
from probe.session.secrets import resolve_secrets
from probe.texts.evidence_texts import ending_words
from probe.texts.phrase import Words, phrase
from probe.texts.stored_phrase import evidence_words
from probe.units import format_duration

_SCENARIO = "resume"
"""Two calls: a new session, and the same one resumed, whose request carries the first answer."""


def plan_capture(given: Mapping[str, object], variables: Mapping[str, str], environment: Mapping[str, str]) -> RunSpec:
    """Return the run whose requests are captured; without a target or an address the embedded upstream answers.

    `given` has the names of Options. Raises UsageError.
    """
    options = {"scenario": _SCENARIO, "record_bodies": True, **given}
    if "base_url" not in options:
        options.setdefault("targets", (EMBEDDED,))
    if options.get("targets") == (EMBEDDED,):
        options["faults"] = (NO_FAULT,)
    return plan_run(read_options(options), variables, environment)


def capture_requests(
    spec: RunSpec, variables: Mapping[str, str], environment: Mapping[str, str], note: Callable[[Words], object]
) -> tuple[Capture, Words | None]:
    """Run one round of a run with one arm, and return its requests; beside them why no request was answered, if so.

    `variables` are the values of `--env`; `note` is told what a person should know. Raises ProbeError.
    """
    secrets = resolve_secrets(spec, environment, variables)
    with prepared(spec, secrets, environment) as run:
        (arm,) = run.arms
        if not arm.spec.embedded:
            note(phrase("capture.costs", n=len(spec.scenario.steps), url=arm.target.masked_url))
        days = _today()
        with arm.driver.open_round(1) as driver:
            calls = _make_calls(arm, spec, driver, note)
            sandbox = str(Path(driver.config_dir).parent) if driver.config_dir else ""
        requests = [request for call in calls for request in _requests(arm, call)]
        capture = Capture(
            client_version=arm.driver.client.version,
            workload=spec.options.workload,
            model=arm.target.model,
            environment=shown_environment(variables),
            expects=spec.scenario.steps[0].expect.equals,
            requests=read_requests(requests, sandbox, days | _today()),
        )
        return capture, _reason_unanswered(calls[0].observation.exchanges or ())


def _make_calls(
    arm: PreparedArm, spec: RunSpec, driver: RoundDriver, note: Callable[[Words], object]
) -> list[MadeCall]:
    """Make the calls, up to the first that does not come to what is expected: there is nothing to resume then."""
    calls: list[MadeCall] = []
    earlier_id: str | None = None
    for step in spec.scenario.steps:
        if not arm.spec.embedded:
            note(phrase("capture.may_take", label=step.label, time=format_duration(step.timeout_s)))
        call = make_call(driver, order_call(1, step, earlier_id), None)
        diagnosis = call.finding.diagnosis
        if not call.observation.exchanges:
            raise EnvironmentUnusableError(f"the client sent no request: {diagnosis.outcome}: {diagnosis.evidence}")
        calls.append(call)
        if diagnosis.outcome != step.expect.outcome:
            evidence = evidence_words(diagnosis)
            note(phrase("capture.failed", label=step.label, outcome=diagnosis.outcome, evidence=evidence))
            break
        earlier_id = call.session_id
    return calls


def _requests(arm: PreparedArm, call: MadeCall) -> list[SeenRequest]:
    """Return the requests of a call as they were recorded."""
    observation, label = call.observation, call.order.step.label
    heads = dict(observation.heads)
    kinds = {exchange.sequence: exchange.kind for exchange in observation.exchanges or ()}
    base_path = urlsplit(call_url(arm.spec, 1, label)).path
    return [
        SeenRequest(label, kinds[sequence], heads[sequence], body, base_path)
        for sequence, body, _ in observation.bodies
    ]


def _reason_unanswered(exchanges: tuple[Exchange, ...]) -> Words | None:
    """Return why no request was answered; None where one was."""
    if any(exchange.status is not None for exchange in exchanges):
        return None
    last = exchanges[-1]
    return phrase("capture.unanswered", ending=ending_words(ending_of(last)), evidence=evidence_of(last))


def _today() -> set[date]:
    """Return today's date in UTC and here: the client may write either."""
    now = datetime.now(UTC)
    return {now.date(), now.astimezone().date()}
