"""Wires a check: resolves the target, says what it costs, goes from the outside in, and prints what was found."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from probe import __version__
from probe.checks.all_findings import Observations, judge
from probe.checks.api_client import MAX_TOKENS, ApiClient
from probe.checks.client_settings import settings_names
from probe.checks.endpoints import MOST_CALLS, MOST_OTHER_BASES, ask_endpoints
from probe.checks.model_findings import ask_models, main_model, models_of
from probe.checks.protocols import speaks_http2, speaks_tls
from probe.checks.time_budget import TimeBudget
from probe.checks.way import walk
from probe.checkup.client_calls import LABELS, use_client
from probe.checkup.http_sender import sender
from probe.drivers.claude_print import MADE_UP_TOKEN
from probe.drivers.plain_driver import custom_headers
from probe.drivers.plain_http import PlainHttp
from probe.drivers.process import Cancel
from probe.errors import UsageError
from probe.inputs.target import (
    DEFAULT_TOKEN_ENV,
    EMBEDDED_MODEL,
    embedded_target,
    find_config,
    parse_env,
    read_token,
    resolve_targets,
)
from probe.model.check import CheckReport
from probe.model.run import Options
from probe.model.target import Target
from probe.redact import Redactor
from probe.session.arm_drivers import Wiring
from probe.session.plan import TOKENS_A_CALL, parse_faults, read_options
from probe.session.prepare import Route
from probe.session.secrets import redactor_for, without_secrets
from probe.units import format_duration
from probe.upstream import EmbeddedUpstream
from probe.upstream.embedded import DEFAULT_MODELS
from probe.wire import Recorder
from probe.wire.route import Route as Way
from probe.wire.route import route_to, tls_context

STEPS_IN_ALL = 3
"""A check takes at most so many times what a step may take."""
CLIENT_RETRIES = 2


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A check as it was asked for. `given` holds options under the names of Options."""

    given: Mapping[str, object]
    env: tuple[str, ...]
    faults: tuple[str, ...]
    timeout_s: float
    settings: bool
    use_client: bool = True


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is checked, as whom."""

    options: Options
    target: Target
    embedded: bool
    named: bool
    token: SecretStr
    environment: Mapping[str, str] = field(repr=False)

    @property
    def token_source(self) -> str:
        return "token_command" if self.target.token_command else self.target.token_env or DEFAULT_TOKEN_ENV


def run_check(
    request: CheckRequest, environment: Mapping[str, str], announce: Callable[[Sequence[str]], None]
) -> CheckReport:
    """Check an upstream. `announce` is told beforehand, in lines, what it costs. Raises ProbeError."""
    with ExitStack() as stack:
        subject = _subject(stack, request, environment)
        budget = TimeBudget(request.timeout_s, request.timeout_s * STEPS_IN_ALL)
        announce(list(_cost_lines(subject, request, budget)))
        redactor = redactor_for([subject.token], [subject.target.env], environment)
        report = _check(stack, subject, request, budget, redactor)
        return without_secrets(report, redactor)


def _subject(stack: ExitStack, request: CheckRequest, environment: Mapping[str, str]) -> _Subject:
    """The target with its token; an embedded upstream lives as long as `stack`. Raises UsageError."""
    env = parse_env(list(request.env))
    options = read_options({**request.given, "client_retries": CLIENT_RETRIES})
    config, config_path = find_config(options.config, Path.cwd())
    (target,) = resolve_targets(options, env, config, config_path, environment)
    named = bool(options.targets)
    if target is not None:
        if request.faults:
            raise UsageError(
                f"only the embedded upstream can be told to misbehave, and the target is {target.name!r}",
                key="--fault",
                remedy="Add --target embedded.",
            )
        return _Subject(options, target, False, named, read_token(target, environment), environment)
    faults = parse_faults(request.faults, LABELS)
    model = options.model or EMBEDDED_MODEL
    upstream = stack.enter_context(EmbeddedUpstream(faults, models=(model, *DEFAULT_MODELS)))
    embedded = embedded_target(upstream.base_url, model, env)
    return _Subject(options, embedded, True, named, SecretStr(MADE_UP_TOKEN), environment)


def _cost_lines(subject: _Subject, request: CheckRequest, budget: TimeBudget) -> Iterator[str]:
    """Yield what is checked, and what it costs at most."""
    target = subject.target
    if subject.embedded:
        why = "This" if subject.named else "No target is named, so this"
        yield (f"{why} checks the embedded upstream. It says nothing about any real one.")
        yield (f"Faults: {'; '.join(request.faults) or 'none'}")
    else:
        yield (f"Checks target {target.name}: {target.masked_url}, model {target.model}")
    calls = MOST_CALLS + len(models_of(target)) - 1
    yield (
        f"At most {calls} tiny calls by plain HTTP (at most {MAX_TOKENS} tokens of answer each), and "
        f"{MOST_OTHER_BASES} more if base_url seems wrong."
    )
    if request.use_client:
        tokens = TOKENS_A_CALL[subject.options.workload]
        yield (f"{len(LABELS)} calls of Claude Code, some {tokens:,} input tokens each; --no-client leaves them out.")
    yield (f"At most {format_duration(budget.step_s)} a step, {format_duration(budget.total_s)} in all.")


def _check(
    stack: ExitStack, subject: _Subject, request: CheckRequest, budget: TimeBudget, redactor: Redactor
) -> CheckReport:
    begun = time.monotonic()
    target, environment = subject.target, subject.environment
    seen = Observations(target, subject.embedded, subject.token_source, environment, subject.token.get_secret_value())
    if request.settings:
        seen.settings = settings_names(environment, Path.cwd())
    surroundings = {**environment, **target.env}  # what the target sets wins, as it does for the client
    trusted = tls_context(surroundings)
    route = route_to(target.base_url, {}, trusted)
    try:
        route = route_to(target.base_url, surroundings, trusted)
    except UsageError as error:  # its address is fine, so it is the proxy's
        seen.unusable_proxy = error.message
    else:
        seen.way = walk(route, budget)
    recorder = stack.enter_context(Recorder(redactor=redactor, environment=surroundings))
    send = sender(PlainHttp(recorder.open_call, redactor))
    asker = ApiClient(send, budget, subject.token, custom_headers(target.env), redactor.text)
    if seen.way is not None and seen.way.failed is None:
        _ask(seen, asker, *(partial(_speaks, look, route, budget) for look in (speaks_tls, speaks_http2)))
    seen.bursts = asker.bursts
    if request.use_client:
        if asker.bursts and _is_worth_calls(seen):
            asker.pause(asker.bursts[-1].sent.retry_in_s)
        wiring = Wiring(Route(target), subject.token, redactor, recorder.open_call, stack.enter_context(Cancel()))
        allowed = budget if _is_worth_calls(seen) else None
        seen.client, seen.client_calls, seen.unasked = use_client(
            stack, subject.options, environment, target, wiring, allowed, asker.pause
        )
    seen.unasked = asker.unasked + seen.unasked
    return CheckReport(
        probe_version=__version__,
        target=target.name,
        base_url=target.masked_url,
        embedded=subject.embedded,
        faults=request.faults,
        model=target.model,
        step_timeout_s=budget.step_s,
        total_timeout_s=budget.total_s,
        took_ms=round((time.monotonic() - begun) * 1000, 3),
        plain_calls=asker.calls,
        client=seen.client.info if seen.client else None,
        prime_ms=seen.client.prime_ms if seen.client else None,
        findings=judge(seen, datetime.now(UTC)),
        way=seen.way,
        endpoints=tuple(each.probe for each in asker.tried),
        listed_models=seen.endpoints.listed if seen.endpoints else None,
        streams=tuple(facts for facts, _ in seen.streams),
        models=tuple(answer for answer, _ in seen.models),
        client_calls=tuple(seen.client_calls),
    )


def _speaks(look: Callable[[Way, TimeBudget], bool], way: Way, budget: TimeBudget) -> bool:
    """What a look of our own shows, which goes by no proxy."""
    return way.proxy is None and look(way, budget)


def _ask(seen: Observations, asker: ApiClient, is_tls: Callable[[], bool], is_http2: Callable[[], bool]) -> None:
    """Endpoints, then models."""
    target = seen.target
    found = seen.endpoints = ask_endpoints(asker, target.base_url, target.auth, main_model(target), is_tls, is_http2)
    if found.served and found.stream is not None:
        seen.models = list(ask_models(asker, target, models_of(target), found.stream))


def _is_worth_calls(seen: Observations) -> bool:
    """Whether the client could be served at all: the API is reached, and where base_url says."""
    found = seen.endpoints
    return found is not None and found.elsewhere is None and not (found.upgraded or found.http2_only)
