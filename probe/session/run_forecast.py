"""Compute before a run what it may cost, and how long it may take."""

from dataclasses import dataclass

from probe.model.choices import UpstreamKind
from probe.session.execute import RunState


@dataclass(frozen=True, slots=True)
class Cost:
    """Calls and tokens that a run costs real upstreams, if no call is retried."""

    calls: int
    input_tokens: int


def cost_of(state: RunState) -> Cost | None:
    """Return the cost of the rounds that are left; None where only embedded upstreams are called."""
    real = [arm for arm in state.arms if arm.manifest.target.kind is UpstreamKind.REAL]
    if not real:
        return None
    steps = state.run.spec.scenario.steps
    calls_an_arm = state.rounds_left // len(state.arms) * len(steps)
    tokens_a_call = sum(arm.driver.describe(steps[0]).tokens_a_call for arm in real)
    return Cost(calls_an_arm * len(real), calls_an_arm * tokens_a_call)


def longest_s(state: RunState) -> float:
    """Return the most seconds that the rounds that are left can take."""
    spec = state.run.spec
    lanes = spec.options.concurrency * max(len(spec.options.vantages), 1)
    return state.rounds_left * spec.scenario.longest_round_s / lanes
