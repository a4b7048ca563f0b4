"""Run a check: resolve the target, announce what it costs, observe from the outside in, and report."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from probe import __version__
from probe.checks.all_findings import Observations, judge
from probe.checks.api_client import MAX_TOKENS, SHORT_PROMPT, ApiClient
from probe.checks.client_settings import settings_names
from probe.checks.endpoints import MOST_CALLS, MOST_OTHER_BASES, ask_endpoints
from probe.checks.protocols import speaks_http2, speaks_tls
from probe.checks.target_models import ask_models, main_model, models_of
from probe.checks.time_budget import TimeBudget
from probe.checks.try_connection import try_connection
from probe.checkup.check_subject import CheckSubject, resolve_subjects
from probe.checkup.client_calls import LABELS, use_client
from probe.checkup.http_sender import sender
from probe.connection.proxies import NATIVE, ProxyRules
from probe.connection.route import UpstreamRoute, route_to, tls_context
from probe.drivers.claude_print import TOKENS_A_CALL
from probe.drivers.context import ArmContext, RunContext, sealed
from probe.drivers.plain_driver import custom_headers
from probe.drivers.plain_http import PlainHttp
from probe.drivers.process import Cancel
from probe.errors import UsageError
from probe.inputs.find_config import distant_path
from probe.inputs.load_target import (
    DEFAULT_TOKEN_ENV,
)
from probe.model.check_report import CheckReport
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario, Step
from probe.model.target import Target
from probe.redact import Redactor
from probe.session.prepare import call_url
from probe.session.secrets import redactor_for, without_secrets
from probe.texts import Texts
from probe.texts.phrase import Phrase, phrase, remarks
from probe.units import format_duration
from probe.upstream import EmbeddedUpstream
from probe.wire import Recorder

STEPS_IN_ALL = 3
"""The longest check, in steps that take all their time."""
_SCENARIO = Scenario(name="check", steps=(Step(label=LABELS[0], prompt=SHORT_PROMPT),))
"""The kind of call that the client makes in a check: each in a session of its own."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """The arguments of a check. `given` holds options under the names of Options."""

    given: Mapping[str, object]
    env: tuple[str, ...]
    faults: tuple[str, ...]
    timeout_s: float
    settings: bool
    use_client: bool = True


def token_source(target: Target) -> str:
    """Return the place that the token of a target comes from, for people."""
    return "token_command" if target.token_command else target.token_env or DEFAULT_TOKEN_ENV


def run_check(
    request: CheckRequest,
    environment: Mapping[str, str],
    announce: Callable[[Sequence[str]], None],
    cancel: Cancel | None = None,
    texts: Texts | None = None,
) -> CheckReport:
    """Check an upstream. `announce` is told beforehand, in lines, what it costs. Raises ProbeError.

    Findings are in the language of `texts`, else in English. `cancel` ends the check from any thread: what is under way
    is cut, what is left is not begun, and the report says nothing of use.
    """
    with ExitStack() as stack:
        if cancel is None:
            cancel = stack.enter_context(Cancel())
        subject = _only_subject(stack, request, environment)
        budget = TimeBudget(request.timeout_s, request.timeout_s * STEPS_IN_ALL, cancel)
        texts = texts or Texts()
        announce([texts.words(line) for line in _cost_lines(subject, request, budget)])
        redactor = redactor_for([subject.token], [subject.target.env], environment)
        report = _check(stack, subject, request, budget, redactor, cancel, texts)
        return without_secrets(report, redactor)


def _only_subject(stack: ExitStack, request: CheckRequest, environment: Mapping[str, str]) -> CheckSubject:
    """Resolve the target and its token. Raises UsageError."""
    subjects = resolve_subjects(stack, request.given, request.env, request.faults, environment, LABELS)
    if len(subjects) > 1:
        raise UsageError(
            "several targets", key="--target", remedy="Check them one by one, or compare them with --deep."
        )
    return subjects[0]


def _cost_lines(subject: CheckSubject, request: CheckRequest, budget: TimeBudget) -> Iterator[Phrase]:
    """Yield lines on what is checked, and what it costs at most."""
    target = subject.target
    if subject.embedded:
        yield phrase("check.cost.embedded" if subject.named else "check.cost.embedded.unnamed")
        faults = phrase("check.cost.faults", faults=remarks(request.faults))
        yield faults if request.faults else phrase("check.cost.no_faults")
    else:
        distant = distant_path(subject.config_file)
        source = phrase("check.cost.source", path=distant) if distant else ""
        yield phrase("check.cost.target", name=target.name, source=source, url=target.masked_url, model=target.model)
    calls = MOST_CALLS + len(models_of(target)) - 1
    yield phrase("check.cost.plain", n=calls, tokens=MAX_TOKENS, more=MOST_OTHER_BASES)
    if request.use_client:
        tokens = TOKENS_A_CALL[subject.options.workload]
        yield phrase("check.cost.client", n=len(LABELS), tokens=f"{tokens:,}")
    step, total = format_duration(budget.step_s), format_duration(budget.total_s)
    yield phrase("check.cost.time", step=step, total=total)


def _check(
    stack: ExitStack,
    subject: CheckSubject,
    request: CheckRequest,
    budget: TimeBudget,
    redactor: Redactor,
    cancel: Cancel,
    texts: Texts,
) -> CheckReport:
    """Observe from the outside in, and report what was found."""
    begun = time.monotonic()
    target, environment = subject.target, subject.environment
    secret = subject.token.get_secret_value()
    observations = Observations(target, subject.embedded, token_source(subject.target), environment, secret)
    if request.settings:
        observations.settings = settings_names(environment, Path.cwd())
    surroundings = {**environment, **target.env}  # what the target sets wins, as it does for the client
    route = observe_way(observations, surroundings, budget, texts)
    recorder = stack.enter_context(Recorder(redactor=redactor, environment=surroundings))
    send = sender(PlainHttp(recorder.open_call, redactor, cancel))
    api = ApiClient(send, budget, subject.token, custom_headers(target.env), redactor.text)
    if route is not None:
        observe_endpoints(observations, api, route)
    if request.use_client:
        if api.bursts and _is_worth_calls(observations):
            api.pause(api.bursts[-1].answer.retry_in_s)
        arm = ArmSpec(target=target)
        spec = RunSpec(scenario=_SCENARIO, arms=(arm,), options=subject.options)
        prime_url = stack.enter_context(EmbeddedUpstream()).base_url
        run = RunContext(spec, environment, cancel, prime_url)
        variables = sealed(target.env)
        context = ArmContext(arm, partial(call_url, arm), subject.token, variables, redactor, recorder.open_call)
        allowed = budget if _is_worth_calls(observations) else None
        observations.client, observations.client_calls, observations.unasked = use_client(
            stack, run, context, allowed, api.pause
        )
    observations.unasked = api.unasked + observations.unasked
    observations.bursts = api.bursts
    return _report(observations, api, request.faults, (time.monotonic() - begun) * 1000, texts)


def observe_way(
    observations: Observations,
    surroundings: Mapping[str, str],
    budget: TimeBudget,
    texts: Texts,
    rules: ProxyRules = NATIVE,
) -> UpstreamRoute | None:
    """Connect to the upstream once, and return the route to it; None where it cannot be reached."""
    base_url, trusted = observations.target.base_url, tls_context(surroundings)
    route_to(base_url, {}, trusted)  # which refuses an address that cannot be used
    try:
        route = route_to(base_url, surroundings, trusted, rules)
    except UsageError as error:  # the address is fine, so it is the proxy's
        observations.unusable_proxy = error.message
        return None
    observations.way = try_connection(route, budget, texts)
    return route if observations.way.failed is None else None


def observe_endpoints(observations: Observations, api: ApiClient, route: UpstreamRoute) -> None:
    """Ask the endpoints, then the models."""

    def speaks(protocol: Callable[[UpstreamRoute, TimeBudget], bool]) -> bool:
        return route.proxy is None and protocol(route, api.budget)  # these connect by no proxy

    target = observations.target
    model = main_model(target)
    endpoints = ask_endpoints(
        api, target.base_url, target.auth, model, partial(speaks, speaks_tls), partial(speaks, speaks_http2)
    )
    observations.endpoints = endpoints
    if endpoints.served and endpoints.stream is not None:
        observations.models = list(ask_models(api, target, models_of(target), endpoints.stream))


def _is_worth_calls(observations: Observations) -> bool:
    """Return True where the client could be served at all: the API is reached, and where base_url says."""
    endpoints = observations.endpoints
    return endpoints is not None and not (endpoints.elsewhere or endpoints.upgraded or endpoints.http2_only)


def _report(
    observations: Observations, api: ApiClient, faults: tuple[str, ...], took_ms: float, texts: Texts
) -> CheckReport:
    """Build the report of all that was observed."""
    target, client, endpoints = observations.target, observations.client, observations.endpoints
    return CheckReport(
        probe_version=__version__,
        target=target.name,
        base_url=target.masked_url,
        embedded=observations.embedded,
        faults=faults,
        model=target.model,
        step_timeout_s=api.budget.step_s,
        total_timeout_s=api.budget.total_s,
        took_ms=round(took_ms, 3),
        plain_calls=api.calls,
        client=client.info if client else None,
        prime_ms=client.prime_ms if client else None,
        findings=judge(observations, datetime.now(UTC), texts),
        way=observations.way,
        endpoints=tuple(result.probe for result in api.results),
        listed_models=endpoints.listed if endpoints else None,
        streams=tuple(facts for facts, _ in observations.streams),
        models=tuple(answer for answer, _ in observations.models),
        client_calls=tuple(observations.client_calls),
    )
