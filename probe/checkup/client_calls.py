"""The real client's part of a check: is it there, does it start, what do its calls come to."""

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from probe.checks.api_client import SHORT_ANSWER, SHORT_PROMPT
from probe.checks.local_findings import ClientState
from probe.checks.time_budget import TimeBudget
from probe.diagnose.examine import examine
from probe.diagnose.wire import main_exchanges
from probe.drivers.process import Cancel
from probe.errors import ClientNotFoundError
from probe.model.check import Attempt, ClientCall
from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT
from probe.model.run import Options
from probe.model.scenario import Expect, Step
from probe.model.target import Target
from probe.ports import CallOrder, RoundDriver
from probe.session.arm_drivers import ClientDrivers, Wiring
from probe.units import format_duration

LABELS = ("call1", "call2")
Pause = Callable[[float | None], object]
"""Waits so many seconds, where that is short."""
_ALL = "Claude Code"
_START_S = 20.0
_FAIR_START_S = 10.0
"""A start that is ended sooner says nothing of the client."""


def use_client(
    stack: ExitStack,
    options: Options,
    environment: Mapping[str, str],
    target: Target,
    wiring: Wiring,
    budget: TimeBudget | None,
    pause: Pause,
) -> tuple[ClientState, list[ClientCall], list[str]]:
    """Start the client once with an upstream of our own, then make its calls; without a budget it makes none.

    With them comes what no time was left for.
    """
    try:
        driver = ClientDrivers(stack, options, environment, keep_sandbox=False).driver(target, wiring)
    except ClientNotFoundError as error:
        return ClientState(missing=error.message, remedy=error.remedy), [], []
    limit_s = budget.next_s if budget else _START_S
    if not limit_s:
        return ClientState(info=driver.client), [], [_ALL]
    with ExitStack() as opened:
        with _cancelled_after(limit_s, wiring.cancel):
            made = opened.enter_context(driver.open_round(1))
        priming = made.priming
        late = wiring.cancel.cancelled
        if late and limit_s < _FAIR_START_S:
            return ClientState(info=driver.client), [], [_ALL]
        problem = f"its first start did not end within {format_duration(limit_s)}" if late else priming.problem
        state = ClientState(info=driver.client, prime_ms=priming.prime_ms, problem=problem)
        unasked: list[str] = []
        return state, [] if problem or budget is None else list(_calls(made, target, budget, unasked, pause)), unasked


def _calls(
    made: RoundDriver, target: Target, budget: TimeBudget, unasked: list[str], pause: Pause
) -> Iterator[ClientCall]:
    """The calls, one after the other; after one that timed out there is nothing to be learnt from another.

    `unasked` gets those for which no time is left, or not enough. After too many requests comes a pause.
    """
    for label in LABELS:
        seconds = budget.next_s
        if not seconds:
            unasked.append(f"Claude Code, {label}")
            continue
        step = Step(label=label, prompt=SHORT_PROMPT, timeout_s=seconds, expect=Expect(contains=SHORT_ANSWER))
        seen = made.call(CallOrder(1, step, str(uuid.uuid4()), None))
        found = examine(seen, step.expect, target.model)
        mains = main_exchanges(seen.exchanges or ())
        short = budget.is_short(seconds) and found.diagnosis.outcome is Outcome.TIMED_OUT
        if short:
            unasked.append(f"Claude Code, {label} (cut after {format_duration(seconds)})")
        wire, verdict = found.wire, found.diagnosis
        yield ClientCall(
            label=label,
            outcome=verdict.outcome,
            cause=verdict.cause,
            flags=verdict.flags,
            evidence=verdict.evidence,
            wall_ms=round(seen.wall_ms, 3),
            boot_ms=found.phases.boot_ms if found.phases else None,
            ttft_ms=wire.ttft_ms if wire else None,
            attempts=wire.attempts if wire else 0,
            background=wire.background if wire else 0,
            endings=wire.endings if wire else (),
            tries=tuple(Attempt.of(exchange) for exchange in mains),
            cut_short=short,
            models_served=wire.models_served if wire else (),
            retry_at=verdict.retry_at,
            retry_in_s=(verdict.retry_at - seen.ended_at).total_seconds() if verdict.retry_at else None,
        )
        if verdict.outcome is Outcome.TIMED_OUT:
            return
        if verdict.outcome is Outcome.RATE_LIMITED and verdict.cause != USAGE_LIMIT:
            pause(mains[-1].retry_in_s if mains else None)


@contextmanager
def _cancelled_after(seconds: float, cancel: Cancel) -> Iterator[None]:
    timer = threading.Timer(max(seconds, 0.1), cancel.cancel)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
