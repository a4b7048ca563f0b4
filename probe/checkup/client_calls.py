"""Start the real client for a check, and make its calls."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

from probe.checks.api_client import SHORT_ANSWER, SHORT_PROMPT
from probe.checks.local_findings import ClientState
from probe.checks.time_budget import TimeBudget
from probe.diagnose.exchange_failures import main_exchanges
from probe.drivers.claude_print import open_claude_print
from probe.drivers.context import PRIME_TIMEOUT_S, ArmContext, RunContext
from probe.errors import ClientNotFoundError
from probe.model.check_report import Attempt, ClientCall
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT
from probe.model.scenario import Expect, Step
from probe.model.target import Target
from probe.model.wire import WireSummary
from probe.ports import RoundDriver
from probe.session.calls import MadeCall, make_call, order_call
from probe.texts.phrase import Words, phrase
from probe.units import format_duration

LABELS = ("call1", "call2")
Pause = Callable[[float | None], object]
"""Waits so many seconds, where that is short; None: a time of its own."""
_ALL = "Claude Code"
_START_S = 20.0
_LEAST_START_S = 0.1
_FAIR_START_S = 10.0
"""A start that is ended sooner says nothing of the client."""


def use_client(
    stack: ExitStack, run: RunContext, arm: ArmContext, budget: TimeBudget | None, pause: Pause
) -> tuple[ClientState, list[ClientCall], list[Words]]:
    """Start the client once with an upstream of our own, then make its calls; without a budget make none.

    Return the client's state, its calls, and the names of those that no time was left for.
    """

    def limit_of_start() -> float:
        return budget.next_s if budget else _START_S

    def prime_timeout_s() -> float:
        return min(max(limit_of_start(), _LEAST_START_S), PRIME_TIMEOUT_S)

    run = replace(run, prime_timeout_s=prime_timeout_s)
    try:
        driver = stack.enter_context(open_claude_print(run)).build(arm)
    except ClientNotFoundError as error:
        return ClientState(missing=error.message, remedy=error.remedy), [], []
    limit_s = limit_of_start()
    if not limit_s:
        return ClientState(info=driver.client), [], [_ALL]
    with driver.open_round(1) as round_driver:
        priming = round_driver.priming
        late = priming.timed_out and limit_s <= PRIME_TIMEOUT_S
        if late and limit_s < _FAIR_START_S:
            return ClientState(info=driver.client), [], [_ALL]
        in_vain = phrase("check.client_does_not_start.late", time=format_duration(limit_s))
        problem = in_vain if late else priming.problem
        state = ClientState(info=driver.client, prime_ms=priming.prime_ms, problem=problem)
        unasked: list[Words] = []
        if problem or budget is None:
            return state, [], unasked
        return state, list(_calls(round_driver, arm.target, budget, unasked, pause)), unasked


def _calls(
    driver: RoundDriver, target: Target, budget: TimeBudget, unasked: list[Words], pause: Pause
) -> Iterator[ClientCall]:
    """Make the calls one after the other; end after one that timed out, since another would tell nothing more.

    `unasked` gets the names of those for which no time is left, or not enough. After too many requests comes a pause.
    """
    for label in LABELS:
        seconds = budget.next_s
        if not seconds:
            unasked.append(f"Claude Code, {label}")
            continue
        made_call = make_call(driver, order_call(1, _step(label, seconds), None), target.model)
        call = _client_call(made_call)
        if made_call.observation.timed_out:
            cut_short = budget.is_short(seconds)
            if cut_short:
                unasked.append(
                    phrase("check.out_of_time.cut", name=f"Claude Code, {label}", time=format_duration(seconds))
                )
            yield call.model_copy(update={"cut_short": cut_short})
            return
        yield call
        if call.outcome is Outcome.RATE_LIMITED and call.cause != USAGE_LIMIT:
            pause(_last_wait_s(made_call.observation))


def make_client_call(stack: ExitStack, run: RunContext, arm: ArmContext, seconds: float) -> ClientCall | None:
    """Start the client, and make one call; None where there is no client."""
    try:
        driver = stack.enter_context(open_claude_print(run)).build(arm)
    except ClientNotFoundError:
        return None
    with driver.open_round(1) as round_driver:
        return _client_call(make_call(round_driver, order_call(1, _step(LABELS[0], seconds), None), arm.target.model))


def _step(label: str, seconds: float) -> Step:
    return Step(label=label, prompt=SHORT_PROMPT, timeout_s=seconds, expect=Expect(contains=SHORT_ANSWER))


def _client_call(made_call: MadeCall) -> ClientCall:
    """Build the report's form of a call."""
    observation, finding = made_call.observation, made_call.finding
    diagnosis, phases = finding.diagnosis, finding.phases
    wire = finding.wire or WireSummary(attempts=0)
    retry_at = diagnosis.retry_at
    return ClientCall(
        label=made_call.order.step.label,
        outcome=diagnosis.outcome,
        cause=diagnosis.cause,
        flags=diagnosis.flags,
        evidence=diagnosis.evidence,
        evidence_phrase=diagnosis.evidence_phrase,
        wall_ms=round(observation.wall_ms, 3),
        boot_ms=phases.boot_ms if phases else None,
        ttft_ms=wire.ttft_ms,
        attempts=wire.attempts,
        background=wire.background,
        endings=wire.endings,
        tries=tuple(Attempt.of(exchange) for exchange in main_exchanges(observation.exchanges or ())),
        models_served=wire.models_served,
        retry_at=retry_at,
        retry_in_s=(retry_at - observation.ended_at).total_seconds() if retry_at else None,
    )


def _last_wait_s(observation: Observation) -> float | None:
    """Return the seconds after which the last response says that the upstream may be asked again."""
    exchanges = main_exchanges(observation.exchanges or ())
    return exchanges[-1].retry_in_s if exchanges else None
